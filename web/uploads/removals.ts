import type { Clock, Timer } from '../../client/index.ts'
import { watchPage } from '../../client/page.ts'
import { isFileId } from './attachment.ts'
import { type FilesParts, fileUrl, forgetFile } from './files.ts'
import { FileProblem } from './problem.ts'
import { remove } from './sending.ts'

export interface RemovalsParts extends FilesParts {
  clock: Clock
  /** Where the wish outlives the page. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

const KEY = 'y-harbor.removed-files'
/** After a failure, doubled every time up to the second. */
const RETRY_MS = { first: 2_000, longest: 5 * 60_000 }

/** Files that are to go from the server: it is asked until it has answered, also after a reload. */
export class Removals {
  readonly #parts: RemovalsParts
  readonly #stopWatching: () => void
  #timer: Timer | null = null
  #failures = 0
  #isAsking = false
  #isClosed = false

  constructor(parts: RemovalsParts) {
    this.#parts = parts
    this.#stopWatching = watchPage(news => {
      if (news === 'hint') void this.#ask()
    })
    void this.#ask()
  }

  add(ids: readonly string[]): void {
    if (ids.length === 0) return
    this.#keep([...this.#read(), ...ids])
    for (const id of ids) void forgetFile(id, this.#parts)
    void this.#ask()
  }

  /** Stops; what is not gone yet is asked for again by the next page. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#stopWatching()
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#timer?.cancel()
    try {
      for (let [id] = this.#read(); id !== undefined && !this.#isClosed; [id] = this.#read()) {
        if (!(await this.#isAnswered(id))) {
          this.#again()
          break
        }
        this.#failures = 0
        // Other windows write there, too.
        this.#keep(this.#read().filter(other => other !== id))
      }
    } finally {
      this.#isAsking = false
    }
  }

  #again(): void {
    if (this.#isClosed) return
    const delay = Math.min(RETRY_MS.first * 2 ** this.#failures++, RETRY_MS.longest)
    this.#timer = this.#parts.clock.after(delay, () => void this.#ask())
  }

  /** Whether it is gone, or never will be for whoever asks. */
  async #isAnswered(id: string): Promise<boolean> {
    const { token } = this.#parts
    try {
      await remove(id, { endpoint: fileUrl('', this.#parts).replace(/\/$/, ''), token })
      return true
    } catch (error) {
      // A token that has ended is followed by another.
      return error instanceof FileProblem && !error.passes && error.code !== 'no-token'
    }
  }

  #read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.#parts.storage.getItem(KEY) ?? '[]')
      return Array.isArray(kept) ? kept.filter(id => typeof id === 'string' && isFileId(id)) : []
    } catch {
      return []
    }
  }

  #keep(ids: readonly string[]): void {
    if (ids.length === 0) this.#parts.storage.removeItem(KEY)
    else this.#parts.storage.setItem(KEY, JSON.stringify([...new Set(ids)]))
  }
}
