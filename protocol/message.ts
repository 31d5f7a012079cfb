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
  /** Leaves a room. */
  | { type: 'leave'; address: Address }
  /** Who it is, from now on. */
  | { type: 'token'; token: string }
  /** Wants to hear something. */
  | { type: 'ping' }
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
  /** Asks for everything beyond a state vector. */
  | { type: 'step1'; stateVector: Uint8Array }
  /** Committed content. A first sync is any number of these and one `step2`. */
  | { type: 'update'; update: Uint8Array }
  /** The last part of an answer to a client. */
  | { type: 'step2'; update: Uint8Array }
  /** Every update with an id up to this one is on disk. */
  | { type: 'ack'; upTo: number }
  /** The update with this id was refused, and nothing is taken from this client until it opens the room again. */
  | { type: 'reject'; id: number; closing: Closing; message: string }
  | { type: 'presence'; entries: readonly PresenceEntry[] }
  | { type: 'signal'; name: string; data: string }
  /** The client is out of the room; its other rooms are not concerned. */
  | { type: 'closed'; closing: Closing }

/** What the server says of the connection. */
export type ServerNotice =
  /** Says nothing; keeps a client from taking a quiet connection for a dead one. */
  | { type: 'heartbeat' }
  /** A room was not opened. `epoch` is that of the room when the client came with another. */
  | { type: 'refused'; room: string; closing: Closing; message: string; epoch: number | null }
  /** The token runs out soon. */
  | { type: 'token-wanted' }
  /** The server is about to go; come back after a random part of so many milliseconds. */
  | { type: 'drain'; withinMs: number }

/** A frame that is not a message of its dialect. The connection that sent it is closed as `malformed`. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ProtocolError'
  }
}

/** The payload of one frame, in chunks; the bytes of an update are passed on, not copied. */
export type Payload = readonly Uint8Array[]

export interface Dialect {
  readonly name: string
  /** Whether a connection may be in several rooms, each of which is left without closing it. */
  readonly isMultiplexed: boolean
  /**
   * Whether clients number their updates and are told when they are on disk. The others are told by their own updates
   * coming back to them.
   */
  readonly acknowledges: boolean
  /** Reads one frame completely. Throws `ProtocolError`. */
  decode(frame: Uint8Array): Incoming
  /** The frames that say it: mostly one, and none where the dialect has no words for it. */
  encode(message: ServerMessage, address: Address): readonly Payload[]
  notice(message: ServerNotice): readonly Payload[]
}
