/**
 * Everything a peer can say or hear, whatever dialect it speaks. A dialect turns frames into these and back; nothing
 * behind the dialects knows what a frame looks like.
 */

/** Presence of one client: `state` is JSON text, `null` when the client has left. */
export interface PresenceEntry {
  client: number
  clock: number
  state: string
}

/** What a client says. The byte fields are unchecked, and views into the frame. */
export type ClientMessage =
  /** "This is what I have": asks for everything beyond a state vector. */
  | { type: 'step1'; stateVector: Uint8Array }
  /** The answer to the server's own step 1: everything the client has beyond it. */
  | { type: 'step2'; update: Uint8Array }
  /** Something that was just written. */
  | { type: 'update'; update: Uint8Array }
  | { type: 'presence'; entries: PresenceEntry[] }
  /** Asks for the presence of everybody. */
  | { type: 'presence-query' }

/** What the server says. */
export type ServerMessage =
  | { type: 'step1'; stateVector: Uint8Array }
  /** Committed content. A first sync is any number of these and one `step2`. */
  | { type: 'update'; update: Uint8Array }
  /** The last part of an answer to a client's step 1. */
  | { type: 'step2'; update: Uint8Array }
  | { type: 'presence'; entries: readonly PresenceEntry[] }
  /** Says nothing; keeps a client from taking a quiet connection for a dead one. */
  | { type: 'heartbeat' }

/** A frame that is not a message of its dialect. The connection that sent it is closed as `malformed`. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ProtocolError'
  }
}

export interface Dialect {
  readonly name: string
  /** Reads one frame completely. Throws `ProtocolError`. */
  decode(frame: Uint8Array): ClientMessage
  /** The payload of one frame, in chunks; the bytes of an update are passed on, not copied. */
  encode(message: ServerMessage): Uint8Array[]
}
