import type { CommitLoop } from './commit-loop.ts'
import type { Database, Operation } from './database.ts'
import { EMPTY_HEAD, type Head } from './head.ts'
import type { HeadTable } from './heads.ts'
import { generationOf, pieceKey, pieceRange, type Range, recordRange } from './keys.ts'
import type { LegacyRooms } from './legacy.ts'
import { updateBytesOf } from './record.ts'
import { seal } from './seal.ts'
import { SnapshotCutter } from './snapshot.ts'
import type { Snapshot } from './store.ts'
import { damage } from './unreadable.ts'

const KEYS_PER_SLICE = 1000

export interface CompactorParts {
  database: Database
  loop: CommitLoop
  heads: HeadTable
  legacy: LegacyRooms
  warn(sentence: string): void
}

/** Replaces a room's records by a snapshot: pieces, then the flip of the head, then the sweeping. */
export class Compactor {
  readonly #parts: CompactorParts
  /** The last compaction of each room that has one under way: two of the same room would write the same pieces. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(parts: CompactorParts) {
    this.#parts = parts
  }

  compact(room: string, snapshot: Snapshot, previous: number | null): Promise<boolean> {
    const before = this.#underWay.get(room) ?? Promise.resolve()
    const run = () => this.#compact(room, snapshot, previous)
    const compaction = before.then(run, run)
    this.#underWay.set(room, compaction)
    const end = () => {
      if (this.#underWay.get(room) === compaction) this.#underWay.delete(room)
    }
    compaction.then(end, end)
    return compaction
  }

  async #compact(room: string, snapshot: Snapshot, previous: number | null): Promise<boolean> {
    const state = await this.#parts.heads.get(room)
    const head = state.kind === 'found' ? state.head : EMPTY_HEAD
    if (state.kind === 'lost' || !passes(head, previous)) return false
    if (snapshot.seq > head.seq || snapshot.seq < (previous ?? 0)) {
      throw new RangeError(`a snapshot of seq ${snapshot.seq} in a room at ${head.seq} after one of ${previous}`)
    }
    // What a compaction that never ended has left.
    await this.#sweep(room, head)
    const generation = (head.snapshot?.generation ?? 0) + 1
    const cutter = new SnapshotCutter(snapshot)
    // The last piece goes with the flip: a small snapshot is one batch.
    const lastPiece: Operation[] = []
    let index = 0
    for (const piece of cutter.pieces()) {
      if (lastPiece.length > 0) {
        // Pieces without any head would look like a room that has lost it.
        if (index === 1 && state.kind === 'absent') await this.#move(room, [], now => ({ ...now }))
        await this.#parts.loop.step(lastPiece.splice(0))
      }
      const key = pieceKey(room, generation, index++)
      lastPiece.push({ type: 'put', key, value: seal(key, piece) })
    }
    const kept = await this.#bytesBetween(room, snapshot.seq, head.seq)
    const flipped = await this.#move(room, lastPiece, now => {
      if (!passes(now, previous)) return null
      return { ...now, recordBytes: kept + now.recordBytes - head.recordBytes, snapshot: cutter.meta(generation) }
    })
    if (flipped === null) return false
    await this.#sweep(room, flipped)
    return true
  }

  /** Moves the head as `next` says, in one batch with `operations`. `null` when `next` does not want to. */
  #move(room: string, operations: Operation[], next: (head: Head) => Head | null): Promise<Head | null> {
    return new Promise((resolve, fail) => {
      let moved: Head | null = null
      this.#parts.loop.commit({
        room,
        bytes: operations.reduce((sum, op) => sum + (op.type === 'put' ? op.value.length : 0), 0),
        fill: (head, batch) => {
          moved = next(head)
          if (moved !== null) batch.push(...operations)
          return moved ?? head
        },
        done: () => resolve(moved),
        fail,
      })
    })
  }

  /** Deletes in slices whatever `head` does not need. */
  async #sweep(room: string, head: Head): Promise<void> {
    const { legacy } = this.#parts
    await this.#clear(room, pieceRange(room), key => generationOf(key) !== head.snapshot?.generation)
    if (head.snapshot === null) return
    await this.#clear(room, recordRange(room, 0, head.snapshot.seq), () => true)
    await this.#delete(room, legacy.obsoleteKeys(room))
    legacy.forget(room)
  }

  #clear(room: string, range: Range, isObsolete: (key: Buffer) => boolean): Promise<void> {
    const { database } = this.#parts
    async function* obsolete(): AsyncGenerator<Buffer> {
      for await (const [key] of database.entries(range, { values: false })) if (isObsolete(key)) yield key
    }
    return this.#delete(room, obsolete())
  }

  async #delete(room: string, keys: AsyncIterator<Buffer> & AsyncIterable<Buffer>): Promise<void> {
    for (;;) {
      const slice: Operation[] = []
      try {
        while (slice.length < KEYS_PER_SLICE) {
          const { value, done } = await keys.next()
          if (done === true) break
          slice.push({ type: 'del', key: value })
        }
      } catch (error) {
        // What is swept is not needed any more: that it cannot be read is the disk's trouble, not this room's.
        const reason = damage(error).message
        this.#parts.warn(`Old data of room ${JSON.stringify(room)} cannot be read (${reason}) and stays on disk.`)
      }
      if (slice.length === 0) return
      await this.#parts.loop.step(slice)
    }
  }

  async #bytesBetween(room: string, after: number, last: number): Promise<number> {
    let bytes = 0
    if (last > after) {
      for await (const [, value] of this.#parts.database.entries(recordRange(room, after + 1, last))) {
        bytes += updateBytesOf(value)
      }
    }
    return bytes
  }
}

const passes = (head: Head, previous: number | null): boolean => (head.snapshot?.seq ?? null) === previous
