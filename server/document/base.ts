import * as encoding from 'lib0/encoding'
import { BasePlaces } from './base-places.ts'
import { Cursor, MalformedError } from './cursor.ts'
import { type Place, Places } from './place.ts'
import { MAX_CLOCK } from './struct.ts'
import { RUN_BYTES, type Run, readRuns } from './update.ts'

const COLUMNS = ['clock', 'end', 'part', 'start', 'stop', 'count'] as const
const END = 1
const MISFIT = 'an index does not fit its base'

/**
 * What compaction left of a document's structs: updates in causal order (`parts`, without deletions) and an index of
 * where each client's structs stand in them. The index is kept in typed arrays, sorted by client and clock: 28 bytes an entry.
 */
export class Base {
  readonly parts: readonly Uint8Array[]
  /** Bytes of all parts. */
  readonly byteLength: number
  readonly #clients: Float64Array
  /** One column each: clock, end, part, start, stop, count. */
  readonly #columns: Uint32Array[]
  readonly #places: BasePlaces
  readonly size: number

  constructor(parts: readonly Uint8Array[], entries: readonly BaseRun[], places: BasePlaces) {
    this.parts = parts
    this.byteLength = parts.reduce((sum, part) => sum + part.length, 0)
    this.#clients = Float64Array.from(entries, entry => entry.client)
    this.#columns = COLUMNS.map(column => Uint32Array.from(entries, entry => entry[column]))
    this.#places = places
    this.size = this.#clients.reduce((sum, client, i, all) => (client === all[i + 1] ? sum : sum + 1), 0)
  }

  static readonly empty = new Base([], [], BasePlaces.from(new Places()))

  /** Indexes updates that are known to be sound and in causal order. */
  static index(parts: readonly Uint8Array[], places: Places): Base {
    const entries: BaseRun[] = []
    parts.forEach((bytes, part) => {
      for (const run of readRuns(bytes, RUN_BYTES).runs) entries.push({ ...run, part })
    })
    // The sort is stable and parts are in causal order, so the runs of one client stay in clock order.
    return new Base(
      parts,
      entries.sort((a, b) => a.client - b.client || a.clock - b.clock),
      BasePlaces.from(places),
    )
  }

  /** The index as bytes, for the store. */
  encodeIndex(): Uint8Array {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, this.#clients.length)
    for (let i = 0; i < this.#clients.length; i++) {
      encoding.writeVarUint(encoder, this.#clients[i])
      for (const column of this.#columns) encoding.writeVarUint(encoder, column[i])
    }
    this.#places.encode(encoder)
    return encoding.toUint8Array(encoder)
  }

  /** Reads what `encodeIndex` wrote. Throws `MalformedError` when it does not fit the parts. */
  static decode(parts: readonly Uint8Array[], index: Uint8Array): Base {
    const cursor = new Cursor(index)
    const entries: BaseRun[] = []
    for (let left = cursor.uint(); left > 0; left--) {
      const client = cursor.uint()
      const [clock, end, part, start, stop, count] = COLUMNS.map(() => cursor.uint())
      const previous = entries.at(-1)
      const follows = previous?.client === client ? clock === previous.end : clock === 0
      const inOrder = previous === undefined || previous.client <= client
      const fits = part < parts.length && start < stop && stop <= parts[part].length
      const isRun = end > clock && end <= MAX_CLOCK && count >= 1
      if (!follows || !inOrder || !fits || !isRun) throw new MalformedError(MISFIT)
      entries.push({ client, clock, end, part, start, stop, count })
    }
    const places = BasePlaces.decode(cursor)
    if (!cursor.done) throw new MalformedError(MISFIT)
    return new Base(parts, entries, places)
  }

  /** The next clock of `client`, 0 when the base knows nothing of it. */
  clock(client: number): number {
    const after = this.#upperBound(client)
    return after > 0 && this.#clients[after - 1] === client ? this.#columns[END][after - 1] : 0
  }

  /** Where (client, clock) hangs; asked of clocks that the base holds. */
  place(client: number, clock: number): Place {
    return this.#places.of(client, clock)
  }

  /** Every place that occurs, some more than once. */
  places(): Iterable<Place> {
    return this.#places.values()
  }

  /** Every client with its next clock. */
  *entries(): Generator<[client: number, clock: number]> {
    for (let i = 0; i < this.#clients.length; i++) {
      if (this.#clients[i + 1] !== this.#clients[i]) yield [this.#clients[i], this.#columns[END][i]]
    }
  }

  /** Every run, by client and clock. */
  *runs(): Generator<BaseRun & Run> {
    for (let i = 0; i < this.#clients.length; i++) yield this.#run(i)
  }

  /** The run that (client, clock) stands in, which the base holds. */
  runAt(client: number, clock: number): Run {
    const clocks = this.#columns[0]
    let low = 0
    let high = this.#clients.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#clients[middle] > client || (this.#clients[middle] === client && clocks[middle] > clock)) high = middle
      else low = middle + 1
    }
    return this.#run(low - 1)
  }

  #run(i: number): BaseRun & Run {
    const [clock, end, part, start, stop, count] = this.#columns
    return {
      client: this.#clients[i],
      clock: clock[i],
      end: end[i],
      part: part[i],
      start: start[i],
      stop: stop[i],
      count: count[i],
      bytes: this.parts[part[i]],
    }
  }

  /** Index of the first entry of a client greater than `client`. */
  #upperBound(client: number): number {
    let low = 0
    let high = this.#clients.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#clients[middle] > client) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Where a run stands: in which part, at which bytes. */
export interface BaseRun extends Omit<Run, 'bytes'> {
  part: number
}
