import { limits as defaultLimits, type Limits } from '../../server/limits.ts'
import { silentLogger } from '../../server/logger.ts'
import { Rooms } from '../../server/rooms.ts'
import { MemoryStore } from '../../server/store/memory.ts'
import type { NewRecord, RoomInfo, Snapshot, Store, StoredRoom, StoreState } from '../../server/store/store.ts'
import { StoreError } from '../../server/store/store.ts'
import { InlineCompactor } from './inline-compactor.ts'
import { quietDoc } from './oracle.ts'
import { StockClient } from './stock-client.ts'
import { TestClock } from './test-clock.ts'

/** A store whose disk the test controls: appends wait until let through, or fail. */
export class SlowStore implements Store {
  readonly #inner: Store
  #waiting: ((alive: boolean) => void)[] = []
  /** Whether appends wait for `release`. */
  holds = false
  failing = false
  reopenings = 0
  appends: { room: string; records: readonly NewRecord[] }[] = []

  constructor(inner: Store) {
    this.#inner = inner
  }

  get state(): StoreState {
    return this.failing ? 'failed' : this.#inner.state
  }

  release(): void {
    for (const go of this.#waiting.splice(0)) go(true)
  }

  /** The process dies: some of what waits reaches the disk, and nobody is told of any. */
  crash(reachesDisk: () => boolean): void {
    for (const go of this.#waiting.splice(0)) if (reachesDisk()) go(false)
  }

  async append(room: string, records: readonly NewRecord[], epoch?: number): Promise<number> {
    this.appends.push({ room, records })
    const alive = !this.holds || (await new Promise<boolean>(resolve => this.#waiting.push(resolve)))
    if (this.failing) throw new StoreError('failed', 'The disk is full.')
    const first = await this.#inner.append(room, records, epoch)
    return alive ? first : new Promise(() => undefined)
  }

  async load(room: string): Promise<StoredRoom> {
    if (this.failing) throw new StoreError('failed', 'The disk is full.')
    return this.#inner.load(room)
  }

  open = (): Promise<void> => this.#inner.open()
  compact = (room: string, snapshot: Snapshot, previous: number | null): Promise<boolean> =>
    this.#inner.compact(room, snapshot, previous)
  list = (): AsyncIterable<RoomInfo> => this.#inner.list()
  close = (): Promise<void> => this.#inner.close()

  async reopen(): Promise<void> {
    this.reopenings++
    if (this.failing) throw new StoreError('no-space', 'The disk is still full.')
  }
}

/** Rooms on a store and a clock of the test's own, and clients to enter them. */
export class Stage {
  readonly clock = new TestClock()
  readonly store: SlowStore
  readonly compactor = new InlineCompactor()
  readonly limits: Limits
  rooms: Rooms
  readonly clients: StockClient[] = []
  storeFailures = 0

  private constructor(limits: Partial<Limits>) {
    this.limits = { ...defaultLimits, ...limits }
    this.store = new SlowStore(new MemoryStore({ clock: this.clock }))
    this.rooms = this.#newRooms()
  }

  static async set(limits: Partial<Limits> = {}): Promise<Stage> {
    const stage = new Stage(limits)
    await stage.store.open()
    return stage
  }

  client(room = 'room', doc = quietDoc()): StockClient {
    const client = new StockClient({ doc, rooms: () => this.rooms, room, clock: this.clock, limits: this.limits })
    this.clients.push(client)
    return client
  }

  /** A client that is connected and has everything. */
  async joined(room = 'room'): Promise<StockClient> {
    const client = this.client(room)
    await client.connect()
    await this.settle()
    return client
  }

  /** Lets everything run that waits for nothing but this process: turns, promises, and no time at all. */
  async run(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      this.clock.flushTurns()
      await new Promise(setImmediate)
    }
  }

  /** Delivers everything everywhere, until nobody says anything any more. */
  async settle(): Promise<void> {
    for (let round = 0; round < 50; round++) {
      const busy = this.clients.some(c => c.outbox.length > 0 || (c.wire?.arrived.length ?? 0) > 0)
      for (const client of this.clients) client.send()
      await this.run()
      this.clock.advance(this.limits.longestRestMs)
      await this.run()
      for (const client of this.clients) client.hear()
      if (!busy && round > 0) return
    }
    throw new Error('the clients and the server never fall silent')
  }

  /** As after `kill -9`: what is in memory is gone, what is on disk is not. */
  restart(reachesDisk = () => false): void {
    for (const client of this.clients) client.disconnect()
    this.store.crash(reachesDisk)
    this.rooms = this.#newRooms()
  }

  #newRooms(): Rooms {
    const { store, clock, compactor, limits } = this
    const onStoreFailed = (): void => void this.storeFailures++
    return new Rooms({ store, clock, compactor, limits, log: silentLogger, onStoreFailed })
  }
}
