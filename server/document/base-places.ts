import * as encoding from 'lib0/encoding'
import { Cursor, MalformedError } from './cursor.ts'
import { NOWHERE, type Place, type Places } from './place.ts'
import { MAX_CLOCK } from './struct.ts'

/** By client and clock: where everything hangs from there on. */
interface Columns {
  clients: Float64Array
  clocks: Uint32Array
  places: Float64Array
}

type State = { kind: 'encoded'; bytes: Uint8Array } | { kind: 'open'; columns: Columns }

/**
 * Where the structs of a base hang, as `Places`. Bytes of about 12 for each change of place, or columns of 20 from the
 * first question on: in a room that is only read, nobody asks.
 */
export class BasePlaces {
  #state: State

  private constructor(state: State) {
    this.#state = state
  }

  static from(places: Places): BasePlaces {
    const entries = [...places.entries()]
    const columns = newColumns(entries.length)
    entries.forEach((entry, i) => {
      set(columns, i, ...entry)
    })
    return new BasePlaces({ kind: 'open', columns })
  }

  /** Checks what `encode` wrote, and keeps it. Throws `MalformedError`. */
  static decode(cursor: Cursor): BasePlaces {
    const start = cursor.pos
    read(cursor, () => undefined)
    return new BasePlaces({ kind: 'encoded', bytes: cursor.bytes.subarray(start, cursor.pos) })
  }

  encode(encoder: encoding.Encoder): void {
    if (this.#state.kind === 'encoded') {
      encoding.writeUint8Array(encoder, this.#state.bytes)
      return
    }
    const { clients, clocks, places } = this.#state.columns
    encoding.writeVarUint(encoder, places.length)
    for (let i = 0; i < places.length; i++) {
      encoding.writeVarUint(encoder, clients[i])
      encoding.writeVarUint(encoder, clocks[i])
      encoding.writeVarUint(encoder, places[i] - NOWHERE)
    }
  }

  /** The place of a clock that the base holds. */
  of(client: number, clock: number): Place {
    const { clients, clocks, places } = this.#open()
    let low = 0
    let high = places.length
    while (low < high) {
      const middle = (low + high) >> 1
      const after = clients[middle] - client || clocks[middle] - clock
      if (after > 0) high = middle
      else low = middle + 1
    }
    return low > 0 && clients[low - 1] === client ? places[low - 1] : NOWHERE
  }

  values(): Iterable<Place> {
    return this.#open().places
  }

  #open(): Columns {
    if (this.#state.kind === 'open') return this.#state.columns
    const cursor = new Cursor(this.#state.bytes)
    const columns = newColumns(new Cursor(this.#state.bytes).uint())
    read(cursor, (i, client, clock, place) => set(columns, i, client, clock, place))
    this.#state = { kind: 'open', columns }
    return columns
  }
}

function newColumns(size: number): Columns {
  return { clients: new Float64Array(size), clocks: new Uint32Array(size), places: new Float64Array(size) }
}

function set({ clients, clocks, places }: Columns, i: number, client: number, clock: number, place: Place): void {
  clients[i] = client
  clocks[i] = clock
  places[i] = place
}

function read(cursor: Cursor, each: (i: number, client: number, clock: number, place: Place) => void): void {
  const size = cursor.uint()
  if (size * 3 > cursor.left) throw new MalformedError('a list of places is cut')
  for (let i = 0, client = -1, clock = 0; i < size; i++) {
    const [nextClient, nextClock] = [cursor.uint(), cursor.uint()]
    const follows = nextClient === client ? nextClock > clock : nextClient > client && nextClock === 0
    if (!follows || nextClock > MAX_CLOCK) throw new MalformedError('a list of places is in disorder')
    client = nextClient
    clock = nextClock
    each(i, client, clock, cursor.uint() + NOWHERE)
  }
}
