/** The pages of a channel that are loaded around what its reader looks at, as one log. */

import { Cell, type Readable } from '../chat/cell.ts'
import { mergePages } from '../chat/channel-log.ts'
import { documentName } from '../chat/room-name.ts'
import type { Shown } from '../chat/shown.ts'
import { nothingUnsaved, type Unsaved } from '../chat/unsaved.ts'
import type { ChannelTail } from './channel-tail.ts'
import type { FollowedPage } from './followed-page.ts'
import type { Lease, Pool } from './pool.ts'
import type { Refused } from './refused.ts'

export interface WindowContent {
  readonly shown: readonly Shown[]
  readonly unsaved: Unsaved
  /** What the server refused, until it is decided. */
  readonly refused: readonly Refused[]
  /** There are earlier, later pages that are not loaded. */
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  /** What this browser kept of a page at the edge is still being read, or asked for. */
  readonly isLoading: boolean
}

/** At most so many pages at a time: what lies further away is let go, and loaded again when somebody goes there. */
const mostPages = 6

interface Held {
  readonly lease: Lease<FollowedPage>
  readonly unsubscribe: () => void
}

export class PageWindow implements Readable<WindowContent> {
  readonly #tail: ChannelTail
  readonly #source: Pool<FollowedPage>
  readonly #pages = new Map<number, Held>()
  readonly #state = new Cell<WindowContent>({
    shown: [],
    unsaved: nothingUnsaved,
    refused: [],
    hasEarlier: false,
    hasLater: false,
    isLoading: true,
  })
  readonly #stopTail: () => void
  #low = 0
  #high = -1

  constructor(tail: ChannelTail, source: Pool<FollowedPage>) {
    this.#tail = tail
    this.#source = source
    this.#stopTail = tail.page.subscribe(this.#tailTurned)
    this.#tailTurned()
  }

  get = (): WindowContent => this.#state.get()

  subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener)

  /** The pages that are loaded, from the earliest on. */
  get pages(): readonly FollowedPage[] {
    return [...this.#pages].sort(([a], [b]) => a - b).map(([, { lease }]) => lease.value)
  }

  loadEarlier = (): void => {
    if (this.#low === 0 || this.#state.get().isLoading) return
    this.#to(this.#low - 1, Math.min(this.#high, this.#low + mostPages - 2))
  }

  loadLater = (): void => {
    if (this.#high >= this.#newest || this.#state.get().isLoading) return
    this.#to(Math.max(this.#low, this.#high - mostPages + 2), this.#high + 1)
  }

  showLatest = (): void => {
    if (this.#high === this.#newest) return
    this.#to(Math.max(0, this.#newest - 1), this.#newest)
  }

  /** Goes to where a page is, with its neighbours. */
  showPage(page: number): void {
    if (page >= this.#low && page <= this.#high) return
    const there = Math.max(0, Math.min(page, this.#newest))
    this.#to(Math.max(0, there - 1), Math.min(this.#newest, there + 1))
  }

  close(): void {
    this.#stopTail()
    for (const { lease, unsubscribe } of this.#pages.values()) {
      unsubscribe()
      lease.release()
    }
    this.#pages.clear()
  }

  get #newest(): number {
    return this.#tail.page.get()?.page ?? 0
  }

  /** A new page follows the ones that are shown; whoever reads elsewhere stays there. */
  readonly #tailTurned = () => {
    const page = this.#tail.page.get()
    if (page === null) return
    if (this.#high === -1) this.#to(page.page, page.page)
    else if (this.#high >= page.page - 1) this.#to(Math.max(this.#low, page.page - mostPages + 1), page.page)
    else this.#read()
  }

  #to(low: number, high: number): void {
    this.#low = low
    this.#high = high
    for (const [page, { lease, unsubscribe }] of this.#pages) {
      if (page >= low && page <= high) continue
      unsubscribe()
      lease.release()
      this.#pages.delete(page)
    }
    for (let page = low; page <= high; page++) {
      if (this.#pages.has(page)) continue
      const lease = this.#source.use(documentName(this.#tail.id, page))
      const { value } = lease
      const stop = value.subscribe(this.#read)
      value.room.on('synced', this.#read)
      value.room.on('status', this.#read)
      void value.room.loaded.then(this.#read)
      const unsubscribe = () => {
        stop()
        value.room.off('synced', this.#read)
        value.room.off('status', this.#read)
      }
      this.#pages.set(page, { lease, unsubscribe })
    }
    this.#read()
  }

  readonly #read = () => {
    const { pages } = this
    const before = this.#state.get()
    const contents = pages.map(page => page.get())
    const isSame = contents.every(content => this.#lastRead.has(content)) && contents.length === this.#lastRead.size
    const next: WindowContent = {
      shown: isSame
        ? before.shown
        : mergePages(
            contents.map(({ shown }) => shown),
            before.shown,
          ),
      unsaved: isSame ? before.unsaved : unsavedOf(contents.map(({ unsaved }) => unsaved)),
      refused: isSame ? before.refused : contents.flatMap(({ refused }) => refused),
      hasEarlier: this.#low > 0,
      hasLater: this.#high < this.#newest,
      isLoading: pages.length === 0 || pages.some(isComing),
    }
    this.#lastRead = new Set(contents)
    if (
      !isSame ||
      next.hasEarlier !== before.hasEarlier ||
      next.hasLater !== before.hasLater ||
      next.isLoading !== before.isLoading
    ) {
      this.#state.set(next)
    }
  }
  #lastRead: ReadonlySet<unknown> = new Set()
}

/** Nothing of it is here yet, and it may come any moment. */
function isComing({ room, get }: FollowedPage): boolean {
  if (room.persistence === 'loading') return true
  if (get().shown.length > 0 || room.synced) return false
  const { kind } = room.status
  return kind === 'syncing' || kind === 'connecting'
}

function unsavedOf(pages: readonly Unsaved[]): Unsaved {
  const some = pages.filter(unsaved => unsaved.size > 0)
  if (some.length <= 1) return some[0] ?? nothingUnsaved
  return new Map(some.flatMap(unsaved => [...unsaved]))
}
