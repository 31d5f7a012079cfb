import type { Clock, Timer } from './clock.ts'
import type { Kept, RoomStorage, Unsaved } from './storage.ts'

/** Whether this browser keeps a room across visits. */
export type Persistence =
  /** Not known yet. */
  | 'loading'
  | 'kept'
  /** It cannot: no storage, no permission, or no space left. What is written lives as long as the page. */
  | 'unavailable'
  /** Switched off. */
  | 'off'

export interface KeepingParts {
  /** Null when storage is switched off; rejects when the browser has none. */
  storage: Promise<RoomStorage> | null
  clock: Clock
  /** Several updates as one; and everything there is, for when this tab takes over from one that was behind. */
  merge(updates: Uint8Array[]): Uint8Array
  whole(): Uint8Array
  /** Only one tab needs to keep what the server sends. Calls back when it is this one; returns how to stop. */
  keepAlone(becomeKeeper: () => void): () => void
  changed(): void
  failed(error: unknown): void
}

/** What others write is kept together after so long: it is on the server anyway. */
const GATHER_MS = 250
/** How long reading may take before a room goes on without it. */
const LOAD_MS = 10_000

/** A room's storage as the room needs it: it never throws, and once it has failed it is left alone. */
export class Keeping {
  readonly #parts: KeepingParts
  #persistence: Persistence
  #isKeeper = false
  #others: Uint8Array[] = []
  #timer: Timer | null = null
  #stopKeeping: () => void = () => undefined

  constructor(parts: KeepingParts) {
    this.#parts = parts
    this.#persistence = parts.storage === null ? 'off' : 'loading'
  }

  get persistence(): Persistence {
    return this.#persistence
  }

  /** What was kept; null when there is nowhere to keep anything. */
  async load(): Promise<Kept | null> {
    const kept = await this.#use(storage => this.#inTime(storage.load()))
    if (kept !== null && this.#persistence === 'loading') {
      this.#become('kept')
      this.#stopKeeping = this.#parts.keepAlone(() => {
        this.#isKeeper = true
        this.keepOthers(this.#parts.whole())
      })
    }
    return kept
  }

  keepOthers(update: Uint8Array): void {
    if (!this.#isKeeper || !this.#mayKeep) return
    this.#others.push(update)
    this.#timer ??= this.#parts.clock.after(GATHER_MS, () => this.#flush())
  }

  /** Keeps an edit of this device. Resolves with the key of its mark, null when it could not be kept. */
  keepEdit(update: Uint8Array, mark: Omit<Unsaved, 'key'>): Promise<number | null> {
    // It may build on what others wrote: that has to be there, too.
    this.#flush()
    return this.#use(storage => storage.addUnsaved(update, mark))
  }

  async saved(keys: readonly Promise<number | null>[]): Promise<void> {
    if (!this.#mayKeep || keys.length === 0) return
    const known = (await Promise.all(keys)).filter(key => key !== null)
    if (known.length > 0) await this.#use(storage => storage.saved(known))
  }

  setEpoch(epoch: number, generation: number): void {
    void this.#use(storage => storage.setEpoch(epoch, generation))
  }

  replace(...content: Parameters<RoomStorage['replace']>): Promise<number | null> {
    this.#others = []
    return this.#use(storage => storage.replace(...content))
  }

  async unpark(key: Promise<number | null>): Promise<void> {
    const known = await key
    if (known !== null) await this.#use(storage => storage.unpark(known))
  }

  async close(): Promise<void> {
    this.#flush()
    this.#timer?.cancel()
    this.#stopKeeping()
    await this.#use(storage => storage.close())
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#parts.clock.after(LOAD_MS, () => {
        reject(new DOMException(`The storage did not answer within ${LOAD_MS} ms`, 'TimeoutError'))
      })
      promise.then(resolve, reject).finally(() => timer.cancel())
    })
  }

  get #mayKeep(): boolean {
    return this.#persistence === 'kept' || this.#persistence === 'loading'
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = null
    const others = this.#others
    this.#others = []
    if (others.length === 0) return
    const update = others.length === 1 ? others[0] : this.#parts.merge(others)
    void this.#use(storage => storage.add(update))
  }

  async #use<T>(run: (storage: RoomStorage) => Promise<T>): Promise<T | null> {
    const { storage, failed } = this.#parts
    if (storage === null || !this.#mayKeep) return null
    try {
      return await run(await storage)
    } catch (error) {
      const isNews = this.#mayKeep
      this.#become('unavailable')
      // Another tab may be able to.
      this.#stopKeeping()
      if (isNews) failed(error)
      return null
    }
  }

  #become(persistence: Persistence): void {
    if (this.#persistence === persistence) return
    this.#persistence = persistence
    this.#parts.changed()
  }
}
