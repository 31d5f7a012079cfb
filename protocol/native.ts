import type { Payload } from './message.ts'
import { ProtocolError } from './message.ts'
import type { Reader } from './reader.ts'
import { header } from './writer.ts'

/**
 * The dialect `y-harbor.v1`: one connection, many rooms, every update acknowledged when it is on disk. This file is what
 * both ends share; `native-server.ts` and `native-client.ts` are the ends. `docs/protocol.md` has the rules.
 */

/** The WebSocket subprotocol. A client offers every version it speaks; the server picks one. */
export const NATIVE_PROTOCOL = 'y-harbor.v1'

/** The first number of a message. The same number means the same thing in both directions. */
export const kinds = {
  fragment: 0,
  token: 1,
  open: 2,
  leave: 3,
  step1: 4,
  step2: 5,
  update: 6,
  presence: 7,
  signal: 8,
  ack: 9,
  reject: 10,
  ping: 11,
  drain: 12,
  refused: 13,
} as const

/** A larger message is sent in fragments, so that nothing else has to wait for all of it. */
export const FRAME_BYTES = 256 * 1024
/** Room for headers, and for parts of an answer, which are cut behind the struct that makes them large enough. */
export const FRAME_OVERHEAD_BYTES = 8 * 1024

/** The longest signal: its name and its JSON text together, in UTF-16 units. */
export const SIGNAL_LENGTH = 16 * 1024

/**
 * Behind its own fields a message may have optional ones: a number and bytes each. Whoever does not know a number skips
 * it, so that a field can be added without a new version.
 */
export const options = { epoch: 1 } as const

export function encodeOption(option: number, value: Uint8Array): Uint8Array[] {
  return [header(option, value.length), value]
}

/** Reads optional fields up to the end of the message. */
export function readOptions(reader: Reader): ReadonlyMap<number, Uint8Array> {
  if (reader.left === 0) return NO_OPTIONS
  const found = new Map<number, Uint8Array>()
  while (reader.left > 0) {
    const option = reader.uint()
    if (found.has(option)) throw new ProtocolError('an optional field is there twice')
    found.set(option, reader.bytes())
  }
  return found
}

const NO_OPTIONS: ReadonlyMap<number, Uint8Array> = new Map()

/** The frames of a message: itself, or fragments. */
export function framesOf(message: Payload): readonly Payload[] {
  const length = message.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length <= FRAME_BYTES + FRAME_OVERHEAD_BYTES) return [message]
  const frames: Uint8Array[][] = []
  let room = 0
  let sent = 0
  for (const chunk of message) {
    for (let from = 0; from < chunk.length; ) {
      if (room === 0) {
        frames.push([header(kinds.fragment, sent + FRAME_BYTES >= length ? LAST : MORE)])
        room = FRAME_BYTES
      }
      const piece = chunk.subarray(from, from + room)
      frames[frames.length - 1].push(piece)
      from += piece.length
      room -= piece.length
      sent += piece.length
    }
  }
  return frames
}

const LAST = 0
const MORE = 1

/** A fragment behind its kind. */
export function readFragment(reader: Reader): { type: 'fragment'; bytes: Uint8Array; isLast: boolean } {
  const flag = reader.uint()
  if (flag !== LAST && flag !== MORE) throw new ProtocolError('a fragment is neither the last nor another')
  return { type: 'fragment', bytes: reader.rest(), isLast: flag === LAST }
}
