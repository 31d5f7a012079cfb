import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { applySplice, type Delta, indexAfter, plainText, spliceAfter, spliceBetween } from './splice.ts'

const words = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '波', '🌊', '🏴'), maxLength: 12 })

const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text)

function textOf(content: string): Y.Text {
  const text = new Y.Doc().getText('text')
  text.insert(0, content)
  return text
}

describe('what was written into a text field', () => {
  test('turns the text before into the text after, wherever the caret is, and never cuts a character in two', () => {
    fc.assert(
      fc.property(words, words, fc.nat(), (before, after, at) => {
        const splice = spliceBetween(before, after, at % (after.length + 1))
        expect(splice === null).toBe(after === before)
        if (splice === null) return
        const text = textOf(before)
        applySplice(text, splice)
        expect(text.toString()).toBe(after)
        expect(isWhole(splice.inserted)).toBe(true)
        expect(isWhole(before.slice(splice.at, splice.at + splice.removed))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is as little as possible, and of equal letters the ones before the caret', () => {
    expect(spliceBetween('tide table', 'tide, table', 5)).toEqual({ at: 4, removed: 0, inserted: ',' })
    expect(spliceBetween('aa', 'aaa', 1)).toEqual({ at: 0, removed: 0, inserted: 'a' })
    expect(spliceBetween('aa', 'aaa', 3)).toEqual({ at: 2, removed: 0, inserted: 'a' })
    expect(spliceBetween('abc', 'ac', 1)).toEqual({ at: 1, removed: 1, inserted: '' })
    expect(spliceBetween('same', 'same', 2)).toBeNull()
  })
})

describe('a caret', () => {
  const delta = (...pieces: Delta): Delta => pieces
  test('stays with the letter behind it', () => {
    expect(indexAfter(3, delta({ insert: 'ab' }))).toBe(5)
    expect(indexAfter(3, delta({ retain: 3 }, { insert: 'ab' }))).toBe(3)
    expect(indexAfter(3, delta({ retain: 4 }, { insert: 'ab' }))).toBe(3)
    expect(indexAfter(3, delta({ delete: 2 }))).toBe(1)
    expect(indexAfter(3, delta({ retain: 2 }, { delete: 5 }))).toBe(2)
    expect(indexAfter(3, delta({ delete: 1 }, { insert: 'xyz' }))).toBe(5)
  })

  test('is after a change where the text in front of it is', () => {
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), fc.nat(), words, (content, at, from, length, inserted) => {
        const text = textOf(content)
        const index = at % (content.length + 1)
        const start = from % (content.length + 1)
        const marks = Y.createRelativePositionFromTypeIndex(text, index, -1)
        let delta: Delta = []
        text.observe(event => {
          delta = event.delta
        })
        text.doc?.transact(() => {
          text.delete(start, Math.min(length % 4, content.length - start))
          text.insert(start, inserted)
        })
        const expected = Y.createAbsolutePositionFromRelativePosition(marks, text.doc as Y.Doc)?.index
        // Where text was inserted right at the caret or its place was removed, both sides of what is new are right.
        if (index < start || index > start + 4) expect(indexAfter(index, delta)).toBe(expected)
        expect(indexAfter(index, delta)).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 },
    )
  })
})

test('what an input method was writing while others wrote goes where it was meant', () => {
  const text = textOf('one two')
  const deltas: Delta[] = []
  text.observe(event => deltas.push(event.delta))
  text.insert(0, 'zero ')
  text.insert(text.length, ' three')
  const splice = spliceBetween('one two', 'one 二 two', 6)
  if (splice === null) throw new Error('Something was written.')
  applySplice(text, spliceAfter(splice, deltas))
  expect(text.toString()).toBe('zero one 二 two three')
})

test('a text is read unit for unit, whatever some program put into it', () => {
  const text = textOf('one\r\ntwo')
  text.insertEmbed(3, { image: 'x' })
  text.format(0, 2, { bold: true })
  expect(plainText(text)).toBe('one\ufffc \ntwo')
  expect(plainText(text)).toHaveLength(text.length)
})
