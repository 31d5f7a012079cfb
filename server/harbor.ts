import { LocalInspection } from './api/inspection.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Compactor, WorkerCompactor } from './document/compactor.ts'
import { limits as defaultLimits, type Limits } from './limits.ts'
import { createLogger, type Logger } from './logger.ts'
import { Rooms } from './rooms.ts'
import type { Store } from './store/store.ts'

/** How long to wait before a failed store is opened again, doubled every time up to the second. */
const REOPEN_MS = { first: 1_000, longest: 15_000 }

export interface HarborOptions {
  store: Store
  clock?: Clock
  compactor?: Compactor
  /** Replaces single entries of the table in `limits.ts`. */
  limits?: Partial<Limits>
  log?: Logger
}

/** The store, the rooms in memory and what keeps both going: a server without a network. */
export class Harbor {
  readonly store: Store
  readonly rooms: Rooms
  readonly inspection: LocalInspection
  readonly clock: Clock
  readonly limits: Limits
  readonly log: Logger
  readonly #compactor: Compactor
  #state: 'closed' | 'open' | 'recovering' = 'closed'

  constructor(options: HarborOptions) {
    this.store = options.store
    this.clock = options.clock ?? systemClock
    this.limits = { ...defaultLimits, ...options.limits }
    this.log = options.log ?? createLogger()
    this.#compactor = options.compactor ?? new WorkerCompactor(this.clock, this.limits.workerMs)
    this.rooms = new Rooms({
      store: this.store,
      clock: this.clock,
      compactor: this.#compactor,
      limits: this.limits,
      log: this.log,
      onStoreFailed: () => this.#recover(),
    })
    this.inspection = new LocalInspection(this.store, this.rooms, this.#compactor)
  }

  /** Whether updates can be taken now. */
  get isReady(): boolean {
    return this.#state === 'open' && this.store.state === 'open'
  }

  /** Throws `StoreError`. */
  async open(): Promise<void> {
    await this.store.open()
    this.#state = 'open'
  }

  /** Everything accepted is on disk when this resolves. */
  async close(): Promise<void> {
    this.#state = 'closed'
    await this.rooms.close()
    await this.store.close()
    await this.#compactor.close()
  }

  /** A store that failed keeps nothing of its old handle: it is opened again until that succeeds. */
  #recover(): void {
    // A single room can fail on a store that is well: then there is nothing to open again.
    if (this.#state !== 'open' || this.store.state === 'open') return
    this.#state = 'recovering'
    this.#reopenAfter(REOPEN_MS.first)
  }

  #reopenAfter(delayMs: number): void {
    this.clock.after(delayMs, () => {
      if (this.#state !== 'recovering') return
      this.store.reopen().then(
        () => {
          if (this.#state !== 'recovering') return
          this.#state = 'open'
          this.log.info({}, 'the store is open again')
        },
        error => {
          this.log.error({ err: error }, 'the store cannot be opened yet')
          this.#reopenAfter(Math.min(delayMs * 2, REOPEN_MS.longest))
        },
      )
    })
  }
}
