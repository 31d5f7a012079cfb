/**
 * Everything a peer can say or hear, whatever dialect it speaks. A dialect turns frames into these and back; nothing
 * behind the dialects knows what a frame looks like.
 */

import type { Closing } from './close.ts'

/** Presence of one client: `state` is JSON text, `null` when the client has left. */
export interface PresenceEntry {
  client: number
  clock: number
  state: string
}

/** What somebody may do in a room. */
export type Access = 'read' | 'write'

/**
 * Which of a connection's rooms a message is about, in the terms of its dialect: a number that the server gave the room,
 * or what the client calls it. Dialects of one room a connection have a single one.
 */
export type Address = number | string

/**
 * What a client says in a room. The byte fields are unchecked, and views into the frame. `id` numbers the updates of a
 * client in a dialect that acknowledges by number; null in those that do not.
 */
export type ClientMessage =
  /** "This is what I have": asks for everything beyond a state vector. */
  | { type: 'step1'; stateVector: Uint8Array }
  /** The answer to the server's own question: everything the client has beyond what the server said it has. */
  | { type: 'step2'; update: Uint8Array; id: number | null }
  /** Something that was just written. */
  | { type: 'update'; update: Uint8Array; id: number | null }
  | { type: 'presence'; entries: PresenceEntry[] }
  /** Asks for the presence of everybody. */
  | { type: 'presence-query' }
  /** Something for everyone who is here now, never stored. `data` is JSON text. */
  | { type: 'signal'; name: string; data: string }

/** What a client says of its connection. */
export type ConnectionMessage =
  /** Enters a room: "this is what I have of it, and of which epoch"; null when it has nothing. */
  | { type: 'open'; room: string; stateVector: Uint8Array; epoch: number | null }
  /** Enters a room under an address of the client's own, with a token for that room; or shows a fresh one. */
  | { type: 'enter'; room: string; address: Address; token: string; answersPings: boolean }
  /** Leaves a room. */
  | { type: 'leave'; address: Address }
  /** Who it is, from now on. */
  | { type: 'token'; token: string }
  /** Wants to hear something, and the answer to that. */
  | { type: 'ping' }
  | { type: 'pong' }
  /** A piece of a message that is too large for a frame. */
  | { type: 'fragment'; bytes: Uint8Array; isLast: boolean }

export type Incoming = ConnectionMessage | { type: 'room'; address: Address; message: ClientMessage }

/** What the server says in a room. */
export type ServerMessage =
  /** The client is in. `stateVector` is what the server has: it asks for everything beyond it, like a `step1`. */
  | {
      type: 'opened'
      room: string
      access: Access
      epoch: number
      stateVector: Uint8Array
      /** The largest update it may send that is not the answer to a question, in bytes. */
      updateBytes: number
      /** Something is said at least this often. */
      heartbeatMs: number
    }
  /** A fresh token was shown. */
  | { type: 'renewed'; access: Access }
  /** The token runs out soon. */
  | { type: 'token-wanted' }
  /** Asks for everything beyond a state vector. */
  | { type: 'step1'; stateVector: Uint8Array }
  /** Committed content. A first sync is any number of these and one `step2`. */
  | { type: 'update'; update: Uint8Array }
  /** The last part of an answer to a client. */
  | { type: 'step2'; update: Uint8Array }
  /** Every update with an id up to this one is on disk: so many more that the client waits for. */
  | { type: 'ack'; upTo: number; count: number }
  /** The update with this id was refused, and nothing is taken from this client until it opens the room again. */
  | { type: 'reject'; id: number; closing: Closing; message: string }
  | { type: 'presence'; entries: readonly PresenceEntry[] }
  | { type: 'signal'; name: string; data: string }
  /** The client is out of the room; its other rooms are not concerned. */
  | { type: 'closed'; closing: Closing; message: string }

/** What the server says of the connection. */
export type ServerNotice =
  /** Says nothing; keeps a client from taking a quiet connection for a dead one. */
  | { type: 'heartbeat' }
  | { type: 'pong' }
  /** A room was not opened. `epoch` is that of the room when the client came with another. */
  | { type: 'refused'; room: string; address: Address; closing: Closing; message: string; epoch: number | null }
  /** The server is about to go; come back after a random part of so many milliseconds. */
  | { type: 'drain'; withinMs: number }

/** A frame that is not a message of its dialect. The connection that sent it is closed as `malformed`. */
export class ProtocolError extends Error {
  /** Which room it would have been about, where that could be read. */
  readonly address: Address | null

  constructor(message: string, address: Address | null = null) {
    super(message)
    this.name = 'ProtocolError'
    this.address = address
  }
}

/** The payload of one frame, in chunks; the bytes of an update are passed on, not copied. */
export type Payload = readonly Uint8Array[]

export interface Dialect {
  readonly name: string
  /** Whether a connection is in one room, or in many of which each can be left without closing it. */
  readonly rooms: 'one' | 'many'
  /**
   * How clients are told what is on disk: by the number they gave an update, by one word for each update in order, or
   * not at all but by their own updates coming back to them.
   */
  readonly acknowledges: 'by-number' | 'by-count' | 'by-echo'
  /** Whether a client that was put out of one room comes back to it by itself. Others do only when the socket closes. */
  readonly returns: boolean
  /** Reads one frame completely. Throws `ProtocolError`. */
  decode(frame: Uint8Array): Incoming
  /** The frames that say it: mostly one, and none where the dialect has no words for it. */
  encode(message: ServerMessage, address: Address): readonly Payload[]
  notice(message: ServerNotice): readonly Payload[]
}
