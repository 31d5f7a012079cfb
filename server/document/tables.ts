import { type Place, Places, rootOf } from './place.ts'
import { addDeletes, addRanges, countRanges, type Deletes, type Ranges, uncovered } from './ranges.ts'
import type { StateVector } from './state-vector.ts'
import type { Run } from './update.ts'

/** What one update adds to a document. */
export interface Addition {
  runs: readonly Run[]
  deletes: Deletes
  /** Where what the runs add hangs. */
  places: Places
}

/** The clocks a base holds, without a map entry per client. */
export interface BaseClocks {
  /** The next clock of `client`, 0 when unknown. */
  clock(client: number): number
  /** Where (client, clock) hangs. */
  place(client: number, clock: number): Place
  /** Every place that occurs, some more than once. */
  places(): Iterable<Place>
  entries(): Iterable<[client: number, clock: number]>
  /** How many clients there are. */
  readonly size: number
}

/** What of a client is accepted but not yet on disk. */
interface Ahead {
  clock: number
  deletes: Ranges
  /** What it adds, oldest first. */
  runs: Run[]
  /** How many records in flight touch this client; the entry goes with the last. */
  records: number
}

/**
 * What a document knows, twice: *committed* (on disk) is what may be answered, *accepted* (committed, or in flight)
 * is what the next update is judged against. Accepted is kept as a difference to committed, so nothing is copied.
 */
export class Tables {
  #base: BaseClocks
  /** Clocks beyond the base's. */
  #clocks = new Map<number, number>()
  readonly #deletes: Deletes
  #ahead = new Map<number, Ahead>()
  /** Where everything accepted beyond the base hangs. */
  readonly #places = new Places()
  /** Roots in which something accepted hangs or hung: no compaction takes their names away. Null until somebody asks. */
  #roots: Set<number> | null = null
  /** Clients of whom something is accepted. A compaction changes nothing of that. */
  #clients: number
  /** Ranges of everything committed as deleted. */
  #deletedRanges: number

  constructor(base: BaseClocks, deletes: Deletes) {
    this.#base = base
    this.#deletes = deletes
    this.#clients = base.size
    this.#deletedRanges = countRanges(deletes)
  }

  get deletedRanges(): number {
    return this.#deletedRanges
  }

  get clients(): number {
    return this.#clients
  }

  committedClock(client: number): number {
    return this.#clocks.get(client) ?? this.#base.clock(client)
  }

  acceptedClock(client: number): number {
    return this.#ahead.get(client)?.clock ?? this.committedClock(client)
  }

  acceptedPlace(client: number, clock: number): Place {
    return clock < this.#base.clock(client) ? this.#base.place(client, clock) : this.#places.of(client, clock)
  }

