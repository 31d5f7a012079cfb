import type { Compactor } from '../document/compactor.ts'
import type { Room } from '../room.ts'
import type { Rooms } from '../rooms.ts'
import type { Store } from '../store/store.ts'

/** One line of `y-harbor rooms`. */
export interface RoomSummary {
  name: string
  /** Bytes of updates on disk. */
  bytes: number
  /** Records after the snapshot. */
  records: number
  /** Milliseconds since the epoch, 0 when unknown. */
  updated: number
  /** Sessions in the room now; 0 when no server runs. */
  connected: number
}

/** What `y-harbor show` prints: `bytes` is the size of the document as updates, `content` JSON text by root. */
export interface RoomContent {
  name: string
  seq: number
  bytes: number
  content: string
  /** A sentence when part of the room is damaged or cannot be compacted. */
  problem: string | null
}

/** What an operator may look at, in this process or in another. */
export interface Inspection {
  /** Every room, by name. */
  rooms(): Promise<RoomSummary[]>
  /** Null when there is no such room. */
  content(name: string): Promise<RoomContent | null>
  /** The whole document as updates in causal order; null when there is no such room. */
  updates(name: string): Promise<Uint8Array[] | null>
}

/** Looks at rooms in this process: at what is committed. */
export class LocalInspection implements Inspection {
  readonly #store: Store
  readonly #rooms: Rooms
  readonly #compactor: Compactor

  constructor(store: Store, rooms: Rooms, compactor: Compactor) {
    this.#store = store
    this.#rooms = rooms
    this.#compactor = compactor
  }

  async rooms(): Promise<RoomSummary[]> {
    const summaries: RoomSummary[] = []
    for await (const { name, bytes, records, updated } of this.#store.list()) {
      summaries.push({ name, bytes, records, updated, connected: this.#rooms.find(name)?.peers ?? 0 })
    }
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async content(name: string): Promise<RoomContent | null> {
    const room = await this.#find(name)
    if (room === null) return null
    const { seq, updates } = room.document.contents()
    const bytes = updates.reduce((sum, update) => sum + update.length, 0)
    const content = await this.#compactor.read(updates)
    return { name, seq, bytes, content, problem: room.problem }
  }

  async updates(name: string): Promise<Uint8Array[] | null> {
    const room = await this.#find(name)
    return room?.document.contents().updates ?? null
  }

  /** Looking at a room must not bring one into being. */
  async #find(name: string): Promise<Room | null> {
    const open = this.#rooms.find(name)
    if (open !== null) return open.isServing ? open : this.#rooms.get(name)
    const stored = await this.#store.load(name)
    const isKnown = stored.head > 0 || stored.snapshot !== null || stored.legacy.length > 0 || stored.damage !== null
    return isKnown ? this.#rooms.get(name) : null
  }
}
