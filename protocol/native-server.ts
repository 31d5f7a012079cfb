import { closings } from './close.ts'
import {
  type ClientMessage,
  type Dialect,
  type Incoming,
  type Payload,
  ProtocolError,
  type ServerMessage,
  type ServerNotice,
} from './message.ts'
import {
  encodeOption,
  framesOf,
  kinds,
  NATIVE_PROTOCOL,
  options,
  readFragment,
  readOptions,
  SIGNAL_LENGTH,
} from './native.ts'
import { checkJson, encodePresence, readPresence } from './presence.ts'
import { Reader } from './reader.ts'
import { header, string } from './writer.ts'

/** The server's end of `y-harbor.v1`. Rooms are addressed by the number that the server gave them. */
export const native: Dialect = {
  name: NATIVE_PROTOCOL,
  rooms: 'many',
  acknowledges: 'by-number',
  returns: true,

  decode(frame) {
    const reader = new Reader(frame)
    const kind = reader.uint()
    if (kind === kinds.fragment) return readFragment(reader)
    return readIncoming(kind, reader)
  },

  encode(message, address) {
    return message.type === 'renewed' ? [] : framesOf(encodeMessage(message, Number(address)))
  },

  notice: encodeNotice,
}

function readIncoming(kind: number, reader: Reader): Incoming {
  switch (kind) {
    case kinds.token: {
      const token = reader.string()
      readOptions(reader)
      return { type: 'token', token }
    }
    case kinds.open: {
      const room = reader.string()
      const stateVector = reader.bytes()
      const epoch = readOptions(reader).get(options.epoch)
      return { type: 'open', room, stateVector, epoch: epoch === undefined ? null : readUint(epoch) }
    }
    case kinds.leave: {
      const address = reader.uint()
      readOptions(reader)
      return { type: 'leave', address }
    }
    case kinds.ping:
      readOptions(reader)
      return { type: 'ping' }
    default: {
      const address = reader.uint()
      const message = readMessage(kind, reader)
      readOptions(reader)
      return { type: 'room', address, message }
    }
  }
}

function readMessage(kind: number, reader: Reader): ClientMessage {
  switch (kind) {
    case kinds.step2:
      return { type: 'step2', id: reader.uint(), update: reader.bytes() }
    case kinds.update:
      return { type: 'update', id: reader.uint(), update: reader.bytes() }
    case kinds.presence:
      return { type: 'presence', entries: readPresence(reader.bytes()) }
    case kinds.signal:
      return { type: 'signal', name: reader.string(), data: checkSignal(reader.string()) }
    default:
      throw new ProtocolError('the message type is unknown')
  }
}

/** One that is too long goes nowhere, so nobody has to look into it. */
function checkSignal(data: string): string {
  return data.length > SIGNAL_LENGTH ? data : checkJson(data)
}

function readUint(bytes: Uint8Array): number {
  const reader = new Reader(bytes)
  const number = reader.uint()
  reader.end()
  return number
}

function encodeMessage(message: Exclude<ServerMessage, { type: 'renewed' }>, room: number): Payload {
  switch (message.type) {
    case 'opened': {
      const { epoch, stateVector, updateBytes, heartbeatMs } = message
      const access = message.access === 'write' ? 1 : 0
      return [
        header(kinds.open),
        ...string(message.room),
        header(room, access, epoch, updateBytes, heartbeatMs, stateVector.length),
        stateVector,
      ]
    }
    case 'step1':
      return [header(kinds.step1, room, message.stateVector.length), message.stateVector]
    case 'update':
      return [header(kinds.update, room, message.update.length), message.update]
    case 'step2':
      return [header(kinds.step2, room, message.update.length), message.update]
    case 'ack':
      return [header(kinds.ack, room, message.upTo)]
    case 'reject':
      return [header(kinds.reject, room, message.id, closings[message.closing].code), ...string(message.message)]
    case 'presence': {
      const presence = encodePresence(message.entries)
      return [header(kinds.presence, room, presence.length), presence]
    }
    case 'signal':
      return [header(kinds.signal, room), ...string(message.name), ...string(message.data)]
    case 'token-wanted':
      return [header(kinds.token)]
    case 'closed':
      return [header(kinds.leave, room, closings[message.closing].code), ...string(message.message)]
    default:
      return unreachable(message)
  }
}

function encodeNotice(message: ServerNotice): readonly Payload[] {
  switch (message.type) {
    case 'heartbeat':
    case 'pong':
      return [[header(kinds.ping)]]
    case 'drain':
      return [[header(kinds.drain, message.withinMs)]]
    case 'refused': {
      const { room, closing, epoch } = message
      const tail = epoch === null ? [] : encodeOption(options.epoch, header(epoch))
      const head = [header(kinds.refused), ...string(room), header(closings[closing].code)]
      return [[...head, ...string(message.message), ...tail]]
    }
    default:
      return unreachable(message)
  }
}

function unreachable(message: never): never {
  throw new Error(`no encoding for ${(message as ServerMessage).type}`)
}
