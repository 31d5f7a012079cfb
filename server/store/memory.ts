import type { Clock } from '../clock.ts'
import { assertRoomName } from './keys.ts'
import {
  type NewRecord,
  type RoomInfo,
  type Snapshot,
  type Store,
  type StoredRecord,
  type StoredRoom,
  StoreError,
  type StoreState,
} from './store.ts'

interface MemoryRoom {
  seq: number
  /** Time of the last record. */
  updated: number
  epoch: number
  snapshot: Snapshot | null
  records: StoredRecord[]
}

/** A store that forgets with the process: for tests, demos and rooms nobody wants to keep. */
export class MemoryStore implements Store {
  readonly #clock: Clock
  readonly #rooms = new Map<string, MemoryRoom>()
  #state: StoreState = 'closed'
  /** What was asked for in this turn; `null` when no turn is awaited. */
  #queue: (() => void)[] | null = null

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  get state(): StoreState {
    return this.#state
  }

  async open(): Promise<void> {
    this.#state = 'open'
  }

  async append(room: string, records: readonly NewRecord[], epoch = 0): Promise<number> {
    this.#assertOpen(room)
    const copies = records.map(({ time, author, update }) => ({ time, author, update: update.slice() }))
    return await this.#atEndOfTurn(() => {
      const stored = this.#rooms.get(room) ?? emptyRoom(epoch)
      const first = stored.seq + 1
      if (copies.length > 0) this.#rooms.set(room, stored)
      for (const record of copies) {
        stored.records.push({ seq: ++stored.seq, ...record })
        stored.updated = record.time
      }
      return first
    })
  }

  async load(room: string): Promise<StoredRoom> {
    this.#assertOpen(room)
    const stored = this.#rooms.get(room)
    return {
      head: stored?.seq ?? 0,
      epoch: stored?.epoch ?? null,
      snapshot: stored?.snapshot == null ? null : copySnapshot(stored.snapshot),
      records: (stored?.records ?? []).map(record => ({ ...record, update: record.update.slice() })),
      legacy: [],
      damage: null,
    }
  }

  async compact(room: string, snapshot: Snapshot, previous: number | null): Promise<boolean> {
    this.#assertOpen(room)
    const copy = copySnapshot(snapshot)
    return await this.#atEndOfTurn(() => {
      const stored = this.#rooms.get(room) ?? emptyRoom(0)
      if ((stored.snapshot?.seq ?? null) !== previous) return false
      if (copy.seq > stored.seq || copy.seq < (previous ?? 0)) {
        throw new RangeError(`a snapshot of seq ${copy.seq} in a room at ${stored.seq} after one of ${previous}`)
      }
      this.#rooms.set(room, stored)
      stored.snapshot = copy
      stored.records = stored.records.filter(record => record.seq > copy.seq)
      return true
    })
  }

  async *list(): AsyncGenerator<RoomInfo> {
    this.#assertOpen()
    for (const [name, { seq, updated, snapshot, records }] of [...this.#rooms]) {
      this.#assertOpen()
      const updates = [...(snapshot?.parts ?? []), ...records.map(({ update }) => update)]
      const bytes = updates.reduce((sum, { length }) => sum + length, 0)
      yield { name, bytes, records: records.length, seq, updated }
    }
  }

  async reopen(): Promise<void> {
    this.#assertOpen()
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    this.#runQueue()
  }

  #atEndOfTurn<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#queue === null) {
        this.#queue = []
        this.#clock.turn(() => this.#runQueue())
      }
      this.#queue.push(() => {
        try {
          resolve(run())
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  #runQueue(): void {
    const queue = this.#queue ?? []
    this.#queue = null
    for (const run of queue) run()
  }

  #assertOpen(room?: string): void {
    if (this.#state === 'closed') throw new StoreError('closed', 'The store is closed. Open it first.')
    if (room !== undefined) assertRoomName(room)
  }
}

const emptyRoom = (epoch: number): MemoryRoom => ({ seq: 0, updated: 0, epoch, snapshot: null, records: [] })

function copySnapshot({ seq, index, parts, aside }: Snapshot): Snapshot {
  return { seq, index: index.slice(), parts: parts.map(part => part.slice()), aside: aside?.slice() ?? null }
}
