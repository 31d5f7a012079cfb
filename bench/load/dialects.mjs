/** How the servers want to be spoken to: bytes in, bytes out, and no provider in between. */

import * as encoding from 'lib0/encoding'
import { wireFrame } from './socket.mjs'

const sync = 0
const step1 = 0
const step2 = 1
const update = 2
/** What someone who has nothing knows, and what he has to offer. */
const emptyVector = Uint8Array.of(0)
const emptyUpdate = Uint8Array.of(0, 0)

const build = write => {
  const encoder = encoding.createEncoder()
  write(encoder)
  return wireFrame(encoding.toUint8Array(encoder))
}

/**
 * @typedef {{kind: 'step1' | 'step2' | 'update', bytes: Buffer} | {kind: 'refused', why: string} | null} Heard
 * @typedef {object} Dialect
 * @property {(room: string) => string} path
 * @property {(room: string) => Buffer[]} hello           what a client that has nothing says first
 * @property {(room: string) => Buffer} answer            its answer to the server's step 1
 * @property {(room: string, bytes: Uint8Array) => Buffer} update
 * @property {(room: string) => Buffer | null} keepAlive  sent now and then, as the stock provider does
 * @property {(payload: Buffer) => Heard} read
 */

/** @type {Record<string, Dialect>} */
export const dialects = {
  'y-websocket': { ...plain(), path: room => `/${room}` },

  /** y-websocket frames, but nobody on the other side who could answer. */
  relay: { ...plain(), path: room => `/${room}`, hello: () => [] },

  hocuspocus: {
    path: () => '/',
    hello: room => [
      build(encoder => {
        encoding.writeVarString(encoder, room)
        encoding.writeVarUint(encoder, 2)
        encoding.writeVarUint(encoder, 0)
        encoding.writeVarString(encoder, 'token')
        encoding.writeVarString(encoder, '4.0.0')
      }),
      named(room, step1, emptyVector),
    ],
    answer: room => named(room, step2, emptyUpdate),
    update: (room, bytes) => named(room, update, bytes),
    keepAlive: room =>
      build(encoder => {
        encoding.writeVarString(encoder, room)
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarUint8Array(encoder, Uint8Array.of(0))
      }),
    read(payload) {
      const at = 1 + payload[0]
      switch (payload[at]) {
        case 0:
        case 4:
          return readSync(payload, at + 1)
        case 2:
          return payload[at + 1] === 1 ? { kind: 'refused', why: 'the token was denied' } : null
        case 7:
          return { kind: 'refused', why: `the document was closed: ${payload.toString('utf8', at + 2)}` }
        case 8:
          return payload[at + 1] === 0 ? { kind: 'refused', why: 'an update was refused' } : null
        default:
          return null
      }
    },
  },
}

function plain() {
  const message = (kind, bytes) =>
    build(encoder => {
      encoding.writeVarUint(encoder, sync)
      encoding.writeVarUint(encoder, kind)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  return {
    hello: () => [message(step1, emptyVector)],
    answer: () => message(step2, emptyUpdate),
    update: (_room, bytes) => message(update, bytes),
    keepAlive: () => null,
    read: payload => (payload[0] === sync ? readSync(payload, 1) : null),
  }
}

function named(room, kind, bytes) {
  return build(encoder => {
    encoding.writeVarString(encoder, room)
    encoding.writeVarUint(encoder, sync)
    encoding.writeVarUint(encoder, kind)
    encoding.writeVarUint8Array(encoder, bytes)
  })
}

function readSync(payload, at) {
  const kind = payload[at++]
  let length = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = payload[at++]
    length += (byte & 127) * factor
    if (byte < 128) break
  }
  const bytes = payload.subarray(at, at + length)
  if (kind === step1) return { kind: 'step1', bytes }
  if (kind === step2) return { kind: 'step2', bytes }
  if (kind === update) return { kind: 'update', bytes }
  return null
}
