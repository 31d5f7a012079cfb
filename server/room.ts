import { Refusal } from '../protocol/close.ts'
import type { PresenceEntry } from '../protocol/message.ts'
import type { Grant } from './auth.ts'
import type { Clock } from './clock.ts'
import { Compaction, type CompactionParts } from './compaction.ts'
import { type Document, mergeRecords } from './document/document.ts'
import type { Taken } from './document/gate.ts'
import type { StateVector } from './document/state-vector.ts'
import type { Terms } from './document/terms.ts'
import { Outgoing } from './outgoing.ts'
import { Owners } from './owners.ts'
import { Pace } from './pace.ts'
import { Presence } from './presence.ts'

/** Somebody in a room, as the room sees them. */
export interface Peer {
  readonly grant: Grant
  /** See `Presence`. */
  readonly answersNudges: boolean
  /** Committed content, for everyone: all of one fan-out, as one or more messages in order. */
  deliver(messages: readonly Outgoing[]): void
  deliverPresence(message: Outgoing): void
  deliverSignal(message: Outgoing): void
  /** The room would like to know what this peer has. */
  ask(): void
  /** Something was committed; asked of those only who wait for something. */
  committed(): void
  /** The room stops serving this peer. */
  end(closing: 'storage' | 'shutting-down'): void
}

/** What a room reports to whoever owns it. */
export interface RoomEvents {
  /** A write failed: the room has closed itself, and must be forgotten as soon as it is settled. */
  failed(error: unknown): void
  /** From now on nothing new is taken; `why` is a sentence for the operator. */
  readOnly(why: string): void
}

/** Something accepted, on its way to disk. */
interface Pending {
  record: Taken
  from: Peer
  /** Who that was then. */
  author: string
}

export interface RoomParts extends Omit<CompactionParts, 'room'> {
  name: string
  /** The same for every connection while the room is in memory, and different from that of every other room. */
  number: number
  /**
   * Which incarnation of the room this is: told to clients, which remember it, and stored with the first record. Null
   * when the store cannot tell.
   */
  epoch: number | null
  clock: Clock
  events: RoomEvents
}

/**
 * The life of an update: receive -> gate -> commit -> fan-out. Everything here happens on one thread; the only wait is
 * for the disk, and nothing is told to anyone before it is over.
 */
export class Room {
  readonly name: string
  readonly number: number
  readonly epoch: number | null
  readonly #parts: RoomParts
  readonly #peers = new Set<Peer>()
  readonly #waiting = new Set<Peer>()
  readonly #presence: Presence
  readonly #owners = new Owners()
  readonly #pace: Pace
  readonly #compaction: Compaction
  #state: 'open' | 'read-only' | 'failed' | 'closed' = 'open'
  #problem: string | null = null
  /** Accepted, not yet handed to the store; and with the store now. Records are committed in this order. */
  #queued: Pending[] = []
  #inFlight: readonly Pending[] = []
  /** Bytes of both. */
  #pendingBytes = 0
  /** The append under way. */
  #appending: Promise<void> | null = null
  /** Committed since the last fan-out, which is due at the end of this turn when there is anything. */
  #committed: Pending[] = []
  /** Clients whose presence changed -> the seq that must have gone out before. */
  #presenceChanged = new Map<number, number>()
  #emptySince: number
  #writtenAt: number