  /** Whether these are of new clients, and would bring their number beyond so many. */
  hasClientsBeyond(atMost: number, additions: readonly Addition[]): boolean {
    const runs = additions.reduce((sum, addition) => sum + addition.runs.length, 0)
    if (this.#clients + runs <= atMost) return false
    const added = new Set<number>()
    for (const addition of additions) {
      for (const { client } of addition.runs) if (this.acceptedClock(client) === 0) added.add(client)
    }
    return added.size > 0 && this.#clients + added.size > atMost
  }

  /** Whether these would bring a root beyond so many. */
  hasRootsBeyond(atMost: number, additions: readonly Addition[]): boolean {
    this.#roots ??= rootsOf([this.#base.places(), this.#places.values()])
    const known = this.#roots
    let added: Set<number> | null = null
    for (const { places } of additions) {
      for (const place of places.values()) {
        const root = rootOf(place)
        if (root !== null && !known.has(root)) added = (added ?? new Set()).add(root)
      }
    }
    return added !== null && known.size + added.size > atMost
  }

  /** The run of something not yet on disk that (client, clock) stands in; null when there is none. */
  aheadRun(client: number, clock: number): Run | null {
    return this.#ahead.get(client)?.runs.find(run => run.clock <= clock && clock < run.end) ?? null
  }

  /** Everything committed as deleted. Not to be changed by the caller. */
  get committedDeletes(): Deletes {
    return this.#deletes
  }

  /** The parts of [start, end) of `client` that are not accepted as deleted. */
  undeleted(client: number, start: number, end: number): Ranges {
    const missing = uncovered(this.#deletes.get(client), start, end)
    const ahead = this.#ahead.get(client)?.deletes
    if (ahead === undefined || ahead.length === 0) return missing
    const left: Ranges = []
    for (let i = 0; i < missing.length; i += 2) {
      for (const clock of uncovered(ahead, missing[i], missing[i + 1])) left.push(clock)
    }
    return left
  }

  accept(addition: Addition): void {
    this.#hang(addition.places)
    for (const client of clientsOf(addition)) this.#aheadOf(client).records++
    for (const run of addition.runs) {
      const ahead = this.#aheadOf(run.client)
      if (ahead.clock === 0) this.#clients++
      ahead.clock = run.end
      ahead.runs.push(run)
    }
    for (const [client, ranges] of addition.deletes) {
      addRanges(this.#aheadOf(client).deletes, ranges)
    }
  }

  /** Additions are committed in the order in which they were accepted. */
  commit(addition: Addition): void {
    this.#commit(addition)
    for (const run of addition.runs) this.#ahead.get(run.client)?.runs.shift()
    for (const client of clientsOf(addition)) {
      const ahead = this.#ahead.get(client)
      if (ahead !== undefined && --ahead.records === 0) this.#ahead.delete(client)
    }
  }

  /** Takes what was read from disk: committed without having been accepted. */
  load(addition: Addition): void {
    this.#hang(addition.places)
    for (const { client, clock } of addition.runs) if (clock === 0 && this.committedClock(client) === 0) this.#clients++
    this.#commit(addition)
  }

  #hang(places: Places): void {
    this.#places.addAll(places)
    if (this.#roots === null) return
    for (const place of places.values()) {
      const root = rootOf(place)
      if (root !== null) this.#roots.add(root)
    }
  }

  #commit(addition: Addition): void {
    for (const run of addition.runs) this.#clocks.set(run.client, run.end)
    this.#deletedRanges += addDeletes(this.#deletes, addition.deletes)
  }

  /** Moves onto a new base, whose own deletions (children of deleted parents are in no record) become known. */
  rebase(base: BaseClocks, deletes: Deletes): void {
    this.#base = base
    for (const [client, clock] of this.#clocks) if (base.clock(client) >= clock) this.#clocks.delete(client)
    for (const client of this.#places.clients()) {
      if (base.clock(client) >= this.acceptedClock(client)) this.#places.forget(client)
    }
    this.#deletedRanges += addDeletes(this.#deletes, deletes)
  }

  committedStateVector(): StateVector {
    const vector = new Map<number, number>(this.#base.entries())
    for (const [client, clock] of this.#clocks) vector.set(client, clock)
    return vector
  }

  #aheadOf(client: number): Ahead {
    let ahead = this.#ahead.get(client)
    if (ahead === undefined) {
      ahead = { clock: this.committedClock(client), deletes: [], runs: [], records: 0 }
      this.#ahead.set(client, ahead)
    }
    return ahead
  }
}

function rootsOf(places: Iterable<Iterable<Place>>): Set<number> {
  const roots = new Set<number>()
  for (const some of places) {
    for (const place of some) {
      const root = rootOf(place)
      if (root !== null) roots.add(root)
    }
  }
  return roots
}

function clientsOf(addition: Addition): Iterable<number> {
  const { runs, deletes } = addition
  if (deletes.size === 0 && runs.length === 1) return [runs[0].client]
  const clients = new Set(deletes.keys())
  for (const run of runs) clients.add(run.client)
  return clients
}
