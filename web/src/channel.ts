/** A channel that is open in this page: what React reads of it, and what a person does in it. */

import { type Clock, systemClock } from '../../client/index.ts'
import { edit, remove, toggleReaction } from '../chat/annotations.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { Connection } from '../chat/connection.ts'
import { type Author, tidyText } from '../chat/message.ts'
import type { Presence } from '../chat/presence.ts'
import { documentName } from '../chat/room-name.ts'
import type { Shown } from '../chat/shown.ts'
import type { ChannelTail, Written } from './channel-tail.ts'
import { type ConnectionParts, watchConnection } from './connection.ts'
import type { FollowedPage } from './followed-page.ts'
import { PageWindow } from './page-window.ts'
import type { Lease, Pool } from './pool.ts'
import { announcePresence } from './presence.ts'

export interface ChannelParts extends ConnectionParts {
  tail: Lease<ChannelTail>
  pages: Pool<FollowedPage>
  person: Author
  /** Something was sent or deleted in a page; said in the same turn. */
  wrote(page: FollowedPage): void
  /** Tries to connect again after the server put everything out. */
  retry(): void
}

export class Channel {
  readonly id: string
  readonly log: PageWindow
  readonly connection: Readable<Connection>
  readonly people: Readable<readonly Presence[]>
  /** Whether this browser keeps the newest page across reloads; null until that is known. */
  readonly kept: Readable<boolean | null>
  readonly tail: ChannelTail
  readonly #parts: ChannelParts
  readonly #clock: Clock
  readonly #presence: ReturnType<typeof announcePresence>
  readonly #connection = new Cell<Connection>({ kind: 'connecting' })
  readonly #kept = new Cell<boolean | null>(null)
  readonly #stopTail: () => void
  readonly #held = new Set<Lease<FollowedPage>>()
  #unfollow: () => void = () => undefined

  constructor(parts: ChannelParts) {
    this.#parts = parts
    this.#clock = parts.clock ?? systemClock
    this.tail = parts.tail.value
    this.id = this.tail.id
    this.connection = this.#connection
    this.kept = this.#kept
    this.log = new PageWindow(this.tail, parts.pages)
    this.#presence = announcePresence(this.tail.head, parts.person)
    this.people = this.#presence
    this.#stopTail = this.tail.page.subscribe(this.#follow)
    this.#follow()
  }

  /** Adds a message. False when there is nothing to send, or nowhere to put it yet. */
  send(written: Written): boolean {
    const page = this.tail.write(written, this.#presence.person(), this.log.get().shown.at(-1)?.message.at)
    if (page === null) return false
    this.#parts.wrote(page)
    this.#presence.setTyping(false)
    return true
  }

  /** Keeps the page of a message loaded, wherever in the log one reads, until the returned function is called. */
  hold({ page }: Shown): () => void {
    const lease = this.#parts.pages.use(documentName(this.id, page))
    this.#held.add(lease)
    return () => {
      this.#held.delete(lease)
      lease.release()
    }
  }

  /** How a message is shown now; as it was given when its page is not loaded. */
  now(shown: Shown): Shown {
    const isSame = ({ message }: Shown) => message.id === shown.message.id
    return this.log.get().shown.find(isSame) ?? this.#pageOf(shown)?.get().shown.find(isSame) ?? shown
  }

  /** False when the message was deleted meanwhile, or its page is not loaded. */
  edit(shown: Shown, text: string, mentions: readonly Author[]): boolean {
    const page = this.#pageOf(shown)
    if (page === null || this.now(shown).isDeleted) return false
    return edit(page.room.doc, shown, tidyText(text), mentions, this.#self, this.#clock.now())
  }

  remove(shown: Shown): void {
    // Every copy that is loaded; of one that is not, the note of this deletion hides what it says.
    for (const page of this.log.pages) {
      const copy = page.get().shown.find(({ message }) => message.id === shown.message.id)
      if (copy !== undefined && remove(page.room.doc, copy, this.#self, this.#clock.now())) this.#parts.wrote(page)
    }
  }

  react(shown: Shown, emoji: string): void {
    const page = this.#pageOf(shown)
    if (page !== null) toggleReaction(page.room.doc, shown.message.id, emoji, this.#self, this.#clock.now())
  }

  setTyping(typing: boolean): void {
    this.#presence.setTyping(typing)
  }

  setPerson(person: Author): void {
    this.#presence.setPerson(person)
  }

  /** Tries again after the server closed for good: the connection, or this channel only. */
  retry(): void {
    this.#parts.retry()
    this.tail.head.retry()
    for (const { room } of this.log.pages) room.retry()
  }

  /** Says what is to become of the content of pages that were replaced on the server. */
  reconcile(choice: 'merge' | 'discard'): void {
    for (const { room } of this.log.pages) room.reconcile(choice)
  }

  /** Something that was written here in what is loaded is not on the server's disk: a message, a reaction, anything. */
  get hasUnsaved(): boolean {
    return this.log.pages.some(({ room }) => room.status.pending > 0)
  }

  close(): void {
    this.#stopTail()
    this.#unfollow()
    this.#presence.stop()
    this.log.close()
    for (const lease of this.#held) lease.release()
    this.#parts.tail.release()
  }

  get #self(): string {
    return this.#presence.person().id
  }

  #pageOf(shown: Shown): FollowedPage | null {
    const held = [...this.#held].map(({ value }) => value)
    return [...this.log.pages, ...held].find(({ page }) => page === shown.page) ?? null
  }

  /** What is said of the connection is said of the newest page. */
  readonly #follow = () => {
    this.#unfollow()
    const page = this.tail.page.get()
    if (page === null) {
      const watched = watchConnection(this.tail.head, this.#parts)
      const read = () => this.#connection.set(watched.get())
      watched.subscribe(read)
      read()
      this.#unfollow = () => watched.stop()
      return
    }
    const { room } = page
    const watched = watchConnection(room, this.#parts)
    const connected = () => this.#connection.set(watched.get())
    const keptChanged = () => this.#kept.set(room.persistence === 'loading' ? null : room.persistence === 'kept')
    watched.subscribe(connected)
    room.on('persistence', keptChanged)
    for (const read of [connected, keptChanged]) read()
    this.#unfollow = () => {
      watched.stop()
      room.off('persistence', keptChanged)
    }
  }
}
