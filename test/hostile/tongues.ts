import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { hocuspocus } from '../../protocol/hocuspocus.ts'
import type { Address, Dialect } from '../../protocol/message.ts'
import { decodeHearing, encodeSaying } from '../../protocol/native-client.ts'
import { native } from '../../protocol/native-server.ts'
import { THE_ROOM, yWebsocket } from '../../protocol/y-websocket.ts'

/** What a client may want to say in a room, whatever it speaks. */
export type Word =
  | { type: 'step1'; vector: Uint8Array }
  | { type: 'step2' | 'update'; update: Uint8Array; id: number }
  | { type: 'presence'; update: Uint8Array }
  | { type: 'presence-query' }
  | { type: 'signal'; name: string; data: string }
  | { type: 'token'; token: string }
  | { type: 'ping' }
  | { type: 'leave' }

/** A room as its client calls it: by name, and by the address its messages carry. */
export interface Place {
  room: string
  address: Address
}

/** What the server said, as far as anyone here listens. */
export type Heard =
  | { type: 'opened'; place: Place; vector: Uint8Array | null }
  | { type: 'out'; address: Address }
  | { type: 'question'; address: Address; vector: Uint8Array }
  | { type: 'content'; address: Address; update: Uint8Array }
  | { type: 'presence'; address: Address; update: Uint8Array }
  | { type: 'ack'; address: Address; upTo: number | null }
  | { type: 'other' }

/** The client's end of a dialect. */
export interface Tongue {
  dialect: Dialect
  /** The frames by which a client enters a room; none where the address of the socket does. */
  enter(room: string, token: string): Uint8Array[]
  /** The frames of a word; none where the dialect has none for it. */
  say(word: Word, place: Place): Uint8Array[]
  hear(payload: Uint8Array): Heard
}

const OTHER: Heard = { type: 'other' }

export function message(...fields: (number | string | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const field of fields) {
    if (typeof field === 'number') encoding.writeVarUint(encoder, field)
    else if (typeof field === 'string') encoding.writeVarString(encoder, field)
    else encoding.writeVarUint8Array(encoder, field)
  }
  return encoding.toUint8Array(encoder)
}

const stock: Tongue = {
  dialect: yWebsocket,
  enter: () => [],
  say(word) {
    switch (word.type) {
      case 'step1':
        return [message(0, 0, word.vector)]
      case 'step2':
        return [message(0, 1, word.update)]
      case 'update':
        return [message(0, 2, word.update)]
      case 'presence':
        return [message(1, word.update)]
      case 'presence-query':
        return [message(3)]
      default:
        return []
    }
  },
  hear: payload => hearSync(decoding.createDecoder(payload), THE_ROOM),
}

const hocus: Tongue = {
  dialect: hocuspocus,
  enter: (room, token) => [message(room, 2, 0, token, '4.8.0')],
  say(word, { address }) {
    const to = String(address)
    switch (word.type) {
      case 'step1':
        return [message(to, 0, 0, word.vector)]
      case 'step2':
        return [message(to, 0, 1, word.update)]
      case 'update':
        return [message(to, 0, 2, word.update)]
      case 'presence':
        return [message(to, 1, word.update)]
      case 'presence-query':
        return [message(to, 3)]
      case 'signal':
        return [message(to, 5, word.data)]
      case 'token':
        return [message(to, 2, 0, word.token)]
      case 'leave':
        return [message(to, 7)]
      case 'ping':
        return [new Uint8Array([9])]
    }
  },
  hear(payload) {
    if (payload.length === 1) return OTHER
    const decoder = decoding.createDecoder(payload)
    const address = decoding.readVarString(decoder)
    const type = decoding.peekVarUint(decoder)
    if (type < 2) return hearSync(decoder, address)
    decoding.readVarUint(decoder)
    if (type === 8) return decoding.readVarUint(decoder) === 1 ? { type: 'ack', address, upTo: null } : OTHER
    if (type === 7) return { type: 'out', address }
    if (type !== 2) return OTHER
    const [room] = address.split('\0')
    return decoding.readVarUint(decoder) === 2
      ? { type: 'opened', place: { room, address }, vector: null }
      : { type: 'out', address }
  },
}

const own: Tongue = {
  dialect: native,
  enter: (room, token) => [
    ...encodeSaying({ type: 'token', token }),
    ...encodeSaying({ type: 'open', room, stateVector: new Uint8Array([0]), epoch: null }),
  ],
  say(word, { room, address }) {
    const to = Number(address)
    switch (word.type) {
      case 'step1':
        return encodeSaying({ type: 'open', room, stateVector: word.vector, epoch: null })
      case 'step2':
      case 'update':
        return encodeSaying({ type: word.type, room: to, id: word.id, update: word.update })
      case 'presence':
        return encodeSaying({ type: 'presence', room: to, update: word.update })
      case 'signal':
        return encodeSaying({ type: 'signal', room: to, name: word.name, data: word.data })
      case 'token':
        return encodeSaying({ type: 'token', token: word.token })
      case 'ping':
        return encodeSaying({ type: 'ping' })
      case 'leave':
        return encodeSaying({ type: 'leave', room: to })
      default:
        return []
    }
  },
  hear(payload) {
    // A fragment of something large: nobody here needs to hear that.
    if (payload[0] === 0) return OTHER
    const heard = decodeHearing(payload)
    switch (heard.type) {
      case 'opened':
        return { type: 'opened', place: { room: heard.name, address: heard.room }, vector: heard.stateVector }
      case 'closed':
      case 'reject':
        // After a refusal nothing is taken until the room is opened again.
        return { type: 'out', address: heard.room }
      case 'step1':
        return { type: 'question', address: heard.room, vector: heard.stateVector }
      case 'step2':
      case 'update':
        return { type: 'content', address: heard.room, update: heard.update }
      case 'presence':
        return { type: 'presence', address: heard.room, update: heard.update }
      case 'ack':
        return { type: 'ack', address: heard.room, upTo: heard.upTo }
      default:
        return OTHER
    }
  },
}

export const tongues = { 'y-websocket': stock, native: own, hocuspocus: hocus } as const
export type TongueName = keyof typeof tongues
export const tongueNames = Object.keys(tongues) as TongueName[]

function hearSync(decoder: decoding.Decoder, address: Address): Heard {
  const type = decoding.readVarUint(decoder)
  if (type === 1) return { type: 'presence', address, update: decoding.readVarUint8Array(decoder) }
  if (type !== 0) return OTHER
  const step = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  return step === 0 ? { type: 'question', address, vector: bytes } : { type: 'content', address, update: bytes }
}
