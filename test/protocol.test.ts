import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { closings, Refusal } from '../protocol/close.ts'
import { type ClientMessage, ProtocolError, type ServerMessage } from '../protocol/message.ts'
import { isRoomName, MAX_NAME_BYTES, roomOfPath } from '../protocol/name.ts'
import { encodePresence, readPresence } from '../protocol/presence.ts'
import { THE_ROOM, yWebsocket } from '../protocol/y-websocket.ts'
import { frameOf } from '../server/frame.ts'

const bytes = (...numbers: number[]) => new Uint8Array(numbers)
const joined = (chunks: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(chunks))

describe('P1: a frame is exactly one message', () => {
  test('every message a client can send is read', () => {
    const read: [Uint8Array, ClientMessage][] = [
      [bytes(0, 0, 1, 0), { type: 'step1', stateVector: bytes(0) }],
      [bytes(0, 1, 2, 0, 0), { type: 'step2', update: bytes(0, 0), id: null }],
      [bytes(0, 2, 2, 0, 0), { type: 'update', update: bytes(0, 0), id: null }],
      [bytes(1, 1, 0), { type: 'presence', entries: [] }],
      [bytes(3), { type: 'presence-query' }],
    ]
    for (const [frame, message] of read) {
      expect(yWebsocket.decode(frame)).toEqual({ type: 'room', address: THE_ROOM, message })
    }
  })

  test.each([
    ['an empty frame', bytes()],
    ['a cut integer', bytes(0x80)],
    ['an unknown type', bytes(77)],
    ['an unknown sync type', bytes(0, 9, 0)],
    ['an update that is cut off', bytes(0, 2, 5, 1, 2)],
    ['bytes after the message', bytes(0, 2, 2, 0, 0, 7)],
    ['a presence that is not JSON', bytes(1, 5, 1, 1, 1, 1, 0x7b)],
    ['more presence than there are bytes', bytes(1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['invalid UTF-8', bytes(1, 5, 1, 1, 1, 1, 0xff)],
  ])('%s is refused', (_, frame) => {
    expect(() => yWebsocket.decode(frame)).toThrow(ProtocolError)
  })

  test('a length that reaches past the frame never shows its neighbours in memory', () => {
    const pool = bytes(0, 2, 6, 1, 2, 3, 4, 5, 6, 7)
    expect(() => yWebsocket.decode(pool.subarray(0, 5))).toThrow(ProtocolError)
  })

  test('what the server says reads back as what it means', () => {
    const says: [ServerMessage, number[]][] = [
      [{ type: 'step1', stateVector: bytes(0) }, [0, 0, 1, 0]],
      [{ type: 'update', update: bytes(0, 0) }, [0, 2, 2, 0, 0]],
      [{ type: 'step2', update: bytes(0, 0) }, [0, 1, 2, 0, 0]],
      [{ type: 'presence', entries: [{ client: 1, clock: 2, state: 'null' }] }, [1, 8, 1, 1, 2, 4, 110, 117, 108, 108]],
    ]
    for (const [message, frame] of says) {
      expect(yWebsocket.encode(message, THE_ROOM).map(payload => [...joined(payload)])).toEqual([frame])
    }
    expect(yWebsocket.notice({ type: 'heartbeat' }).map(payload => [...joined(payload)])).toEqual([[1, 1, 0]])
  })
})

test('P2: presence reads back, and every spelling of null is a leave', () => {
  const entries = [
    { client: 2 ** 40, clock: 3, state: '{"name":"林"}' },
    { client: 1, clock: 0, state: 'null' },
  ]
  expect(readPresence(encodePresence(entries))).toEqual(entries)
  expect(readPresence(encodePresence([{ client: 1, clock: 0, state: ' null ' }]))[0].state).toBe('null')
})

describe('P3: a room is named by the path', () => {
  test.each([
    ['/notes', 'notes'],
    ['/chat/harbour/0?token=x', 'chat/harbour/0'],
    ['/caf%C3%A9', 'café'],
    ['/__proto__', '__proto__'],
    ['/a%2Fb', 'a/b'],
    ['/..%2f', '../'],
    [`/${'x'.repeat(255)}`, 'x'.repeat(255)],
  ])('%s names %s', (path, name) => expect(roomOfPath(path)).toBe(name))

  test.each(['/', '', '/?x', '/%', '/%00', '/%7f', '/%C2%80', '/%ff', '/%ED%A0%80', `/${'x'.repeat(256)}`, '/a%0Ab'])(
    '%j names none',
    path => expect(roomOfPath(path)).toBe(null),
  )

  test('the length counts bytes, not characters', () => {
    expect(isRoomName('港'.repeat(85))).toBe(true)
    expect(isRoomName('港'.repeat(86))).toBe(false)
    expect(MAX_NAME_BYTES).toBe(255)
  })
})

test('P4: 44xx means stop, 45xx means try again, and no two reasons share a code', () => {
  const codes = Object.values(closings).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const code of codes) expect(code >= 4400 && code < 4600).toBe(true)
  expect(closings.storage.code).toBeGreaterThanOrEqual(4500)
  expect(closings.malformed.code).toBeLessThan(4500)
  for (const { reason } of Object.values(closings)) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
  expect(new Refusal('too-large').message).toBe(closings['too-large'].reason)
})

describe('frames', () => {
  test.each([0, 125, 126, 65_535, 65_536, 100_000])('a payload of %d bytes has the header RFC 6455 asks for', size => {
    const encoder = encoding.createEncoder()
    for (let i = 0; i < size; i++) encoding.write(encoder, i & 0xff)
    const payload = encoding.toUint8Array(encoder)
    const frame = joined(frameOf([payload.subarray(0, 3), payload.subarray(3)]))
    const headerBytes = size < 126 ? 2 : size < 65_536 ? 4 : 10
    expect(frame[0]).toBe(0x82)
    expect(frame.length).toBe(headerBytes + size)
    expect(Buffer.compare(frame.subarray(headerBytes), payload)).toBe(0)
    const view = Buffer.from(frame)
    const length = size < 126 ? view[1] : size < 65_536 ? view.readUInt16BE(2) : Number(view.readBigUInt64BE(2))
    expect(length).toBe(size)
  })
})
