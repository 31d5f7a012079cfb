import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../protocol/close.ts'
import { hocuspocus } from '../protocol/hocuspocus.ts'
import { type Incoming, ProtocolError, type ServerMessage, type ServerNotice } from '../protocol/message.ts'
import { encodePresence } from '../protocol/presence.ts'
import { forSeeds } from './support/random.ts'

const bytes = (...numbers: number[]) => new Uint8Array(numbers)
const joined = (chunks: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(chunks))
const session = 'doc\0k3x9'

function frame(address: string, ...fields: (number | string | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarString(encoder, address)
  for (const field of fields) {
    if (typeof field === 'number') encoding.writeVarUint(encoder, field)
    else if (typeof field === 'string') encoding.writeVarString(encoder, field)
    else encoding.writeVarUint8Array(encoder, field)
  }
  return encoding.toUint8Array(encoder)
}

const entries = [{ client: 7, clock: 3, state: '{"name":"林"}' }]
const said: [Uint8Array, Incoming][] = [
  [frame('doc', 0, 0, bytes(0)), { type: 'room', address: 'doc', message: { type: 'step1', stateVector: bytes(0) } }],
  [
    frame(session, 0, 1, bytes(0, 0)),
    { type: 'room', address: session, message: { type: 'step2', update: bytes(0, 0), id: null } },
  ],
  [
    frame('a/ü', 0, 2, bytes(1)),
    { type: 'room', address: 'a/ü', message: { type: 'update', update: bytes(1), id: null } },
  ],
  [frame('doc', 1, encodePresence(entries)), { type: 'room', address: 'doc', message: { type: 'presence', entries } }],
  [frame('doc', 3), { type: 'room', address: 'doc', message: { type: 'presence-query' } }],
  [
    frame('doc', 5, '{"a":1}'),
    { type: 'room', address: 'doc', message: { type: 'signal', name: 'stateless', data: '"{\\"a\\":1}"' } },
  ],
  [frame('doc', 2, 0, 'token'), { type: 'enter', room: 'doc', address: 'doc', token: 'token', answersPings: false }],
  [
    frame(session, 2, 0, 'token', '4.7.0'),
    { type: 'enter', room: 'doc', address: session, token: 'token', answersPings: true },
  ],
  [frame('doc', 7), { type: 'leave', address: 'doc' }],
  [bytes(9), { type: 'ping' }],
  [bytes(10), { type: 'pong' }],
]

const heard: [ServerMessage, Uint8Array[]][] = [
  [
    { type: 'opened', room: 'doc', access: 'read', epoch: 1, stateVector: bytes(0), updateBytes: 1, heartbeatMs: 1 },
    [frame('doc', 2, 2, 'readonly'), frame('doc', 0, 0, bytes(0))],
  ],
  [{ type: 'renewed', access: 'write' }, [frame('doc', 2, 2, 'read-write')]],
  [{ type: 'token-wanted' }, [frame('doc', 2, 0)]],
  [{ type: 'step1', stateVector: bytes(0) }, [frame('doc', 0, 0, bytes(0))]],
  [{ type: 'step2', update: bytes(0, 0) }, [frame('doc', 0, 1, bytes(0, 0))]],
  [{ type: 'update', update: bytes(1, 2) }, [frame('doc', 0, 2, bytes(1, 2))]],
  [{ type: 'ack', upTo: 9, count: 3 }, [frame('doc', 8, 1), frame('doc', 8, 1), frame('doc', 8, 1)]],
  [{ type: 'ack', upTo: 9, count: 0 }, []],
  [{ type: 'reject', id: 0, closing: 'malformed', message: 'no' }, [frame('doc', 8, 0)]],
  [{ type: 'presence', entries }, [frame('doc', 1, encodePresence(entries))]],
  [{ type: 'signal', name: 'stateless', data: '"{\\"a\\":1}"' }, [frame('doc', 5, '{"a":1}')]],
  [{ type: 'signal', name: 'stateless', data: '{"a":1}' }, []],
  [{ type: 'signal', name: 'wave', data: '"x"' }, []],
  [{ type: 'closed', closing: 'expired', message: 'it ran out' }, [frame('doc', 7, 'it ran out')]],
]

const noticed: [ServerNotice, Uint8Array[]][] = [
  [{ type: 'heartbeat' }, [bytes(9)]],
  [{ type: 'pong' }, [bytes(10)]],
  [{ type: 'drain', withinMs: 5 }, []],
  [
    { type: 'refused', room: 'doc', address: session, closing: 'denied', message: 'no', epoch: null },
    [frame(session, 2, 1, 'no')],
  ],
]

describe('H1: frames are those of Hocuspocus', () => {
  test.each(said)('%j is read', (bytes, incoming) => {
    expect(hocuspocus.decode(bytes)).toEqual(incoming)
  })

  test.each(heard)('%j is said', (message, frames) => {
    expect(hocuspocus.encode(message, 'doc').map(joined)).toEqual(frames)
  })

  test.each(noticed)('%j is said of the connection', (notice, frames) => {
    expect(hocuspocus.notice(notice).map(joined)).toEqual(frames)
  })
})

describe('H1: a frame that is not a message is refused whole', () => {
  test('when it is cut off anywhere', () => {
    for (const [whole] of said) {
      for (let length = 0; length < whole.length; length++) {
        const cut = whole.subarray(0, length)
        // Without its version, a token is that of an older provider.
        const isOlder = whole[whole.length - 1] === 48 && length === frame(session, 2, 0, 'token').length
        if (!isOlder) expect(() => hocuspocus.decode(cut), `${whole} ${length}`).toThrow(ProtocolError)
      }
    }
  })

  test.each([
    ['an unknown type', frame('doc', 77)],
    ['an unknown sync type', frame('doc', 0, 9, bytes(0))],
    ['an auth message that only servers send', frame('doc', 2, 2, 'read-write')],
    ['bytes after the message', frame('doc', 3, 1)],
    ['presence that is not JSON', frame('doc', 1, bytes(1, 1, 1, 1, 0x7b))],
    ['a session id without end', frame(`doc\0${'x'.repeat(200)}`, 2, 0, 't')],
  ])('when it has %s', (_, bytes) => {
    expect(() => hocuspocus.decode(bytes)).toThrow(ProtocolError)
  })

  test('and says in which document it was, where that could be read', () => {
    try {
      hocuspocus.decode(frame('doc', 77))
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ name: 'ProtocolError', address: 'doc' })
    }
  })

  test('words of another protocol name no document', () => {
    // The first frame of a y-websocket client.
    expect(() => hocuspocus.decode(bytes(0, 0, 1, 0))).toThrow(Refusal)
    expect(() => hocuspocus.decode(frame('a\u0001b', 3))).toThrow(Refusal)
  })

  test('and random bytes never do anything else', () => {
    forSeeds(3_000, random => {
      const noise = Uint8Array.from({ length: random.below(40) }, () => random.below(random.chance(0.5) ? 12 : 256))
      const address = random.chance(0.5) ? frame('doc') : bytes()
      try {
        hocuspocus.decode(joined([address, noise]))
      } catch (error) {
        expect(error instanceof ProtocolError || error instanceof Refusal).toBe(true)
      }
    })
  })
})
