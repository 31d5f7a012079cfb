import fc from 'fast-check'
import { expect, test } from 'vitest'
import { documentName, readRoomName, roomInPath, roomPath } from './room-name.ts'

test.each([
  ['', 'empty'],
  ['  ', 'empty'],
  ['.', 'dots'],
  ['..', 'dots'],
  ['a\u0007b', 'characters'],
  ['a\ud800', 'characters'],
  ['x'.repeat(249), 'long'],
  ['港'.repeat(83), 'long'],
] as const)('%j is no room name: %s', (typed, why) => {
  expect(readRoomName(typed)).toEqual({ ok: false, why })
})

test('two spellings of one name are one room', () => {
  expect(readRoomName(' cafe\u0301 ')).toEqual({ ok: true, name: 'caf\u00e9' })
})

test('every room name survives the address bar and fits the server', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), typed => {
      const room = readRoomName(typed)
      fc.pre(room.ok)
      const path = new URL(roomPath(room.name), 'http://host').pathname
      expect(roomInPath(path)).toBe(room.name)
      const document = documentName(room.name, 0)
      expect(document).toBe(`chat/${room.name}/0`)
      expect(new TextEncoder().encode(document).length).toBeLessThanOrEqual(255)
    }),
  )
})

test('an address that was typed by hand names a room, too', () => {
  expect(roomInPath('/r/a/b c')).toBe('a/b c')
  expect(roomInPath('/r/100%')).toBe('100%')
  expect(roomInPath('/')).toBeNull()
  expect(roomInPath('/room/a')).toBeNull()
})
