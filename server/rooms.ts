import { randomInt } from 'node:crypto'
import { Refusal } from '../protocol/close.ts'
import type { Clock } from './clock.ts'
import type { Compactor } from './document/compactor.ts'
import { Document } from './document/document.ts'
import type { Limits } from './limits.ts'
import type { Logger } from './logger.ts'
import { Room } from './room.ts'
import type { Store, StoredRoom } from './store/store.ts'

interface Entry {
  opening: Promise<Room>
  /** Null until the room is open. */
  room: Room | null
}

interface Opened {
  document: Document
  aside: Uint8Array | null
  /** Why nothing new may be taken, as a sentence; null when all is well. */
  problem: string | null
}

export interface RoomsParts {
  store: Store
  clock: Clock
  compactor: Compactor
  limits: Limits
  log: Logger
  /** An append failed: the store needs to be opened again. */
  onStoreFailed(): void
}

/** Randomness enough that two incarnations of a room never share one. */
const MAX_EPOCH = 2 ** 48 - 1

/** The rooms in memory: each is opened once, kept while somebody needs it, and dropped when it was idle. */
export class Rooms {
  readonly #parts: RoomsParts
  readonly #entries = new Map<string, Entry>()
  /** Rooms being read now, and those whose turn it is not yet. */
  #opening = 0
  readonly #waiting: (() => void)[] = []
  /** Rooms read so far: their numbers. */
  #numbers = 0
  #closed = false

  constructor(parts: RoomsParts) {
    this.#parts = parts
  }

  /** Rooms that are open now. */
  *open(): Generator<Room> {
    for (const { room } of this.#entries.values()) if (room?.isServing) yield room
  }

  find(name: string): Room | null {
    return this.#entries.get(name)?.room ?? null
  }

  /**
   * The room of that name, read from the store unless it is in memory. Whoever asks must enter it in the same turn;
   * until then it is kept like any idle room. Rejects with `StoreError` when it cannot be read, with `Refusal` when there are
   * too many.
   */
  get(name: string): Promise<Room> {
    const known = this.#entries.get(name)
    if (known !== undefined) return known.opening
    if (this.#closed) return Promise.reject(new Error('The rooms are closed.'))
    if (!this.#hasSpace()) return Promise.reject(new Refusal('crowded'))
    const entry: Entry = { opening: this.#readInTurn(name), room: null }
    this.#entries.set(name, entry)
    entry.opening.then(
      room => {
        entry.room = room
      },
      () => this.#forget(name, entry),
    )
    return entry.opening
  }

  /** Drops idle rooms, and in the others what nobody renewed. Called every few seconds. */
  sweep(): void {
    for (const [name, entry] of this.#entries) {
      if (entry.room === null) continue
      entry.room.sweep()
      if (entry.room.mayUnload()) {
        entry.room.close('shutting-down')
        this.#forget(name, entry)
      }
    }
  }

  /** Ends every connection and waits until everything that was accepted is on disk. */
  async close(): Promise<void> {
    this.#closed = true
    const entries = [...this.#entries.values()]
    for (const { room } of entries) room?.close('shutting-down')
    for (const { opening } of entries) {
      const room = await opening.catch(() => null)
      room?.close('shutting-down')
      await room?.settle()
    }
    this.#entries.clear()
  }

  /** Where there is none, a room that nobody is in makes it: else whoever opens many and leaves would keep others out. */
  #hasSpace(): boolean {
    if (this.#entries.size < this.#parts.limits.roomsInMemory) return true
    for (const [name, entry] of this.#entries) {
      if (entry.room === null || !entry.room.isIdle) continue
      entry.room.close('shutting-down')
      this.#forget(name, entry)
      return true
    }
    return false
  }

  async #readInTurn(name: string): Promise<Room> {
    if (this.#opening >= this.#parts.limits.openingRooms) {
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else {
      this.#opening++
    }
    try {
      return await this.#read(name)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#opening--
      else next()
    }
  }

  async #read(name: string): Promise<Room> {
    const { store, clock, compactor, limits, log } = this.#parts
    const stored = await store.load(name)
    const { document, aside, problem } = await this.#documentOf(name, stored)
    const isNew = stored.epoch === null && stored.head === 0 && stored.damage === null
    const room = new Room({
      name,
      number: ++this.#numbers,
      epoch: isNew ? randomInt(1, MAX_EPOCH) : stored.epoch,
      document,
      store,
      clock,
      compactor,
      limits,
      snapshotSeq: stored.snapshot?.seq ?? null,
      aside,
      legacy: stored.legacy.length > 0,
      events: {
        failed: error => {
          log.error(
            { room: name, err: error },
            'a write failed; the room is closed, and its clients will send again what was not stored',
          )
          const entry = this.#entries.get(name)
          // Read again while a write of the old room is under way, it would miss that record and store it twice.
          if (entry?.room === room) void room.settle().then(() => this.#forget(name, entry))
          this.#parts.onStoreFailed()
        },
        readOnly: why => log.error({ room: name }, why),
      },
    })
    if (problem !== null) room.becomeReadOnly(problem)
    return room
  }

  /** What the store holds as a document; or as much of it as is sound, with the `problem` that ends it. */
  async #documentOf(name: string, stored: StoredRoom): Promise<Opened> {
    const problem = stored.damage?.message ?? null
    const adopted = stored.legacy.length > 0 ? await this.#parts.compactor.adopt(stored.legacy) : null
    const base = adopted === null ? stored.snapshot : { ...adopted, seq: 0 }
    const aside = adopted === null ? (stored.snapshot?.aside ?? null) : adopted.aside
    let document = Document.open(null)
    try {
      document = Document.open(base)
      document.load(stored.records)
      return { document, aside, problem }
    } catch (error) {
      // The bytes are what was written, so this is a mistake of ours: nothing may be built on it.
      const why = error instanceof Error ? error.message : String(error)
      const sentence = `The room ${JSON.stringify(name)} cannot be read past record ${document.seq}: ${why}.`
      return { document, aside, problem: problem ?? sentence }
    }
  }

  #forget(name: string, entry: Entry): void {
    if (this.#entries.get(name) === entry) this.#entries.delete(name)
  }
}
