/** The end of a channel: which page is the newest, what is on it, what of that one has not read, and where one writes. */

import { type Clock, type Room as SharedRoom, systemClock } from '../../client/index.ts'
import type { Attachment } from '../chat/attachment.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { append } from '../chat/log.ts'
import { type Author, newId, nextTime, type ReplyTo, tidyText } from '../chat/message.ts'
import { newestPage, openedAt, openPage, pageToWrite } from '../chat/pages.ts'
import { mentionsOf, unreadAmong } from '../chat/read-state.ts'
import { documentName, hasSpaceFor, headName } from '../chat/room-name.ts'
import { eachChange } from './each-doc.ts'
import type { FollowedPage } from './followed-page.ts'
import type { Personal } from './personal.ts'
import type { Lease, Pool } from './pool.ts'

export interface Unread {
  readonly count: number
  /** How many of them name the reader. */
  readonly mentions: number
  /** There are more on earlier pages, which are not counted. */
  readonly isMore: boolean
}

export const nothingUnread: Unread = { count: 0, mentions: 0, isMore: false }

/** What somebody wants to say. */
export interface Written {
  readonly text: string
  readonly mentions?: readonly Author[]
  readonly replyTo?: ReplyTo | null
  readonly attachments?: readonly Attachment[]
}

export interface TailParts {
  rooms: Pool<SharedRoom>
  pages: Pool<FollowedPage>
  personal: Personal
  self: string
  /** Since when the reader is in the workspace: in a channel they never saw, what is older is not new to them. */
  since(): number
  clock?: Clock
}

export class ChannelTail {
  readonly id: string
  readonly head: SharedRoom
  /** The newest page; null until it is known which that is. */
  readonly page: Readable<FollowedPage | null>
  readonly unread: Readable<Unread>
  readonly #parts: TailParts
  readonly #headLease: Lease<SharedRoom>
  readonly #page = new Cell<FollowedPage | null>(null)
  readonly #unread = new Cell<Unread>(nothingUnread)
  readonly #stops: (() => void)[]
  #pageLease: Lease<FollowedPage> | null = null
  #stopPage: () => void = () => undefined
  /** The page before the newest, while something on it may be unread. */
  #before: { readonly lease: Lease<FollowedPage>; readonly stop: () => void } | null = null
  /** When the newest page was opened; null for the first one. */
  #openedAt: number | null = null
  #isClosed = false
  #lastOwn = 0

  constructor(id: string, parts: TailParts) {
    this.id = id
    this.page = this.#page
    this.unread = this.#unread
    this.#parts = parts
    this.#headLease = parts.rooms.use(headName(id))
    this.head = this.#headLease.value
    const { head } = this
    const merge = () => head.reconcile('merge')
    head.on('status', this.#headKnown)
    head.on('synced', this.#headKnown)
    // Which pages there are can be said of old and new at once.
    head.on('replaced', merge)
    this.#stops = [
      parts.personal.changed.subscribe(this.#count),
      eachChange(head, this.#headChanged),
      () => head.off('status', this.#headKnown),
      () => head.off('synced', this.#headKnown),
      () => head.off('replaced', merge),
    ]
    void head.loaded.then(this.#headKnown)
  }

  /** The number of the newest page that is known of. */
  get newest(): number {
    return newestPage(this.head.doc)
  }

  /**
   * Adds a message after what its author has read, up to the time `readUpTo`. Null when there is nothing to say, or nowhere
   * to put it yet; otherwise the page that it is in.
   */
  write(written: Written, author: Author, readUpTo = 0): FollowedPage | null {
    const { mentions = [], replyTo = null, attachments = [] } = written
    const text = tidyText(written.text)
    const newest = this.#page.get()
    if ((text === '' && attachments.length === 0) || newest === null) return null
    const page = this.#pageForNext(newest)
    const latest = Math.max(readUpTo, newest.get().shown.at(-1)?.message.at ?? 0)
    const at = nextTime(this.#now(), this.#lastOwn, latest)
    this.#lastOwn = at
    append(page.room.doc, { id: newId(), author, text, at, mentions, replyTo, attachments })
    return page
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#stopPage()
    this.#pageLease?.release()
    this.#releaseBefore()
    this.#headLease.release()
  }

  /** The newest page, or a new one when that is full and pages may be opened here. */
  #pageForNext(newest: FollowedPage): FollowedPage {
    const { head } = this
    const { page, opens } = pageToWrite(head.doc, newest.get().shown.length, isSettled(head) && isSettled(newest.room))
    if (!opens || head.access === 'read' || !hasSpaceFor(this.id, page)) return newest
    openPage(head.doc, page, this.#now(), newest.room.doc)
    return this.#page.get() ?? newest
  }

  #now(): number {
    return (this.#parts.clock ?? systemClock).now()
  }

  readonly #headChanged = () => {
    if (this.#page.get() !== null) this.#turn()
  }

  /**
   * Whoever comes for the first time waits for what the server says, rather than open the first page of a long log and
   * leave it at once. Without a connection, what is kept here has to do.
   */
  readonly #headKnown = () => {
    if (this.#isClosed || this.head.persistence === 'loading') return
    const { kind } = this.head.status
    const isAsking = !this.head.synced && (kind === 'syncing' || kind === 'connecting')
    if (this.#page.get() === null && isAsking && this.newest === 0) return
    this.#turn()
  }

  /** To the newest page. */
  #turn(): void {
    const { newest } = this
    if (this.#isClosed || this.#page.get()?.page === newest) return
    const before = this.#pageLease
    this.#stopPage()
    // Another page is the one before it now.
    this.#releaseBefore()
    this.#openedAt = openedAt(this.head.doc, newest)
    this.#pageLease = this.#parts.pages.use(documentName(this.id, newest))
    this.#stopPage = this.#pageLease.value.subscribe(this.#count)
    this.#page.set(this.#pageLease.value)
    before?.release()
    this.#count()
  }

  readonly #count = () => {
    const page = this.#page.get()
    if (page === null || !this.#parts.personal.isKnown) return
    const { personal, self, since } = this.#parts
    const marker = personal.marker(this.id)
    const isRead = marker === null ? (this.#openedAt ?? 0) <= since() : marker.page >= page.page
    if (isRead) this.#releaseBefore()
    else this.#openBefore(page.page - 1)
    const pages = [...(this.#before === null ? [] : [this.#before.lease.value]), page]
    const all = unreadAmong(
      pages.map(({ page, get }) => ({ page, shown: get().shown })),
      marker,
      self,
    )
    const unread = marker === null ? all.filter(({ message }) => message.at > since()) : all
    const next: Unread = {
      count: unread.length,
      mentions: mentionsOf(unread, self).length,
      isMore: marker !== null && unread.length > 0 && marker.page < page.page - 1,
    }
    const { count, mentions, isMore } = this.#unread.get()
    if (next.count !== count || next.mentions !== mentions || next.isMore !== isMore) this.#unread.set(next)
  }

  /** What was unread before the page was turned is unread after it. */
  #openBefore(number: number): void {
    if (this.#before !== null || number < 0) return
    const lease = this.#parts.pages.use(documentName(this.id, number))
    this.#before = { lease, stop: lease.value.subscribe(this.#count) }
  }

  #releaseBefore(): void {
    this.#before?.stop()
    this.#before?.lease.release()
    this.#before = null
  }
}

/** All that the server has is here, and all that is written here is on its disk. */
function isSettled(room: SharedRoom): boolean {
  return room.synced && room.status.pending === 0
}