  constructor(parts: RoomParts) {
    this.name = parts.name
    this.number = parts.number
    this.epoch = parts.epoch
    this.#parts = parts
    this.#presence = new Presence(parts.limits, parts.clock)
    this.#pace = new Pace(parts.clock, parts.limits.longestRestMs, () => this.#beat())
    this.#compaction = new Compaction(
      { ...parts, room: parts.name },
      {
        unsound: why => this.becomeReadOnly(why),
        failed: error => this.#fail(error),
        isServing: () => this.isServing,
      },
    )
    this.#emptySince = this.#writtenAt = parts.clock.monotonic()
  }

  get document(): Document {
    return this.#parts.document
  }

  get peers(): number {
    return this.#peers.size
  }

  /** Why nothing new is taken, as a sentence; null when all is well. */
  get problem(): string | null {
    return this.#problem
  }

  get isServing(): boolean {
    return this.#state === 'open' || this.#state === 'read-only'
  }

  enter(peer: Peer): void {
    this.#peers.add(peer)
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer)
    this.#waiting.delete(peer)
    this.#owners.leave(peer)
    this.#announce(this.#presence.leave(peer), 0)
    if (this.#peers.size === 0) this.#emptySince = this.#parts.clock.monotonic()
  }

  /** `peer` is about to be somebody else: what it wrote under and showed as itself is free. It goes on being here. */
  release(peer: Peer): void {
    this.#owners.leave(peer)
    this.#announce(this.#presence.withdraw(peer), 0)
  }

  /**
   * Gates an update and queues what is new in it. Returns what its held part waits for. Throws `Refusal` or
   * `InputError`: then nothing of it was taken.
   */
  receive(update: Uint8Array, from: Peer): ReadonlyMap<number, number> {
    if (!this.isServing) throw new Refusal('storage')
    const { taken, missing } = this.document.judge(update, this.#termsFor(from))
    this.#take(taken === null ? [] : [taken], missing, from)
    return missing
  }

  /** The same for a large update, a slice at a time. */
  *receiving(update: Uint8Array, from: Peer): Generator<void, ReadonlyMap<number, number>> {
    const { taken, missing } = yield* this.document.judging(update, undefined, this.#termsFor(from))
    if (!this.isServing) throw new Refusal('storage')
    this.#take(taken, missing, from)
    return missing
  }

  /** The seq that the last accepted record has or will have: when it is committed, so is everything before. */
  get acceptedSeq(): number {
    return this.document.seq + this.#inFlight.length + this.#queued.length
  }

  /** `peer` wants to hear of every commit, or no longer. */
  awaitCommits(peer: Peer, waits: boolean): void {
    if (waits) this.#waiting.add(peer)
    else this.#waiting.delete(peer)
  }

  /**
   * Takes presence from a peer, which has been shown some (`greeted`) or not. It goes out after the content that the
   * same peer sent before. Returns what to tell that peer alone.
   */
  receivePresence(peer: Peer, entries: readonly PresenceEntry[], greeted: boolean): PresenceEntry[] {
    const { changed, nudge } = this.#presence.receive(peer, entries, !greeted)
    this.#announce(changed, this.acceptedSeq)
    return nudge
  }

  /** Something for everyone else who is here now. */
  signal(from: Peer, name: string, data: string): void {
    const message = new Outgoing({ type: 'signal', name, data })
    for (const peer of this.#peers) if (peer !== from) peer.deliverSignal(message)
  }

  /** Everyone's presence as `viewer` must hear it to believe it. */
  presenceFor(viewer: Peer): PresenceEntry[] {
    return this.#presence.show(viewer)
  }

  /** The same for a viewer who has been shown everybody: as it was announced. */
  presenceNow(viewer: Peer): PresenceEntry[] {
    return this.#presence.others(viewer)
  }

  /** Calls back at the end of this event-loop turn, when everything that arrived together has been taken. */
  soon(run: () => void): void {
    this.#parts.clock.turn(run)
  }

  stateVector(): StateVector {
    return this.document.stateVector()
  }

  /** Nothing new is taken from now on; what is there is served. */
  becomeReadOnly(why: string): void {
    if (this.#state !== 'open') return
    this.#state = 'read-only'
    this.#problem = why
    this.#parts.events.readOnly(why)
  }

  /** Drops presence that nobody renewed and what is in memory for joiners who did not come; compacts while it is quiet. */
  sweep(): void {
    this.document.rest()
    if (this.#isQuiet) this.#compaction.start()
    if (this.#presence.size > 0) this.#announce(this.#presence.expire(), 0)
  }

  /** Whether nobody is here and nothing is under way. */
  get isIdle(): boolean {
    return this.#peers.size === 0 && !this.#isBusy
  }

  /**
   * Whether the room has been empty for long enough to leave memory. Compacts first when that is worth it, and then
   * says so at a later call.
   */
  mayUnload(): boolean {
    const { clock, limits } = this.#parts
    if (!this.isIdle) return false
    if (clock.monotonic() - this.#emptySince < limits.idleRoomMs) return false
    if (this.#state !== 'open' || !this.#compaction.isWorthwhile) return true
    this.#compaction.start()
    return false
  }

  /** Waits until everything accepted is on disk, or failed, and nothing runs in the background. */
  async settle(): Promise<void> {
    while (this.#appending !== null || this.#compaction.running !== null) {
      await (this.#appending ?? this.#compaction.running)
    }
  }

  /** Ends every peer; nothing is taken or sent afterwards. What was accepted is still written. */
  close(closing: 'storage' | 'shutting-down'): void {
    if (this.#state !== 'failed') this.#state = 'closed'
    this.#pace.stop()
    if (this.#queued.length > 0) this.#startAppend()
    for (const peer of [...this.#peers]) peer.end(closing)
    this.#peers.clear()
    this.#waiting.clear()
  }

  /** Everything that is in the room may be repeated, by whoever comes back; also when that is more than the limits. */
  #termsFor(from: Peer): Terms {
    const { document, limits } = this.#parts
    return {
      clients: Math.max(limits.roomClients, document.clients),
      ranges: limits.updateRanges + document.deletedRanges,
      isOthers: client => this.#owners.isOthers(from, client),
      mayOnlyRepeat: from.grant.access === 'read' ? () => from.grant.access === 'read' : undefined,
    }
  }

  /** Queues what was judged in this turn, all of it or nothing. */
  #take(taken: readonly Taken[], missing: ReadonlyMap<number, number>, from: Peer): void {
    const isNews = taken.length > 0 || missing.size > 0
    if (isNews && from.grant.access === 'read') throw new Refusal('may-not-write')
    if (missing.size > 0) for (const owner of this.#owners.of(from, missing.keys())) owner.ask()
    if (taken.length === 0) return
    if (this.#state === 'read-only') throw new Refusal('read-only')
    this.#assertRoomFor(taken)
    for (const record of taken) {
      this.document.accept(record)
      this.#owners.claim(
        from,
        record.runs.map(run => run.client),
      )
      this.#queued.push({ record, from, author: from.grant.user?.id ?? '' })
      this.#pendingBytes += record.update.length
    }
    this.#pace.ask()
  }

  #beat(): void {
    // An append under way asks for the next beat when it is through.
    if (!this.isServing || this.#appending !== null) return
    if (this.#queued.length > 0) this.#startAppend()
    else this.#fanOut()
  }

  #startAppend(): void {
    this.#appending ??= this.#append()
      .catch(error => this.#fail(error))
      .finally(() => {
        this.#appending = null
        if (this.#queued.length > 0) this.#pace.ask()
      })
  }

  /** Commits what is queued, or as much of it as may go at a time; all of it when the room is closing. */
  async #append(): Promise<void> {
    const { store, clock, document } = this.#parts
    do {
      const pending = this.#queued.splice(0, countWithin(this.#queued, this.#parts.limits.batchBytes))
      this.#inFlight = pending
      const time = clock.now()
      try {
        const first = await store.append(
          this.name,
          pending.map(({ record, author }) => ({ time, author, update: record.update })),
          this.epoch ?? undefined,
        )
        pending.forEach(({ record }, i) => {
          document.commit(record, first + i)
        })
      } catch (error) {
        this.#fail(error)
        return
      }
      this.#inFlight = []
      for (const { record } of pending) this.#pendingBytes -= record.update.length
      this.#afterCommit(pending)
      // A room that does not rest goes on at once, so that it shares the very next batch with all others.
    } while (this.#queued.length > 0 && !(this.isServing && this.#pace.isResting))
  }

  #afterCommit(committed: readonly Pending[]): void {
    this.#writtenAt = this.#parts.clock.monotonic()
    if (!this.isServing) return
    if (this.#committed.length === 0) this.#parts.clock.turn(() => this.#fanOut())
    for (const pending of committed) this.#committed.push(pending)
    for (const peer of [...this.#waiting]) peer.committed()
    if (this.#state === 'open' && this.#compaction.isDue) this.#compaction.start()
  }

  /**
   * Nobody is told anything: clients still hold what was not acknowledged, and send it again to a fresh room. A write
   * that is under way goes on; see `settle`.
   */
  #fail(error: unknown): void {
    this.#state = 'failed'
    this.#queued = []
    this.close('storage')
    this.#parts.events.failed(error)
  }

  /** Tells everyone what was committed, and then the presence that came with it. */
  #fanOut(): void {
    if (!this.isServing) return
    try {
      this.#pace.work(() => {
        this.#tellContent()
        this.#tellPresence()
      })
    } catch (error) {
      // A mistake of ours in one room: the room starts again from disk, and the others never hear of it.
      this.#fail(error)
    }
  }

  #tellContent(): void {
    const committed = this.#committed
    this.#committed = []
    const messages: Outgoing[] = []
    for (let from = 0; from < committed.length; ) {
      const some = committed.slice(from, from + countWithin(committed, this.#parts.limits.messageBytes, from))
      messages.push(
        new Outgoing({ type: 'update', update: mergeRecords(some.map(one => one.record)) }, soleAuthor(some)),
      )
      from += some.length
    }
    if (messages.length > 0) for (const peer of this.#peers) peer.deliver(messages)
  }

  #tellPresence(): void {
    const clients: number[] = []
    for (const [client, after] of this.#presenceChanged) {
      if (after > this.document.seq) continue
      clients.push(client)
      this.#presenceChanged.delete(client)
    }
    if (clients.length === 0) return
    const message = new Outgoing({ type: 'presence', entries: this.#presence.entries(clients) })
    for (const peer of this.#peers) {
      // Under another clock than its own, a client would take what it said a moment ago for its newest state.
      const isOwn = (client: number): boolean => !peer.answersNudges && this.#presence.isOf(peer, client)
      if (!clients.some(isOwn)) peer.deliverPresence(message)
      else
        this.#tellPresenceOf(
          clients.filter(client => !isOwn(client)),
          peer,
        )
    }
  }

  #tellPresenceOf(clients: readonly number[], peer: Peer): void {
    if (clients.length === 0) return
    peer.deliverPresence(new Outgoing({ type: 'presence', entries: this.#presence.entries(clients) }))
  }

  #announce(clients: readonly number[], after: number): void {
    if (clients.length === 0) return
    for (const client of clients) this.#presenceChanged.set(client, after)
    this.#pace.ask()
  }

  /** Whether a compaction would disturb nobody and is worth its while. */
  get #isQuiet(): boolean {
    const { clock, limits } = this.#parts
    if (this.#state !== 'open' || this.#isBusy || clock.monotonic() - this.#writtenAt < limits.quietMs) return false
    return this.document.tailLength >= limits.quietRecords && this.#compaction.isWorthwhile
  }

  get #isBusy(): boolean {
    return this.#queued.length > 0 || this.#appending !== null || this.#compaction.running !== null
  }

  /**
   * Deletions always fit: they are how a full room gets smaller. What a compaction may free is not held against a
   * writer for good, but it has to come back when that is known.
   */
  #assertRoomFor(taken: readonly Taken[]): void {
    if (taken.every(({ runs }) => runs.length === 0)) return
    const { document, limits } = this.#parts
    if (document.hasClientsBeyond(limits.roomClients, taken)) throw new Refusal('too-many-clients')
    if (document.hasRootsBeyond(limits.rootTypes, taken)) throw new Refusal('too-many-roots')
    const bytes = taken.reduce((sum, { update }) => sum + update.length, 0)
    const isFull = document.baseBytes + bytes > limits.roomBytes
    if (bytes > limits.roomBytes || (isFull && !document.hasTail)) throw new Refusal('room-full')
    const all = document.baseBytes + document.tailBytes + this.#pendingBytes + bytes
    if (!isFull && all <= 2 * limits.roomBytes) return
    this.#compaction.start()
    throw new Refusal('compacting')
  }
}

/** How many records from there on hold so many bytes: one at least. */
function countWithin(pending: readonly Pending[], bytes: number, from = 0): number {
  let count = 0
  for (let sum = 0; from + count < pending.length; count++) {
    sum += pending[from + count].record.update.length
    if (sum > bytes && count > 0) break
  }
  return count
}

/** Whoever sent all of it, and so has all of it. */
function soleAuthor(committed: readonly Pending[]): Peer | null {
  const [{ from }] = committed
  return committed.every(pending => pending.from === from) ? from : null
}
