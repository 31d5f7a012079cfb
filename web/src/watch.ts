/** What is unread in every channel, and what has just come: for the list of channels, the title and notifications. */

import { Cell, type Readable } from '../chat/cell.ts'
import type { Shown } from '../chat/shown.ts'
import type { Direct } from '../chat/workspace.ts'
import { type ChannelTail, nothingUnread, type Unread } from './channel-tail.ts'
import type { Lease } from './pool.ts'
import type { Workspace } from './workspace.ts'

/** Channels beyond these, the oldest, are not followed until somebody opens them. */
const mostChannels = 80

export interface Arrival {
  readonly channel: string
  readonly shown: Shown
}

interface Followed {
  readonly lease: Lease<ChannelTail>
  readonly stop: () => void
}

const isOf =
  (self: string) =>
  ({ members }: Direct): boolean =>
    members.includes(self)

export class Watch {
  /** By channel; channels without anything unread are not in it. */
  readonly unread: Readable<ReadonlyMap<string, Unread>>
  readonly #workspace: Workspace
  readonly #unread = new Cell<ReadonlyMap<string, Unread>>(new Map())
  readonly #followed = new Map<string, Followed>()
  readonly #listeners = new Set<(arrival: Arrival) => void>()
  /** Conversations that are in the directory, also those that are not followed. */
  #listed: ReadonlySet<string> = new Set()
  /** What is listed from then on has come to be while the page is open. */
  #isListKnown = false
  readonly #stop: () => void

  constructor(workspace: Workspace) {
    this.#workspace = workspace
    this.unread = this.#unread
    const stopFollowing = workspace.directory.subscribe(this.#follow)
    const synced = () => {
      this.#isListKnown ||= workspace.room.synced
    }
    workspace.room.on('synced', synced)
    this.#stop = () => {
      stopFollowing()
      workspace.room.off('synced', synced)
    }
    synced()
    this.#follow()
  }

  /** Calls `listener` for every message of others that arrives while the page is open, until the returned function is called. */
  onArrival(listener: (arrival: Arrival) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    for (const { stop } of this.#followed.values()) stop()
    this.#followed.clear()
  }

  readonly #follow = () => {
    const { channels, directs } = this.#workspace.directory.get()
    const self = this.#workspace.person.id
    const wanted = new Map(
      [...channels.filter(({ archivedAt }) => archivedAt === null), ...directs.filter(isOf(self))]
        .sort((a, b) => b.createdAt - a.createdAt)
        .slice(0, mostChannels)
        .map(({ id, createdAt }) => [id, createdAt]),
    )
    for (const [id, { stop }] of this.#followed) {
      if (wanted.has(id)) continue
      stop()
      this.#followed.delete(id)
    }
    const listed = this.#listed
    this.#listed = new Set([...channels, ...directs].map(({ id }) => id))
    for (const [id, createdAt] of wanted) {
      const newSince = this.#isListKnown && !listed.has(id) ? createdAt : null
      if (!this.#followed.has(id)) this.#followed.set(id, this.#open(id, newSince))
    }
    this.#read()
  }

  /**
   * All that is said in a new one is news, also what was said before it could be followed; but not what is older than its
   * entry in the directory, which whoever arrives at an old channel by its address makes.
   */
  #open(id: string, newSince: number | null): Followed {
    const lease = this.#workspace.tail(id)
    const tail = lease.value
    const stopUnread = tail.unread.subscribe(this.#read)
    const stopArrivals = this.#arrivals(tail, newSince)
    return {
      lease,
      stop() {
        stopUnread()
        stopArrivals()
        lease.release()
      },
    }
  }

  /** Tells of messages that were not there when the newest page had arrived. */
  #arrivals(tail: ChannelTail, newSince: number | null): () => void {
    let known: Set<string> | null = newSince === null ? null : new Set()
    let stopPage: () => void = () => undefined
    const look = () => {
      const page = tail.page.get()
      if (page === null) return
      const { shown } = page.get()
      if (known !== null) {
        for (const one of shown) {
          if (known.has(one.message.id) || one.isDeleted) continue
          if (one.message.author.id === this.#workspace.person.id || one.message.at < (newSince ?? 0)) continue
          for (const listener of [...this.#listeners]) listener({ channel: tail.id, shown: one })
        }
      }
      // Before the first sync all that comes is history.
      if (known !== null || page.room.synced) known = new Set(shown.map(({ message }) => message.id))
    }
    const turn = () => {
      stopPage()
      const page = tail.page.get()
      if (page === null) return
      const stop = page.subscribe(look)
      page.room.on('synced', look)
      stopPage = () => {
        stop()
        page.room.off('synced', look)
      }
      look()
    }
    const stopTurns = tail.page.subscribe(turn)
    turn()
    return () => {
      stopTurns()
      stopPage()
    }
  }

  readonly #read = () => {
    const unread = new Map<string, Unread>()
    for (const [id, { lease }] of this.#followed) {
      const now = lease.value.unread.get()
      if (now !== nothingUnread && now.count > 0) unread.set(id, now)
    }
    const before = this.#unread.get()
    if (unread.size === before.size && [...unread].every(([id, now]) => before.get(id) === now)) return
    this.#unread.set(unread)
  }
}
