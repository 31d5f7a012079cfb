import { type ClientMessage, type Dialect, type Payload, ProtocolError, type ServerMessage } from './message.ts'
import { encodePresence, readPresence } from './presence.ts'
import { Reader } from './reader.ts'
import { readSync, STEP_1, STEP_2, UPDATE } from './sync.ts'
import { header } from './writer.ts'

/** Message types of y-websocket (`src/y-websocket.js`). */
const SYNC = 0
const AWARENESS = 1
const QUERY_AWARENESS = 3
/** An awareness update of no entries: the stock client takes it as a sign of life and does nothing else. */
const HEARTBEAT: readonly Payload[] = [[new Uint8Array([AWARENESS, 1, 0])]]
const NOTHING: readonly Payload[] = []

/** The path names the one room of a connection. */
export const THE_ROOM = ''

/**
 * The dialect of the stock `y-websocket` provider: one message a frame, one room a connection, nothing acknowledged.
 * A client knows that its update is on disk when it comes back to it.
 */
export const yWebsocket: Dialect = {
  name: 'y-websocket',
  rooms: 'one',
  acknowledges: 'by-echo',
  returns: true,

  decode(frame) {
    const reader = new Reader(frame)
    const message = readMessage(reader)
    reader.end()
    return { type: 'room', address: THE_ROOM, message }
  },

  encode(message) {
    switch (message.type) {
      case 'step1':
        return [[header(SYNC, STEP_1, message.stateVector.length), message.stateVector]]
      case 'step2':
        return [[header(SYNC, STEP_2, message.update.length), message.update]]
      case 'update':
        return [[header(SYNC, UPDATE, message.update.length), message.update]]
      case 'presence': {
        const presence = encodePresence(message.entries)
        return [[header(AWARENESS, presence.length), presence]]
      }
      case 'opened':
        return [[header(SYNC, STEP_1, message.stateVector.length), message.stateVector]]
      case 'renewed':
      case 'token-wanted':
      case 'ack':
      case 'reject':
      case 'signal':
      case 'closed':
        return NOTHING
      default:
        return unreachable(message)
    }
  },

  notice(message) {
    return message.type === 'heartbeat' ? HEARTBEAT : NOTHING
  },
}

function readMessage(reader: Reader): ClientMessage {
  switch (reader.uint()) {
    case SYNC:
      return readSync(reader)
    case AWARENESS:
      return { type: 'presence', entries: readPresence(reader.bytes()) }
    case QUERY_AWARENESS:
      return { type: 'presence-query' }
    default:
      throw new ProtocolError('the message type is unknown')
  }
}

function unreachable(message: never): never {
  throw new Error(`no encoding for ${(message as ServerMessage).type}`)
}
