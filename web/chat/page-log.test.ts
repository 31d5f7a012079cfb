import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { deletionsOf, edit, editsOf, reactionsOf, remove, toggleReaction } from './annotations.ts'
import { encodeKey } from './key.ts'
import { append, messagesOf } from './log.ts'
import { PageLog } from './page-log.ts'
import type { Shown } from './shown.ts'

const ada = { id: 'ada', name: 'Ada' }
const lin = { id: 'lin', name: 'Lin' }

/** A page with the messages `a` by Ada and `b` by Lin. */
function page(): { doc: Y.Doc; log: PageLog; one(id: string): Shown } {
  const doc = new Y.Doc()
  append(doc, { id: 'a', author: ada, text: 'first', at: 1 })
  append(doc, { id: 'b', author: lin, text: 'second', at: 2 })
  const log = new PageLog(doc, 3)
  const one = (id: string) => log.get().find(({ message }) => message.id === id) as Shown
  return { doc, log, one }
}

describe('an edit', () => {
  test('is shown, with how it read before', () => {
    const { doc, one } = page()
    edit(doc, one('a'), 'better @Lin', [lin], 'ada', 5)
    expect(one('a')).toMatchObject({ text: 'better @Lin', mentions: [lin], isEdited: true, page: 3 })
    expect(one('a').history.map(({ text }) => text)).toEqual(['first', 'better @Lin'])
    expect(one('b')).toMatchObject({ text: 'second', isEdited: false })
  })

  test('that is later counts, whoever arrives first; of the same time, the same one for everybody', () => {
    const { doc, one } = page()
    editsOf(doc).set(encodeKey('a', 'y'), { text: 'last', mentions: [], at: 9, by: 'ada' })
    editsOf(doc).set(encodeKey('a', 'x'), { text: 'not last', mentions: [], at: 9, by: 'ada' })
    editsOf(doc).set(encodeKey('a', 'z'), { text: 'early', mentions: [], at: 8, by: 'ada' })
    expect(one('a').text).toBe('last')
    expect(one('a').history.map(({ text }) => text)).toEqual(['first', 'early', 'not last', 'last'])
  })

  test('of somebody else does not count', () => {
    const { doc, log, one } = page()
    const before = log.get()
    expect(edit(doc, one('a'), 'forged', [], 'lin', 5)).toBe(false)
    editsOf(doc).set(encodeKey('a', 'x'), { text: 'forged', mentions: [], at: 9, by: 'lin' })
    expect(log.get()).toBe(before)
  })

  test('leaves something', () => {
    const { doc, one } = page()
    expect(edit(doc, one('a'), ' \n ', [], 'ada', 5)).toBe(false)
  })
})

describe('a deletion', () => {
  test('leaves the place, and takes the content out of the document', () => {
    const { doc, log, one } = page()
    edit(doc, one('a'), 'edited secret', [], 'ada', 5)
    toggleReaction(doc, 'a', '+', 'lin', 6)
    expect(remove(doc, one('a'), 'ada', 7)).toBe(true)
    expect(log.get().map(({ message, isDeleted }) => [message.id, isDeleted])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(one('a')).toMatchObject({ text: '', history: [], reactions: [] })
    expect(one('a').message).toMatchObject({ author: ada, text: '', at: 1 })
    const json = JSON.stringify(doc.toJSON())
    expect(json).not.toContain('first')
    expect(json).not.toContain('secret')
    expect(reactionsOf(doc).size).toBe(0)
    expect(messagesOf(doc)).toHaveLength(1)
  })

  test('has the Yjs id of the deletion, by which one can tell whether it is saved', () => {
    const { doc, one } = page()
    const clock = Y.getState(doc.store, doc.clientID)
    remove(doc, one('a'), 'ada', 7)
    expect(one('a')).toMatchObject({ client: doc.clientID, clock })
  })

  test('by somebody else does not count, before or after the author’s own', () => {
    const { doc, one } = page()
    expect(remove(doc, one('a'), 'lin', 7)).toBe(false)
    deletionsOf(doc).set(encodeKey('a', 'lin'), { at: 9, sentAt: 1, author: lin })
    deletionsOf(doc).set(encodeKey('a', 'ada'), { at: 9, sentAt: 1, author: lin })
    expect(one('a').isDeleted).toBe(false)
    remove(doc, one('a'), 'ada', 9)
    expect(one('a')).toMatchObject({ isDeleted: true, message: { author: ada } })
  })

  test('takes every copy in the page, also in the middle of what one client wrote', () => {
    const doc = new Y.Doc()
    for (const id of ['a', 'b', 'a', 'c', 'a']) append(doc, { id, author: ada, text: id, at: 1 })
    const log = new PageLog(doc, 0)
    remove(doc, log.get()[0] as Shown, 'ada', 2)
    expect(log.get().map(({ text }) => text)).toEqual(['', 'b', 'c'])
    expect(messagesOf(doc)).toHaveLength(2)
  })
})

describe('reactions', () => {
  test('stand in the order in which they came, and so do the people', () => {
    const { doc, one } = page()
    toggleReaction(doc, 'a', '🎉', 'lin', 7)
    toggleReaction(doc, 'a', '👍', 'ada', 6)
    toggleReaction(doc, 'a', '🎉', 'ada', 5)
    expect(one('a').reactions).toEqual([
      { emoji: '🎉', people: ['ada', 'lin'] },
      { emoji: '👍', people: ['ada'] },
    ])
    toggleReaction(doc, 'a', '🎉', 'ada', 9)
    expect(one('a').reactions).toEqual([
      { emoji: '👍', people: ['ada'] },
      { emoji: '🎉', people: ['lin'] },
    ])
  })

  test.each(['', ' ', 'a b', '\n', 'x'.repeat(33), '\ud800'])('cannot be %j', emoji => {
    const { doc } = page()
    expect(toggleReaction(doc, 'a', emoji, 'ada', 1)).toBe(false)
    expect(reactionsOf(doc).size).toBe(0)
  })
})

describe('what follows a page', () => {
  test('gets the same object for what did not change, and is told once for each change', () => {
    const { doc, log, one } = page()
    const [a, b] = [one('a'), one('b')]
    let told = 0
    log.subscribe(() => told++)
    toggleReaction(doc, 'b', '+', 'ada', 3)
    expect(one('a')).toBe(a)
    expect(one('b')).not.toBe(b)
    expect(told).toBe(1)
    remove(doc, one('b'), 'lin', 4)
    expect(told).toBe(2)
    append(doc, { id: 'c', author: ada, text: 'third', at: 9 })
    expect(one('a')).toBe(a)
    expect(told).toBe(3)
    doc.getMap('edits').set('["a", "x"]', { text: 'a key of another spelling', mentions: [], at: 9, by: 'ada' })
    doc.getMap('other').set('a', 1)
    expect(told).toBe(3)
    log.destroy()
    toggleReaction(doc, 'b', '+', 'ada', 3)
    expect(told).toBe(3)
  })

  test('no longer shows what another program took out without a word', () => {
    const { doc, log } = page()
    messagesOf(doc).delete(0, 1)
    expect(log.get().map(({ text }) => text)).toEqual(['second'])
  })

  test('is not disturbed by anything that lies in the document', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, value) => {
        const { doc, log, one } = page()
        const plain = JSON.parse(JSON.stringify(value))
        for (const map of [editsOf(doc), deletionsOf(doc), reactionsOf(doc)]) {
          for (const key of [text, '["a"]', '["a","x"]', '["a","x","y"]', '[["a"],{},null]', '['.repeat(1_900)])
            map.set(key, plain)
        }
        messagesOf(doc).insert(1, [plain])
        expect([one('a').text, one('b').text]).toEqual(['first', 'second'])
        log.destroy()
      }),
    )
  })
})

