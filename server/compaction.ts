import type { Compactor } from './document/compactor.ts'
import type { Document } from './document/document.ts'
import type { Limits } from './limits.ts'
import type { Store } from './store/store.ts'

export interface CompactionParts {
  room: string
  document: Document
  store: Store
  compactor: Compactor
  limits: Limits
  /** The seq of the snapshot that the store has, null when there is none. */
  snapshotSeq: number | null
  /** What an old database held beside its sound content: kept in every snapshot, never served. */
  aside: Uint8Array | null
  /** Whether the document was read from an old database that the next compaction replaces. */
  legacy: boolean
}

export interface CompactionEvents {
  /** The document cannot be compacted: nothing more may be built on it. `why` is a sentence for the operator. */
  unsound(why: string): void
  /** The snapshot could not be written. */
  failed(error: unknown): void
  /** Whether the room still serves, and so wants the new base. */
  isServing(): boolean
}

/** When a room's base and tail become a new base, and how: one at a time, while the room goes on. */
export class Compaction {
  readonly #parts: CompactionParts
  readonly #events: CompactionEvents
  #snapshotSeq: number | null
  #legacy: boolean
  #running: Promise<void> | null = null
  /** None is tried below this tail weight: the last one failed for a reason that may pass. */
  #notBelow = 0

  constructor(parts: CompactionParts, events: CompactionEvents) {
    this.#parts = parts
    this.#events = events
    this.#snapshotSeq = parts.snapshotSeq
    this.#legacy = parts.legacy
  }

  /** Resolves when the one that runs is over; null when none does. */
  get running(): Promise<void> | null {
    return this.#running
  }

  /** The tail outweighs the base. */
  get isDue(): boolean {
    const { document, limits } = this.#parts
    return document.tailWeight > Math.max(document.baseBytes, limits.compactBytes, this.#notBelow)
  }

  /** There is enough to gain for a moment in which nobody is disturbed. */
  get isWorthwhile(): boolean {
    const { tailWeight, baseBytes } = this.#parts.document
    return (this.#legacy || tailWeight * 8 > baseBytes) && tailWeight >= this.#notBelow
  }

  start(): void {
    this.#running ??= this.#run()
      .catch(error => this.#events.failed(error))
      .finally(() => {
        this.#running = null
      })
  }

  async #run(): Promise<void> {
    const { room, store, compactor, document, aside } = this.#parts
    const { seq, updates } = document.contents()
    const outcome = await compactor.compact(updates)
    if (outcome.kind === 'unsound') {
      this.#events.unsound(`The room ${JSON.stringify(room)} cannot be compacted: ${outcome.why}.`)
      return
    }
    if (outcome.kind === 'unfinished') {
      this.#notBelow = Math.max(1, document.tailWeight * 2)
      return
    }
    const snapshot = { seq, parts: outcome.parts, index: outcome.index, aside }
    const replaced = await store.compact(room, snapshot, this.#snapshotSeq)
    if (!replaced) throw new Error('somebody else compacted this room')
    if (this.#events.isServing()) document.rebase(snapshot)
    this.#snapshotSeq = seq
    this.#legacy = false
    this.#notBelow = 0
  }
}
