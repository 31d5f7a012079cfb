import type { PresenceEntry } from '../protocol/message.ts'
import type { Grant } from './auth.ts'
import type { Clock } from './clock.ts'
import type { Limits } from './limits.ts'

/** Whoever brought an entry. */
interface Owner {
  readonly grant: Grant
}

/** Under this key of a presence state stands who the server knows somebody to be. What a client writes there is dropped. */
export const IDENTITY = 'identity'

interface Present {
  state: string
  /** The highest clock that was ever said to anyone; what comes next must be above it. */
  clock: number
  owner: Owner
  /** When it was last brought or renewed, in monotonic milliseconds. */
  at: number
}

/** What became of the entries of one message. */
export interface PresenceOutcome {
  /** Clients whose entry changed. */
  changed: number[]
  /**
   * For the sender alone: its own entries as removed. A y-protocols client answers the removal of its own state by
   * saying it again with a clock above the one named here.
   */
  nudge: PresenceEntry[]
}

/**
 * Who is in a room. Never stored.
 *
 * Clients drop an entry whose clock is not above the last they heard, and keep that memory when they lose their
 * connection. So the room remembers the clock it announced for every client, shows a joiner every entry with a clock
 * above it, and believes an entry only above it; whoever lags behind is nudged, which takes one round trip. An entry
 * that others merely repeat is never above it.
 */
export class Presence {
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #present = new Map<number, Present>()
  /** Announced clocks of those who left, oldest first. */
  readonly #left = new Map<number, number>()
  /** How many entries an owner has. */
  readonly #owned = new Map<Owner, number>()

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get size(): number {
    return this.#present.size
  }

  /**
   * `mayClaim` says that `owner` has not been shown anybody's presence yet, so that what it brings cannot be a
   * repetition: a client that came back beside a half-dead connection of its own is believed at once.
   */
  receive(owner: Owner, entries: readonly PresenceEntry[], mayClaim: boolean): PresenceOutcome {
    const outcome: PresenceOutcome = { changed: [], nudge: [] }
    for (const entry of entries) {
      if (entry.clock > this.#limits.presenceClock || entry.state.length > this.#limits.presenceBytes) continue
      if (entry.state === 'null') this.#receiveLeave(owner, entry, outcome)
      else this.#receiveState(owner, entry, mayClaim, outcome)
    }
    return outcome
  }

  /** The entries of an owner whose connection ended are removed. Returns their clients. */
  leave(owner: Owner): number[] {
    const left: number[] = []
    if (!this.#owned.has(owner)) return left
    for (const [client, present] of this.#present) if (present.owner === owner) left.push(client)
    for (const client of left) this.#remove(client)
    return left
  }

  /** Removes what was not renewed in time. Returns the clients. */
  expire(): number[] {
    const now = this.#clock.monotonic()
    const expired: number[] = []
    for (const [client, { at }] of this.#present) if (now - at >= this.#limits.presenceMs) expired.push(client)
    for (const client of expired) this.#remove(client)
    return expired
  }

  /** The current entries of `clients`, removals included. */
  entries(clients: Iterable<number>): PresenceEntry[] {
    const entries: PresenceEntry[] = []
    for (const client of clients) {
      const present = this.#present.get(client)
      if (present !== undefined) entries.push({ client, clock: present.clock, state: present.state })
      else entries.push({ client, clock: this.#left.get(client) ?? 0, state: 'null' })
    }
    return entries
  }

  /** Everyone but the entries of `viewer`, each above any clock the viewer can remember. */
  show(viewer: Owner): PresenceEntry[] {
    const shown: PresenceEntry[] = []
    for (const [client, present] of this.#present) {
      if (present.owner === viewer) continue
      present.clock = this.#above(present.clock)
      shown.push({ client, clock: present.clock, state: present.state })
    }
    return shown
  }

  #receiveState(owner: Owner, entry: PresenceEntry, mayClaim: boolean, outcome: PresenceOutcome): void {
    const { client, clock, state } = entry
    const known = this.#present.get(client)
    if (known !== undefined && !isSameUser(known.owner, owner)) return
    const announced = known?.clock ?? this.#left.get(client) ?? -1
    const isNews = clock > announced
    if (!isNews && known?.owner !== owner && !mayClaim) return
    if (!isNews) outcome.nudge.push({ client, clock: announced, state: 'null' })
    if (known === undefined && !isNews) return
    if (known?.owner !== owner) {
      if (!this.#mayBring(owner, known === undefined)) return
      if (known !== undefined) this.#count(known.owner, -1)
      this.#count(owner, 1)
    }
    if (known !== undefined && !isNews) {
      known.owner = owner
      return
    }
    this.#left.delete(client)
    // Of a client that was not here before, the others may remember more than this room does.
    const shown = known === undefined ? this.#above(clock - 1) : clock
    this.#present.set(client, { state: stamped(state, owner), clock: shown, owner, at: this.#clock.monotonic() })
    outcome.changed.push(client)
  }

  #receiveLeave(owner: Owner, { client, clock }: PresenceEntry, outcome: PresenceOutcome): void {
    const known = this.#present.get(client)
    if (known?.owner !== owner) return
    known.clock = Math.max(known.clock, clock)
    this.#remove(client)
    outcome.changed.push(client)
  }

  /** A clock above `clock` and above what was ever announced before the server started: time moves faster than typing. */
  #above(clock: number): number {
    return Math.max(clock + 1, this.#clock.now())
  }

  #mayBring(owner: Owner, isNew: boolean): boolean {
    if (isNew && this.#present.size >= this.#limits.presenceEntries) return false
    return (this.#owned.get(owner) ?? 0) < this.#limits.presenceEntriesPerSession
  }

  #count(owner: Owner, change: number): void {
    const count = (this.#owned.get(owner) ?? 0) + change
    if (count > 0) this.#owned.set(owner, count)
    else this.#owned.delete(owner)
  }

  #remove(client: number): void {
    const present = this.#present.get(client)
    if (present === undefined) return
    this.#present.delete(client)
    this.#count(present.owner, -1)
    this.#left.delete(client)
    this.#left.set(client, present.clock)
    if (this.#left.size > this.#limits.presenceEntries) {
      const [oldest] = this.#left.keys()
      this.#left.delete(oldest)
    }
  }
}

/** An entry belongs to its user, whoever else says they have something newer. Those without a name share one. */
function isSameUser(a: Owner, b: Owner): boolean {
  return a.grant.user?.id === b.grant.user?.id
}

/** The state with what the server knows of whoever says it. */
function stamped(state: string, { grant: { user } }: Owner): string {
  if (user === undefined && !state.includes(IDENTITY)) return state
  const value: unknown = JSON.parse(state)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return state
  const { [IDENTITY]: _, ...own } = value as Record<string, unknown>
  return JSON.stringify(user === undefined ? own : { ...own, [IDENTITY]: user })
}
