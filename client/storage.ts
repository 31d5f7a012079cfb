/**
 * What a browser keeps of a room between visits: its content, which of it the server has not acknowledged, and the
 * edits the server refused. `indexed-db.ts` keeps it; a room whose storage is switched off has none.
 */

/** A stretch of structs: those of `client` from clock `from`, up to but without `to`. */
export interface Stretch {
  readonly client: number
  readonly from: number
  readonly to: number
}

/** An edit made on this device that the server has not acknowledged. */
export interface Unsaved {
  /** Given by the storage: larger than that of every edit before it. */
  readonly key: number
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number
  /** The structs it added; empty when it only deleted. */
  readonly stretches: readonly Stretch[]
}

/** Edits the server refused, set aside until somebody decides. */
export interface Parked {
  readonly key: number
  /** When they were refused, in milliseconds since the epoch. */
  readonly at: number
  /** Why: a code of `protocol/close.ts` and a sentence for people. */
  readonly code: number
  readonly message: string
  /** Everything that was refused, as one update in Yjs' V1 encoding. */
  readonly update: Uint8Array
}

export interface Kept {
  /** Updates that make up the content, in any order; a `Y.Doc` that applies all of them has it. */
  readonly updates: readonly Uint8Array[]
  /** Oldest first. */
  readonly unsaved: readonly Unsaved[]
  /** Oldest first. */
  readonly parked: readonly Parked[]
  /** Which incarnation of the room the content belongs to; null while the server has neither sent nor taken any. */
  readonly epoch: number | null
  /** Grows, at random, whenever the content was replaced: tabs that have another one hold something else. */
  readonly generation: number
}

/**
 * The storage of one room, shared by every tab of the app. Methods run in the order in which they were called. All of
 * them reject when the browser refuses (no permission, quota used up, closed); nothing is then half done.
 */
export interface RoomStorage {
  load(): Promise<Kept>
  /** Adds content of others, or of this device that needs no mark. */
  add(update: Uint8Array): Promise<void>
  /** Adds an edit of this device together with its mark. Resolves with the key of the mark. */
  addUnsaved(update: Uint8Array, mark: Omit<Unsaved, 'key'>): Promise<number>
  /** The server has acknowledged these: their marks go, the content stays. */
  saved(keys: readonly number[]): Promise<void>
  setEpoch(epoch: number, generation?: number): Promise<void>
  /**
   * Replaces all content by `state`, drops every mark, sets the epoch and parks what was refused, if anything: all of
   * it or nothing. Resolves with the key of what was parked, null when there was nothing.
   */
  replace(
    state: Uint8Array,
    epoch: number | null,
    parked: Omit<Parked, 'key'> | null,
    generation?: number,
  ): Promise<number | null>
  /** What was parked is decided: it goes. */
  unpark(key: number): Promise<void>
  /** Finishes what is under way and gives the database back. Idempotent. */
  close(): Promise<void>
}
