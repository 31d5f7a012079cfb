import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Message,
  maxMentions,
  maxNameLength,
  newId,
  newMessage,
  nextTime,
  plainMessage,
  readMessage,
  replyTo,
  tidyName,
  tidyText,
} from './message.ts'

const sound = { id: 'm1', author: { id: 'a1', name: 'Ada' }, text: 'hello', at: 1 }

describe('reading a message', () => {
  test('takes its fields and nothing else, and what an old one does not have is empty', () => {
    expect(readMessage({ ...sound, html: '<b>' })).toEqual({ ...sound, replyTo: null, mentions: [], attachments: [] })
  })

  test.each([
    ['no id', { ...sound, id: undefined }],
    ['an empty id', { ...sound, id: '' }],
    ['an id without end', { ...sound, id: 'x'.repeat(1000) }],
    ['a number as text', { ...sound, text: 7 }],
    ['no author', { ...sound, author: null }],
    ['a name that is an object', { ...sound, author: { id: 'a1', name: {} } }],
    ['a time that is no number', { ...sound, at: 'now' }],
    ['a time that is not a time', { ...sound, at: Number.NaN }],
    ['a time no calendar knows', { ...sound, at: 1e300 }],
    ['a list', [sound]],
    ['inherited fields', Object.create(sound)],
  ])('is refused with %s', (_what, value) => {
    expect(readMessage(value)).toBeNull()
  })

  test('never throws, whatever lies in the document', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true, withBigInt: true }), value => {
        readMessage(value)
        readMessage({ ...sound, author: value })
        const withValue = readMessage({ ...sound, replyTo: value, mentions: [value], attachments: [value, value] })
        expect(withValue).toMatchObject(sound)
      }),
    )
  })
})

describe('what goes with a message', () => {
  const picture = { id: 'f_1-a', name: 'pier.jpg', type: 'image/jpeg', size: 9, width: 4, height: 3 }
  const whole: Message = {
    ...sound,
    replyTo: { id: 'm0', page: 2, author: 'Lin', text: 'and you?' },
    mentions: [{ id: 'l1', name: 'Lin' }],
    attachments: [picture],
  }

  test('is read as it was written, and what is empty is not written', () => {
    expect(readMessage(plainMessage(whole))).toEqual(whole)
    expect(plainMessage(newMessage(sound))).toEqual(sound)
    expect(Object.keys(plainMessage(newMessage(sound)))).toEqual(['id', 'author', 'text', 'at'])
  })

  test.each([
    ['an id that is a path', { ...picture, id: '../secret' }],
    ['a size below nothing', { ...picture, size: -1 }],
    ['no name', { ...picture, name: undefined }],
  ])('an attachment with %s is none', (_what, attachment) => {
    expect(readMessage({ ...whole, attachments: [attachment, picture] })?.attachments).toEqual([picture])
  })

  test('a file is called what it is called, from left to right', () => {
    const [read] = readMessage({
      ...whole,
      attachments: [{ ...picture, name: 'a\u202egpj.exe\n', type: 'x', width: 1e9 }],
    })?.attachments ?? [null]
    expect(read).toEqual({ ...picture, name: 'agpj.exe', type: 'application/octet-stream', width: null, height: null })
  })

  test('has bounds', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({ ...picture, id: `${i}`, name: `${i}` }))
    const read = readMessage({ ...whole, mentions: many, attachments: many })
    expect(read?.mentions).toHaveLength(maxMentions)
    expect(read?.attachments).toHaveLength(10)
    expect(readMessage({ ...whole, mentions: [sound.author, sound.author] })?.mentions).toEqual([sound.author])
  })

  test('an answer remembers the beginning of what it answers, not half a character', () => {
    expect(replyTo(whole, `${'x'.repeat(139)}🙂`, 4)).toEqual({
      id: 'm1',
      page: 4,
      author: 'Ada',
      text: 'x'.repeat(139),
    })
    expect(readMessage({ ...whole, replyTo: { ...whole.replyTo, page: 1.5 } })?.replyTo).toBeNull()
  })
})

describe('writing a message', () => {
  test('a name is one line of visible text, cut between characters', () => {
    expect(tidyName('  Ada\n\t Lovelace \u0000 ')).toBe('Ada Lovelace')
    expect([...tidyName('🙂'.repeat(100))]).toHaveLength(maxNameLength)
    expect(tidyName(' \n ')).toBe('')
  })

  test('a text keeps its inner lines and its indentation, and loses blank ends', () => {
    expect(tidyText('\n \n  a\n\n  b \n')).toBe('  a\n\n  b')
    expect(tidyText(' \n\t ')).toBe('')
  })

  test('what is written is what every encoder writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const tidy = tidyText(text)
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(tidy))).toBe(tidy)
        expect(tidyText(tidy)).toBe(tidy)
      }),
    )
    expect(tidyText('a\ud800b')).toBe('a\ufffdb')
  })

  test('an answer never sorts before its question, even by a clock that is behind', () => {
    expect(nextTime(1_000, 0, 5_000)).toBe(5_001)
    expect(nextTime(9_000, 0, 5_000)).toBe(9_000)
    expect(nextTime(1_000, 1_000, 0)).toBe(1_001)
  })

  test('a clock far in the future is not followed', () => {
    expect(nextTime(1_000, 0, 1_000 + 60 * 60_000)).toBe(1_000)
  })

  test('ids are 128 random bits', () => {
    const ids = Array.from({ length: 1000 }, newId)
    expect(new Set(ids).size).toBe(1000)
    expect(ids.every(id => /^[0-9a-f]{32}$/.test(id))).toBe(true)
  })
})
