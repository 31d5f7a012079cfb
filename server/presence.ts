import type { PresenceEntry } from '../protocol/message.ts'
import type { Grant } from './auth.ts'
import type { Clock } from './clock.ts'
import type { Limits } from './limits.ts'

/** Whoever brought an entry. */
interface Owner {
  readonly grant: Grant
  /**
   * Whether its client says its state again when it hears that it was removed. The words of one that does not are
   * believed by its own clock, and announced under one that others believe.
   */
  readonly answersNudges?: boolean
}

/** Under this key of a presence state stands who the server knows somebody to be. What a client writes there is dropped. */
export const IDENTITY = 'identity'

interface Present {
  state: string
  /** The highest clock that was ever said to anyone; what comes next must be above it. */
  clock: number
  /** The last clock that the owner said. */
  heard: number
  owner: Owner
  /** Whose the owner was when it was counted. */
  user: string | undefined
  /** When it was last brought or renewed, in monotonic milliseconds. */
  at: number
}

/** Entries of one owner, and the UTF-16 units of their states. */
interface Holding {
  entries: number
  bytes: number
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
  /** Announced clocks of those who left, oldest first; and whose word was heard up to which, if that one is still here. */
  readonly #left = new Map<number, { clock: number; heard: number; owner: Owner | null }>()
  /** What an owner has here. */
  readonly #owned = new Map<Owner, Holding>()
  /** How many entries a user has here, in all sessions. */
  readonly #ofUsers = new Map<string, number>()
  /** UTF-16 units of all states. */
  #bytes = 0

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
    if (!this.#owned.has(owner)) return []
    const left = this.withdraw(owner)
    for (const gone of this.#left.values()) if (gone.owner === owner) gone.owner = null
    return left
  }

  /** The entries of an owner who is somebody else from now on are removed; what it says next is believed as before. */
  withdraw(owner: Owner): number[] {
    const withdrawn: number[] = []
    for (const [client, present] of this.#present) if (present.owner === owner) withdrawn.push(client)
    for (const client of withdrawn) this.#remove(client)
    return withdrawn
  }

  /** Whether that client's entry is one that `owner` brought. */
  isOf(owner: Owner, client: number): boolean {
    return this.#present.get(client)?.owner === owner
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
      else entries.push({ client, clock: this.#left.get(client)?.clock ?? 0, state: 'null' })
    }
    return entries
  }

  /** Everyone but the entries of `viewer`, as they were announced. */
  others(viewer: Owner): PresenceEntry[] {
    return [...this.#present]
      .filter(([, present]) => present.owner !== viewer)
      .map(([client, { clock, state }]) => ({ client, clock, state }))
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
    const gone = this.#left.get(client)
    const announced = known?.clock ?? gone?.clock ?? -1
    const isNews = clock > announced || this.#isNewsOf(owner, entry, mayClaim)
    if (!isNews && known?.owner !== owner && !mayClaim) return
    if (!isNews) outcome.nudge.push({ client, clock: announced, state: 'null' })
    if (known === undefined && !isNews) return
    const text = isNews ? stamped(state, owner) : (known?.state ?? '')
    if (!this.#mayBring(owner, text, known)) return
    const user = owner.grant.user?.id
    if (known !== undefined) this.#count(known, -1, -known.state.length)
    this.#count({ owner, user }, 1, text.length)
    if (known !== undefined && !isNews) {
      known.owner = owner
      known.user = user
      return
    }
    this.#left.delete(client)
    // Of a client that was not here before, the others may remember more than this room does.
    const shown = known === undefined ? this.#above(Math.max(clock - 1, announced)) : Math.max(clock, announced + 1)
    this.#present.set(client, { state: text, clock: shown, heard: clock, owner, user, at: this.#clock.monotonic() })
    outcome.changed.push(client)
  }

  /** Whether that is news by the clock of a client that cannot be made to raise it. */
  #isNewsOf(owner: Owner, { client, clock }: PresenceEntry, mayClaim: boolean): boolean {
    if (owner.answersNudges !== false) return false
    const known = this.#present.get(client) ?? this.#left.get(client)
    return known?.owner === owner ? clock > known.heard : mayClaim
  }

  #receiveLeave(owner: Owner, { client, clock }: PresenceEntry, outcome: PresenceOutcome): void {
    const known = this.#present.get(client)
    if (known?.owner !== owner) return
    known.clock = Math.max(known.clock, clock)
    known.heard = clock
    this.#remove(client)
    outcome.changed.push(client)
  }

  /** A clock above `clock` and above what was ever announced before the server started: time moves faster than typing. */
  #above(clock: number): number {
    return Math.max(clock + 1, this.#clock.now())
  }

  /** Whether `owner` may have this text here, in place of what is there. */
  #mayBring(owner: Owner, text: string, instead: Present | undefined): boolean {
    const { presenceEntries, presenceRoomBytes, presenceEntriesPerSession, presenceBytesPerSession } = this.#limits
    const user = owner.grant.user?.id
    const ofUser = user === undefined ? 0 : (this.#ofUsers.get(user) ?? 0) - (instead?.user === user ? 1 : 0)
    if (ofUser + 1 > this.#limits.presenceEntriesPerUser) return false
    const own = this.#owned.get(owner) ?? { entries: 0, bytes: 0 }
    const ownBefore = instead?.owner === owner ? { entries: 1, bytes: instead.state.length } : { entries: 0, bytes: 0 }
    if (this.#present.size + (instead === undefined ? 1 : 0) > presenceEntries) return false
    if (this.#bytes - (instead?.state.length ?? 0) + text.length > presenceRoomBytes) return false
    if (own.entries - ownBefore.entries + 1 > presenceEntriesPerSession) return false
    return own.bytes - ownBefore.bytes + text.length <= presenceBytesPerSession
  }

  #count({ owner, user }: Pick<Present, 'owner' | 'user'>, entries: number, bytes: number): void {
    this.#bytes += bytes
    if (user !== undefined) {
      const ofUser = (this.#ofUsers.get(user) ?? 0) + entries
      if (ofUser > 0) this.#ofUsers.set(user, ofUser)
      else this.#ofUsers.delete(user)
    }
    const own = this.#owned.get(owner) ?? { entries: 0, bytes: 0 }
    const left = { entries: own.entries + entries, bytes: own.bytes + bytes }
    if (left.entries > 0) this.#owned.set(owner, left)
    else this.#owned.delete(owner)
  }

  #remove(client: number): void {
    const present = this.#present.get(client)
    if (present === undefined) return
    this.#present.delete(client)
    this.#count(present, -1, -present.state.length)
    this.#left.delete(client)
    this.#left.set(client, { clock: present.clock, heard: present.heard, owner: present.owner })
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
  // A key has as many spellings as JSON has escapes: only a state without any is known by its text.
  if (user === undefined && !state.includes(IDENTITY) && !state.includes('\\')) return state
  const value: unknown = JSON.parse(state)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return state
  const { [IDENTITY]: _, ...own } = value as Record<string, unknown>
  return JSON.stringify(user === undefined ? own : { ...own, [IDENTITY]: user })
}
