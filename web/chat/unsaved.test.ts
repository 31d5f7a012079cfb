import { expect, test } from 'vitest'
import type { Entry } from './log.ts'
import { newMessage } from './message.ts'
import { nothingUnsaved, sameUnsaved, unsavedAmong } from './unsaved.ts'

const entry = (id: string, clock: number): Entry => ({
  message: newMessage({ id, author: { id: 'a', name: 'Ada' }, text: id, at: clock }),
  client: 1,
  clock,
})
const entries = [entry('a', 0), entry('b', 1), entry('c', 2)]

test('a message is in it unless it is on the server’s disk', () => {
  const unsaved = unsavedAmong(entries, ({ clock }) => (['saved', 'sent', 'waiting'] as const)[clock] ?? 'saved')
  expect([...unsaved]).toEqual([
    ['b', 'sent'],
    ['c', 'waiting'],
  ])
})

test('when all is saved it is the same object every time, so that nothing is drawn anew', () => {
  expect(unsavedAmong(entries, () => 'saved')).toBe(nothingUnsaved)
})

test('two are the same when the same messages are in the same place', () => {
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['a', 'sent']]))).toBe(true)
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['a', 'waiting']]))).toBe(false)
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['b', 'sent']]))).toBe(false)
  expect(sameUnsaved(new Map([['a', 'sent']]), nothingUnsaved)).toBe(false)
})
