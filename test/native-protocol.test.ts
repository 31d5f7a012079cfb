import { describe, expect, test } from 'vitest'
import { Fragments } from '../protocol/fragments.ts'
import { type Incoming, ProtocolError, type ServerMessage, type ServerNotice } from '../protocol/message.ts'
import { FRAME_BYTES, FRAME_OVERHEAD_BYTES } from '../protocol/native.ts'
import { decodeHearing, encodeSaying, type Hearing, type Saying } from '../protocol/native-client.ts'
import { native } from '../protocol/native-server.ts'
import { encodePresence } from '../protocol/presence.ts'
import { forSeeds } from './support/random.ts'

const bytes = (...numbers: number[]) => new Uint8Array(numbers)
const joined = (chunks: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(chunks))

const entries = [{ client: 2 ** 40, clock: 3, state: '{"name":"林"}' }]
const said: [Saying, Incoming][] = [
  [
    { type: 'token', token: 'ey.x' },
    { type: 'token', token: 'ey.x' },
  ],
  [
    { type: 'open', room: 'café/1', stateVector: bytes(0), epoch: null },
    { type: 'open', room: 'café/1', stateVector: bytes(0), epoch: null },
  ],
  [
    { type: 'open', room: 'r', stateVector: bytes(1, 2, 3), epoch: 2 ** 48 },
    { type: 'open', room: 'r', stateVector: bytes(1, 2, 3), epoch: 2 ** 48 },
  ],
  [
    { type: 'leave', room: 300 },
    { type: 'leave', address: 300 },
  ],
  [{ type: 'ping' }, { type: 'ping' }],
  [
    { type: 'step2', room: 1, id: 2 ** 33, update: bytes(0, 0) },
    { type: 'room', address: 1, message: { type: 'step2', id: 2 ** 33, update: bytes(0, 0) } },
  ],
  [
    { type: 'update', room: 1, id: 1, update: bytes(9) },
    { type: 'room', address: 1, message: { type: 'update', id: 1, update: bytes(9) } },
  ],
  [
    { type: 'presence', room: 1, update: encodePresence(entries) },
    { type: 'room', address: 1, message: { type: 'presence', entries } },
  ],
  [
    { type: 'signal', room: 1, name: 'wave', data: '{"a":1}' },
    { type: 'room', address: 1, message: { type: 'signal', name: 'wave', data: '{"a":1}' } },
  ],
]

const heard: [ServerMessage, Hearing][] = [
  [
    {
      type: 'opened',
      room: 'café',
      access: 'read',
      epoch: 2 ** 47,
      stateVector: bytes(0),
      updateBytes: 4_194_304,
      heartbeatMs: 20_000,
    },
    {
      type: 'opened',
      name: 'café',
      room: 5,
      access: 'read',
      epoch: 2 ** 47,
      stateVector: bytes(0),
      updateBytes: 4_194_304,
      heartbeatMs: 20_000,
    },
  ],
  [
    { type: 'step1', stateVector: bytes(0) },
    { type: 'step1', room: 5, stateVector: bytes(0) },
  ],
  [
    { type: 'update', update: bytes(1, 2) },
    { type: 'update', room: 5, update: bytes(1, 2) },
  ],
  [
    { type: 'step2', update: bytes(0, 0) },
    { type: 'step2', room: 5, update: bytes(0, 0) },
  ],
  [
    { type: 'ack', upTo: 2 ** 40, count: 3 },
    { type: 'ack', room: 5, upTo: 2 ** 40 },
  ],
  [
    { type: 'reject', id: 7, closing: 'too-large', message: 'too large' },
    { type: 'reject', room: 5, id: 7, code: 4413, message: 'too large' },
  ],
  [
    { type: 'presence', entries },
    { type: 'presence', room: 5, update: encodePresence(entries) },
  ],
  [
    { type: 'signal', name: 'n', data: 'null' },
    { type: 'signal', room: 5, name: 'n', data: 'null' },
  ],
  [{ type: 'token-wanted' }, { type: 'token-wanted' }],
  [
    { type: 'closed', closing: 'expired', message: 'it ran out' },
    { type: 'closed', room: 5, code: 4510, message: 'it ran out' },
  ],
]

const noticed: [ServerNotice, Hearing][] = [
  [{ type: 'heartbeat' }, { type: 'heartbeat' }],
  [
    { type: 'drain', withinMs: 5_000 },
    { type: 'drain', withinMs: 5_000 },
  ],
  [
    { type: 'refused', room: 'r', address: 'r', closing: 'denied', message: 'no', epoch: null },
    { type: 'refused', name: 'r', code: 4401, message: 'no', epoch: null },
  ],
  [
    { type: 'refused', room: 'r', address: 'r', closing: 'other-epoch', message: 'other', epoch: 9 },
    { type: 'refused', name: 'r', code: 4409, message: 'other', epoch: 9 },
  ],
]

const clientFrames = said.map(([saying]) => joined(encodeSaying(saying)))
const serverFrames = [
  ...heard.map(([message]) => joined(native.encode(message, 5).flat())),
  ...noticed.map(([notice]) => joined(native.notice(notice).flat())),
]