const step = fc.record({
  who: fc.nat(2),
  index: fc.nat(9),
  what: fc.constantFrom('send', 'send', 'copy', 'edit', 'forge', 'delete', 'react', 'react', 'sync', 'sync'),
})

test('followed change by change, a page is what reading it afresh gives, and equal for everybody', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const people = ['ada', 'lin', 'eve'].map(self => {
        const doc = new Y.Doc()
        return { self, doc, log: new PageLog(doc, 0) }
      })
      const texts = new Map<string, Set<string>>()
      const deleted = new Set<string>()
      let now = 1
      for (const { who, index, what } of steps) {
        const { self, doc, log } = people[who] as (typeof people)[number]
        const before = new Map(log.get().map(shown => [shown.message.id, shown]))
        const any = log.get()[index % log.get().length]
        const isOwn = any?.message.author.id === self
        now++
        if (what === 'send') {
          const id = `m${now}`
          append(doc, { id, author: { id: self, name: self }, text: id, at: index })
          texts.set(id, new Set([id]))
        } else if (what === 'sync') {
          const other = (people[index % 3] as (typeof people)[number]).doc
          Y.applyUpdate(doc, Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc)))
        } else if (any === undefined) continue
        else if (what === 'copy' && !any.isDeleted) append(doc, any.message)
        else if (what === 'edit') {
          if (!any.isDeleted && edit(doc, any, `edit ${now}`, [], self, index))
            texts.get(any.message.id)?.add(`edit ${now}`)
        } else if (what === 'forge') {
          const id = encodeKey(any.message.id, `e${now}`)
          if (!isOwn) editsOf(doc).set(id, { text: 'forged', mentions: [], at: 99, by: self })
          if (!isOwn)
            deletionsOf(doc).set(encodeKey(any.message.id, self), {
              at: 1,
              sentAt: 1,
              author: { id: self, name: self },
            })
        } else if (what === 'delete' && remove(doc, any, self, now)) deleted.add(any.message.id)
        else if (what === 'react') toggleReaction(doc, any.message.id, index % 2 ? '+' : '-', self, now)

        const fresh = new PageLog(doc, 0)
        expect(log.get()).toEqual(fresh.get())
        fresh.destroy()
        for (const shown of log.get()) {
          const old = before.get(shown.message.id)
          if (old !== undefined && JSON.stringify(old) === JSON.stringify(shown)) expect(shown).toBe(old)
        }
      }
      for (const { doc } of people) for (const other of people) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other.doc))
      const shown = people.map(({ log }) => log.get())
      expect(shown[1]).toEqual(shown[0])
      expect(shown[2]).toEqual(shown[0])
      for (const { message, text, isDeleted } of shown[0] ?? []) {
        expect(isDeleted).toBe(deleted.has(message.id))
        if (!isDeleted) expect(texts.get(message.id)).toContain(text)
      }
      expect(shown[0]).toHaveLength(texts.size)
    }),
    { numRuns: 200 },
  )
})
