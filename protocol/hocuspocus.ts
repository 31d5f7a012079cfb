import { Refusal } from './close.ts'
import {
  type Dialect,
  type Incoming,
  type Payload,
  ProtocolError,
  type ServerMessage,
  type ServerNotice,
} from './message.ts'
import { isRoomName } from './name.ts'
import { SIGNAL_LENGTH } from './native.ts'
import { encodePresence, readPresence } from './presence.ts'
import { Reader } from './reader.ts'
import { readSync, STEP_1, STEP_2, UPDATE } from './sync.ts'
import { header, string } from './writer.ts'

/** Message types of Hocuspocus (`packages/server/src/types.ts`), and below `AUTH` their own. */
const SYNC = 0
const AWARENESS = 1
const AUTH = 2
const QUERY_AWARENESS = 3
const STATELESS = 5
const CLOSE = 7
const SYNC_STATUS = 8
const PING = 9
const PONG = 10

const TOKEN = 0
const DENIED = 1
const AUTHENTICATED = 2

/** Between a document's name and a session id, in the addresses of providers that have one. */
const SESSION_SEPARATOR = '\0'
const MAX_SESSION_LENGTH = 128

/** The name under which stateless messages travel as signals. */
export const STATELESS_SIGNAL = 'stateless'

const NOTHING: readonly Payload[] = []

/**
 * The dialect of `@hocuspocus/provider` 3 and 4: many documents on one connection, each message under an address that is
 * echoed as it came: the document's name, perhaps with a session id behind it. Clients count what they said and are told
 * one by one what is on disk.
 */
export const hocuspocus: Dialect = {
  name: 'hocuspocus',
  rooms: 'many',
  acknowledges: 'by-count',
  returns: false,

  decode(frame) {
    if (frame.length === 1 && frame[0] === PING) return { type: 'ping' }
    if (frame.length === 1 && frame[0] === PONG) return { type: 'pong' }
    const reader = new Reader(frame)
    const address = reader.string()
    const type = reader.uint()
    // To enter by such a name is refused in the words of the dialect; anything else speaks another one.
    if (type !== AUTH && !isRoomName(roomOf(address))) throw new Refusal('no-room')
    try {
      const incoming = readIncoming(type, reader, address)
      reader.end()
      return incoming
    } catch (error) {
      if (error instanceof ProtocolError) throw new ProtocolError(error.message, address)
      throw error
    }
  },

  encode(message, address) {
    return encodeMessage(message, string(String(address)))
  },

  notice(message) {
    return encodeNotice(message)
  },
}

function readIncoming(type: number, reader: Reader, address: string): Incoming {
  switch (type) {
    case SYNC:
      return { type: 'room', address, message: readSync(reader) }
    case AWARENESS:
      return { type: 'room', address, message: { type: 'presence', entries: readPresence(reader.bytes()) } }
    case QUERY_AWARENESS:
      return { type: 'room', address, message: { type: 'presence-query' } }
    case STATELESS: {
      const payload = reader.string()
      // One that is too long goes nowhere, so nobody has to write it anew.
      const data = payload.length > SIGNAL_LENGTH ? payload : JSON.stringify(payload)
      return { type: 'room', address, message: { type: 'signal', name: STATELESS_SIGNAL, data } }
    }
    case AUTH:
      return readAuth(reader, address)
    case CLOSE:
      return { type: 'leave', address }
    default:
      throw new ProtocolError('the message type is unknown')
  }
}

function readAuth(reader: Reader, address: string): Incoming {
  if (reader.uint() !== TOKEN) throw new ProtocolError('the auth message type is unknown')
  const token = reader.string()
  // Providers from version 4 on say theirs, and answer pings.
  const answersPings = reader.left > 0
  if (answersPings) reader.string()
  return { type: 'enter', room: roomOf(address), address, token, answersPings }
}

function roomOf(address: string): string {
  const end = address.indexOf(SESSION_SEPARATOR)
  if (end < 0) return address
  if (address.length - end > MAX_SESSION_LENGTH) throw new ProtocolError('the session id is too long')
  return address.slice(0, end)
}

function encodeMessage(message: ServerMessage, address: Uint8Array[]): readonly Payload[] {
  switch (message.type) {
    case 'opened':
      return [authenticated(address, message.access), sync(address, STEP_1, message.stateVector)]
    case 'renewed':
      return [authenticated(address, message.access)]
    case 'step1':
      return [sync(address, STEP_1, message.stateVector)]
    case 'step2':
      return [sync(address, STEP_2, message.update)]
    case 'update':
      return [sync(address, UPDATE, message.update)]
    case 'ack':
      return Array<Payload>(message.count).fill([...address, header(SYNC_STATUS, 1)])
    case 'reject':
      return [[...address, header(SYNC_STATUS, 0)]]
    case 'presence': {
      const presence = encodePresence(message.entries)
      return [[...address, header(AWARENESS, presence.length), presence]]
    }
    case 'signal':
      return message.name === STATELESS_SIGNAL ? stateless(address, message.data) : NOTHING
    case 'token-wanted':
      return [[...address, header(AUTH, TOKEN)]]
    case 'closed':
      return [[...address, header(CLOSE), ...string(message.message)]]
    default:
      return unreachable(message)
  }
}

function encodeNotice(message: ServerNotice): readonly Payload[] {
  switch (message.type) {
    case 'heartbeat':
      return [[header(PING)]]
    case 'pong':
      return [[header(PONG)]]
    case 'refused':
      return [[...string(String(message.address)), header(AUTH, DENIED), ...string(message.message)]]
    case 'drain':
      return NOTHING
    default:
      return unreachable(message)
  }
}

function authenticated(address: Uint8Array[], access: 'read' | 'write'): Payload {
  return [...address, header(AUTH, AUTHENTICATED), ...string(access === 'write' ? 'read-write' : 'readonly')]
}

function sync(address: Uint8Array[], type: number, bytes: Uint8Array): Payload {
  return [...address, header(SYNC, type, bytes.length), bytes]
}

/** Native clients may send any JSON under that name; a stateless payload is a string. */
function stateless(address: Uint8Array[], data: string): readonly Payload[] {
  const payload: unknown = JSON.parse(data)
  return typeof payload === 'string' ? [[...address, header(STATELESS), ...string(payload)]] : NOTHING
}

function unreachable(message: never): never {
  throw new Error(`no encoding for ${(message as ServerMessage).type}`)
}
