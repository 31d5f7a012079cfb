import type { Access, ConnectionMessage, Payload } from './message.ts'
import { encodeOption, framesOf, kinds, options, readFragment, readOptions } from './native.ts'
import { Reader } from './reader.ts'
import { header, string } from './writer.ts'

/** What the client's end of `y-harbor.v1` says; `room` is the number the server gave. */
export type Saying =
  | Extract<ConnectionMessage, { type: 'token' | 'open' | 'ping' }>
  | { type: 'leave'; room: number }
  /** The answer to the server's question, or an update of its own; `id`s of a room grow. */
  | { type: 'step2' | 'update'; room: number; id: number; update: Uint8Array }
  /** `update` is y-protocols' awareness update. */
  | { type: 'presence'; room: number; update: Uint8Array }
  | { type: 'signal'; room: number; name: string; data: string }

/** What it hears. */
export type Hearing =
  | {
      type: 'opened'
      name: string
      room: number
      access: Access
      epoch: number
      /** In bytes, and in milliseconds. */
      updateBytes: number
      heartbeatMs: number
      stateVector: Uint8Array
    }
  | { type: 'refused'; name: string; code: number; message: string; epoch: number | null }
  | { type: 'closed'; room: number; code: number; message: string }
  /** The server asks for everything beyond this. */
  | { type: 'step1'; room: number; stateVector: Uint8Array }
  /** Content; `step2` is the last of the answer to what the client said it has. */
  | { type: 'step2' | 'update'; room: number; update: Uint8Array }
  | { type: 'ack'; room: number; upTo: number }
  | { type: 'reject'; room: number; id: number; code: number; message: string }
  | { type: 'presence'; room: number; update: Uint8Array }
  | { type: 'signal'; room: number; name: string; data: string }
  | { type: 'token-wanted' }
  | { type: 'drain'; withinMs: number }
  | { type: 'heartbeat' }
  | { type: 'fragment'; bytes: Uint8Array; isLast: boolean }
  /** Something a newer server says; to be ignored. */
  | { type: 'unknown' }

/** The frames that say it. */
export function encodeSaying(saying: Saying): Uint8Array[] {
  return framesOf(encode(saying)).map(joined)
}

function encode(saying: Saying): Payload {
  switch (saying.type) {
    case 'token':
      return [header(kinds.token), ...string(saying.token)]
    case 'open': {
      const { room, stateVector, epoch } = saying
      const tail = epoch === null ? [] : encodeOption(options.epoch, header(epoch))
      return [header(kinds.open), ...string(room), header(stateVector.length), stateVector, ...tail]
    }
    case 'leave':
      return [header(kinds.leave, saying.room)]
    case 'step2':
    case 'update':
      return [header(kinds[saying.type], saying.room, saying.id, saying.update.length), saying.update]
    case 'presence':
      return [header(kinds.presence, saying.room, saying.update.length), saying.update]
    case 'signal':
      return [header(kinds.signal, saying.room), ...string(saying.name), ...string(saying.data)]
    case 'ping':
      return [header(kinds.ping)]
  }
}

/** Reads one frame completely. Throws `ProtocolError`. */
export function decodeHearing(frame: Uint8Array): Hearing {
  const reader = new Reader(frame)
  const kind = reader.uint()
  if (kind === kinds.fragment) return readFragment(reader)
  const hearing = read(kind, reader)
  if (hearing.type !== 'refused' && hearing.type !== 'unknown') readOptions(reader)
  return hearing
}

function read(kind: number, reader: Reader): Hearing {
  switch (kind) {
    case kinds.open:
      return {
        type: 'opened',
        name: reader.string(),
        room: reader.uint(),
        access: reader.uint() === 0 ? 'read' : 'write',
        epoch: reader.uint(),
        updateBytes: reader.uint(),
        heartbeatMs: reader.uint(),
        stateVector: reader.bytes(),
      }
    case kinds.refused: {
      const refused = { name: reader.string(), code: reader.uint(), message: reader.string() }
      const epoch = readOptions(reader).get(options.epoch)
      return { type: 'refused', ...refused, epoch: epoch === undefined ? null : new Reader(epoch).uint() }
    }
    case kinds.leave:
      return { type: 'closed', room: reader.uint(), code: reader.uint(), message: reader.string() }
    case kinds.step1:
      return { type: 'step1', room: reader.uint(), stateVector: reader.bytes() }
    case kinds.step2:
      return { type: 'step2', room: reader.uint(), update: reader.bytes() }
    case kinds.update:
      return { type: 'update', room: reader.uint(), update: reader.bytes() }
    case kinds.ack:
      return { type: 'ack', room: reader.uint(), upTo: reader.uint() }
    case kinds.reject:
      return {
        type: 'reject',
        room: reader.uint(),
        id: reader.uint(),
        code: reader.uint(),
        message: reader.string(),
      }
    case kinds.presence:
      return { type: 'presence', room: reader.uint(), update: reader.bytes() }
    case kinds.signal:
      return { type: 'signal', room: reader.uint(), name: reader.string(), data: reader.string() }
    case kinds.token:
      return { type: 'token-wanted' }
    case kinds.drain:
      return { type: 'drain', withinMs: reader.uint() }
    case kinds.ping:
      return { type: 'heartbeat' }
    default:
      return { type: 'unknown' }
  }
}

function joined(chunks: Payload): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
