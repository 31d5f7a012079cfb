import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { edit, remove, toggleReaction } from './annotations.ts'
import { mergePages } from './channel-log.ts'
import { append } from './log.ts'
import { PageLog } from './page-log.ts'
import type { Shown } from './shown.ts'

const ada = { id: 'ada', name: 'Ada' }

function pageWith(page: number, ...messages: readonly [id: string, at: number, author?: typeof ada][]) {
  const doc = new Y.Doc()
  for (const [id, at, author = ada] of messages) append(doc, { id, author, text: `${id} on ${page}`, at })
  const log = new PageLog(doc, page)
  return { doc, get: log.get, one: (id: string) => log.get().find(({ message }) => message.id === id) as Shown }
}

const idsOf = (log: readonly Shown[]) => log.map(({ message }) => message.id)

describe('the pages of a channel', () => {
  test('follow each other, and their messages are the objects of the pages', () => {
    const [first, second] = [pageWith(0, ['a', 1], ['b', 2]), pageWith(1, ['c', 3])]
    expect(mergePages([second.get(), [], first.get()])).toEqual([...first.get(), ...second.get()])
    expect(mergePages([first.get(), second.get()])[2]).toBe(second.get()[0])
    expect(mergePages([first.get()])).toBe(first.get())
    expect(mergePages([])).toEqual([])
  })

  test('are mixed when their times are', () => {
    const [first, second] = [pageWith(0, ['a', 1], ['d', 4]), pageWith(1, ['c', 3], ['b', 4])]
    expect(idsOf(mergePages([first.get(), second.get()]))).toEqual(['a', 'c', 'b', 'd'])
  })
})

describe('copies of one message', () => {
  const copies = () => ({ first: pageWith(0, ['m', 1], ['x', 2]), second: pageWith(1, ['m', 1], ['y', 3]) })

  test('are one, in the newest page, with all reactions and the latest edit', () => {
    const { first, second } = copies()
    toggleReaction(first.doc, 'm', '+', 'lin', 5)
    toggleReaction(second.doc, 'm', '+', 'lin', 6)
    toggleReaction(second.doc, 'm', '+', 'eve', 4)
    edit(first.doc, first.one('m'), 'later', [], 'ada', 9)
    edit(second.doc, second.one('m'), 'sooner', [], 'ada', 8)
    const log = mergePages([first.get(), second.get()])
    expect(idsOf(log)).toEqual(['m', 'x', 'y'])
    expect(log[0]).toMatchObject({ page: 1, text: 'later', reactions: [{ emoji: '+', people: ['lin', 'eve'] }] })
    expect(log[0]?.history.map(({ text }) => text)).toEqual(['m on 1', 'sooner', 'later'])
  })

  test.each([0, 1])('are deleted when the one in page %s is', page => {
    const { first, second } = copies()
    const { doc, one } = page === 0 ? first : second
    remove(doc, one('m'), 'ada', 4)
    const [shown] = mergePages([first.get(), second.get()])
    expect(shown).toMatchObject({ isDeleted: true, text: '', message: { id: 'm', author: ada } })
  })

  test('by somebody else under the same id neither show nor delete', () => {
    const first = pageWith(0, ['m', 1])
    const second = pageWith(1, ['m', 1, { id: 'eve', name: 'Eve' }])
    edit(second.doc, second.one('m'), 'forged', [], 'eve', 9)
    expect(mergePages([first.get(), second.get()])).toMatchObject([{ text: 'm on 0', message: { author: ada } }])
    remove(second.doc, second.one('m'), 'eve', 4)
    expect(mergePages([first.get(), second.get()])).toMatchObject([{ text: 'm on 0', isDeleted: false }])
  })

  test('stay the same object until one of them changes', () => {
    const { first, second } = copies()
    const before = mergePages([first.get(), second.get()])
    append(second.doc, { id: 'z', author: ada, text: 'z', at: 9 })
    const after = mergePages([first.get(), second.get()], before)
    expect(after[0]).toBe(before[0])
    toggleReaction(first.doc, 'm', '+', 'lin', 5)
    expect(mergePages([first.get(), second.get()], after)[0]).not.toBe(before[0])
  })
})
