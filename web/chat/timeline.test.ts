import { expect, test } from 'vitest'
import type { Entry } from './log.ts'
import { newMessage } from './message.ts'
import { timeline } from './timeline.ts'

const minute = 60_000
const hourOf = (at: number) => String(Math.floor(at / (60 * minute)))
const entry = (name: string, at: number): Entry => ({
  message: newMessage({ id: `${name}${at}`, author: { id: name, name }, text: '', at }),
  client: 1,
  clock: at,
})
const shape = (...entries: Entry[]) =>
  timeline(entries, hourOf).map(day => [
    day.key,
    ...day.groups.map(group => `${group.author.name}${group.entries.length}`),
  ])

test('messages of one author within five minutes of each other stand in one group', () => {
  expect(shape(entry('a', 0), entry('a', 5 * minute), entry('a', 10 * minute + 1), entry('b', 11 * minute))).toEqual([
    ['0', 'a2', 'a1', 'b1'],
  ])
})

test('a new day starts a new group', () => {
  expect(shape(entry('a', 59 * minute), entry('a', 60 * minute))).toEqual([
    ['0', 'a1'],
    ['1', 'a1'],
  ])
})

test('a changed name starts a new group', () => {
  const [first, second] = [entry('a', 0), entry('a', 1)]
  const renamed = { ...second, message: { ...second.message, author: { id: 'a', name: 'Ada' } } } as Entry
  expect(shape(first as Entry, renamed)).toEqual([['0', 'a1', 'Ada1']])
})

test('no message is lost or moved', () => {
  const entries = Array.from({ length: 100 }, (_, i) => entry(i % 3 === 0 ? 'a' : 'b', i * 3 * minute))
  expect(timeline(entries, hourOf).flatMap(day => day.groups.flatMap(group => group.entries))).toEqual(entries)
})