describe('what one end says is what the other reads', () => {
  test.each(said)('the server reads %j', (saying, incoming) => {
    expect(encodeSaying(saying).map(frame => native.decode(frame))).toEqual([incoming])
  })

  test.each(heard)('the client reads %j', (message, hearing) => {
    expect(native.encode(message, 5).map(frame => decodeHearing(joined(frame)))).toEqual([hearing])
  })

  test.each(noticed)('the client reads the notice %j', (notice, hearing) => {
    expect(native.notice(notice).map(frame => decodeHearing(joined(frame)))).toEqual([hearing])
  })
})

describe('N9: optional fields that one end does not know are skipped by it', () => {
  const unknownOption = bytes(99, 2, 1, 2)

  test('by the server', () => {
    for (const [at, frame] of clientFrames.entries()) {
      expect(native.decode(joined([frame, unknownOption]))).toEqual(said[at][1])
    }
  })

  test('by the client, which also ignores messages of a kind it does not know', () => {
    const expected = [...heard, ...noticed].map(([, hearing]) => hearing)
    for (const [at, frame] of serverFrames.entries()) {
      expect(decodeHearing(joined([frame, unknownOption]))).toEqual(expected[at])
    }
    expect(decodeHearing(bytes(77, 1, 2, 3))).toEqual({ type: 'unknown' })
  })
})

describe('N10: a frame that is not a message is refused whole', () => {
  test('when it is cut off anywhere', () => {
    for (const frame of clientFrames) {
      for (let length = 0; length < frame.length; length++) {
        // What is left of an open without its optional epoch is an open.
        const isWhole = frame[0] === 2 && length === frame.length - 9 && frame.length > 14
        if (!isWhole)
          expect(() => native.decode(frame.subarray(0, length)), `${frame} ${length}`).toThrow(ProtocolError)
      }
    }
  })

  test.each([
    ['an unknown kind', bytes(77, 1)],
    ['an optional field that is there twice', joined([clientFrames[4], bytes(9, 0, 9, 0)])],
    ['an optional field that is cut off', joined([clientFrames[4], bytes(9, 5, 0)])],
    ['a fragment that is neither last nor not', bytes(0, 2, 1)],
    ['a signal that is not JSON', bytes(8, 1, 1, 97, 1, 0x7b)],
    ['a room name that is not UTF-8', bytes(2, 1, 0xff, 1, 0)],
  ])('when it has %s', (_, frame) => {
    expect(() => native.decode(frame)).toThrow(ProtocolError)
  })

  test('and random bytes never do anything else', () => {
    forSeeds(3_000, random => {
      const frame = Uint8Array.from({ length: random.below(40) }, () => random.below(random.chance(0.5) ? 14 : 256))
      for (const read of [native.decode, decodeHearing]) {
        try {
          read(frame)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }
    })
  })
})

describe('N11: a message above 264 KB travels in fragments and arrives whole', () => {
  test.each([
    FRAME_BYTES - 100,
    FRAME_BYTES + FRAME_OVERHEAD_BYTES - 8,
    FRAME_BYTES + FRAME_OVERHEAD_BYTES,
    2 * FRAME_BYTES,
    2 * FRAME_BYTES + 7,
    1_000_000,
  ])('%i bytes', size => {
    const update = Uint8Array.from({ length: size }, (_, i) => i * 7)
    const frames = encodeSaying({ type: 'update', room: 3, id: 4, update })
    for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(FRAME_BYTES + FRAME_OVERHEAD_BYTES)
    const up = native.decode(assembled(frames))
    expect(up).toMatchObject({ type: 'room', address: 3, message: { type: 'update', id: 4 } })
    if (up.type !== 'room' || up.message.type !== 'update') throw new Error('not an update')
    expect(Buffer.compare(up.message.update, update)).toBe(0)

    const payloads = native.encode({ type: 'step2', update }, 3).map(joined)
    expect(payloads.length).toBe(frames.length)
    const down = decodeHearing(assembled(payloads))
    if (down.type !== 'step2') throw new Error('not a step 2')
    expect(Buffer.compare(down.update, update)).toBe(0)
  })

  test('and one that never ends is refused at the limit', () => {
    const fragments = new Fragments()
    expect(fragments.add(new Uint8Array(600), false, 1_000)).toBe(null)
    expect(() => fragments.add(new Uint8Array(600), false, 1_000)).toThrow(ProtocolError)
  })
})

function assembled(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0]
  const fragments = new Fragments()
  for (const [at, frame] of frames.entries()) {
    const fragment = native.decode(frame)
    if (fragment.type !== 'fragment') throw new Error(`${fragment.type} among fragments`)
    const whole = fragments.add(fragment.bytes, fragment.isLast, 100 * FRAME_BYTES)
    expect(whole !== null).toBe(at === frames.length - 1)
    if (whole !== null) return whole
  }
  throw new Error('the last fragment was not the last')
}
