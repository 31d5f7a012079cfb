import * as encoding from 'lib0/encoding'
import { Cursor, MalformedError } from './cursor.ts'
import { NOWHERE, type Place, type Places } from './place.ts'
import { MAX_CLOCK } from './struct.ts'
import { type Run, readRuns } from './update.ts'

/** A run longer than this is indexed in pieces, so that slicing reads a few kilobytes at most. */
const RUN_BYTES = 4096

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
  /** Where the structs hang, kept where it changes: by client and clock, one column each. */
  readonly #placeClients: Float64Array
  readonly #placeClocks: Uint32Array
  readonly #places: Float64Array

  constructor(parts: readonly Uint8Array[], entries: readonly BaseRun[], places: readonly BasePlace[]) {
    this.parts = parts
    this.byteLength = parts.reduce((sum, part) => sum + part.length, 0)
    this.#clients = Float64Array.from(entries, entry => entry.client)
    this.#columns = COLUMNS.map(column => Uint32Array.from(entries, entry => entry[column]))
    this.#placeClients = Float64Array.from(places, ([client]) => client)
    this.#placeClocks = Uint32Array.from(places, ([, clock]) => clock)
    this.#places = Float64Array.from(places, ([, , place]) => place)
  }

  static readonly empty = new Base([], [], [])

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
      [...places.entries()],
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
    encoding.writeVarUint(encoder, this.#places.length)
    for (let i = 0; i < this.#places.length; i++) {
      encoding.writeVarUint(encoder, this.#placeClients[i])
      encoding.writeVarUint(encoder, this.#placeClocks[i])
      encoding.writeVarUint(encoder, this.#places[i] - NOWHERE)
    }
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
      if (!follows || !inOrder || !fits || end <= clock || count < 1 || end > MAX_CLOCK)
        throw new MalformedError(MISFIT)
      entries.push({ client, clock, end, part, start, stop, count })
    }
    const places: BasePlace[] = []
    for (let left = cursor.uint(); left > 0; left--) {
      const [client, clock, place] = [cursor.uint(), cursor.uint(), cursor.uint() + NOWHERE]
      const [previousClient, previousClock] = places.at(-1) ?? [-1, 0]
      const follows = client === previousClient ? clock > previousClock : client > previousClient && clock === 0
      if (!follows || clock > MAX_CLOCK) throw new MalformedError(MISFIT)
      places.push([client, clock, place])
    }
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
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      const after = this.#placeClients[middle] - client || this.#placeClocks[middle] - clock
      if (after > 0) high = middle
      else low = middle + 1
    }
    return low > 0 && this.#placeClients[low - 1] === client ? this.#places[low - 1] : NOWHERE
  }

  /** Every client with its next clock. */
  *entries(): Generator<[client: number, clock: number]> {
    for (let i = 0; i < this.#clients.length; i++) {
      if (this.#clients[i + 1] !== this.#clients[i]) yield [this.#clients[i], this.#columns[END][i]]
    }
  }

  /** Every run, by client and clock. */
  *runs(): Generator<BaseRun & Run> {
    const [clock, end, part, start, stop, count] = this.#columns
    for (let i = 0; i < this.#clients.length; i++) {
      yield {
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

type BasePlace = readonly [client: number, clock: number, place: Place]

/** Where a run stands: in which part, at which bytes. */
export interface BaseRun extends Omit<Run, 'bytes'> {
  part: number
}
