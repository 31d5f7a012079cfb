/**
 * A store keeps rooms: an append-only log of records and, below it, a snapshot that replaces the records up to its seq.
 * Rooms call it; it knows nothing of Yjs. Every implementation passes `test/contract/store.ts`.
 */

/** An update on its way to disk. `time` is milliseconds since the epoch; `author` may be empty. */
export interface NewRecord {
  time: number
  author: string
  update: Uint8Array
}

/** An update that is on disk. `seq` starts at 1 and is contiguous within its room. */
export interface StoredRecord extends NewRecord {
  seq: number
}

/** What replaces every record with `seq <= this.seq`. All three byte fields are opaque to the store. */
export interface Snapshot {
  seq: number
  /** Offsets into `parts`; see `server/document/`. */
  index: Uint8Array
  /** Updates in causal order, each about 256 KB at most. */
  parts: Uint8Array[]
  /** What an old database held that no document can integrate: kept, never served. */
  aside: Uint8Array | null
}

/** Why a room cannot be trusted past `soundUpTo`. */
export interface Damage {
  code: 'record-damaged' | 'record-missing' | 'snapshot-damaged' | 'head-damaged' | 'head-missing'
  /** A sentence for the operator that names the room, the seq and what to do. */
  message: string
}

/** A room as it is on disk. One nobody ever wrote to has head 0, no epoch, and nothing else either. */
export interface StoredRoom {
  /** The seq of the last record, 0 when there is none. */
  head: number
  /** What the room was created with; 0 when it is older than epochs. Null when there is no room, or no saying. */
  epoch: number | null
  snapshot: Snapshot | null
  /** All records after the snapshot (up to the damage, when there is some), contiguous and in order. */
  records: StoredRecord[]
  /** The raw updates of a y-leveldb room, in order, while no snapshot of ours replaces them. They precede record 1. */
  legacy: Uint8Array[]
  damage: Damage | null
}

/** One line of the catalogue. */
export interface RoomInfo {
  name: string
  /** Bytes of updates on disk: snapshot parts, records after it, legacy updates. */
  bytes: number
  /** Records after the snapshot. */
  records: number
  /** The last seq. */
  seq: number
  /** Time of the last record in milliseconds since the epoch, 0 when unknown (legacy). */
  updated: number
}

export type StoreState = 'closed' | 'open' | 'failed'

export interface Store {
  readonly state: StoreState

  /**
   * Opens or creates. Throws `StoreError`: `locked`, `newer-format`, `log-lost` (the write-ahead log or the catalogue
   * is behind what was once committed; the operator must look and say so), `io`.
   */
  open(): Promise<void>

  /**
   * Appends records to a room, all or none, in order. Resolves with the seq given to the first, **after the fsync**.
   * Everything appended by anyone while a batch is in flight becomes the next batch. After any write error every
   * outstanding and later call rejects with `StoreError('failed')` until `reopen()`.
   *
   * A room that is not there yet gets `epoch`, an integer from 0 (unless said otherwise) to 2^53 - 1; one that is keeps
   * its own.
   */
  append(room: string, records: readonly NewRecord[], epoch?: number): Promise<number>

  load(room: string): Promise<StoredRoom>

  /**
   * Replaces the records up to `snapshot.seq`. Fenced: does nothing and resolves `false` when the room's current
   * snapshot is no longer the one with seq `previous` (`null` = none). A large snapshot never stalls other rooms'
   * commits: its parts are written in bounded pieces, then one batch flips the head, then the old
   * records are trimmed in slices. A crash at any point leaves either the old or the new state.
   */
  compact(room: string, snapshot: Snapshot, previous: number | null): Promise<boolean>

  /** Every room once, legacy ones included, in no particular order. */
  list(): AsyncIterable<RoomInfo>

  /** After a failure: closes, waits for nothing, opens again and verifies. Throws `StoreError` when it still fails. */
  reopen(): Promise<void>

  /** Waits for the batch in flight, then closes. Idempotent. */
  close(): Promise<void>
}

export type StoreErrorCode = 'locked' | 'newer-format' | 'log-lost' | 'io' | 'failed' | 'closed' | 'no-space'

/** `message` is a plain sentence that says what to do next. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
