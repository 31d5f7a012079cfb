import * as encoding from 'lib0/encoding'
import { type Cursor, MalformedError } from './cursor.ts'
import { NOWHERE, type Place, type Places } from './place.ts'
import { MAX_CLOCK } from './struct.ts'

/** Where the structs of a base hang: as `Places`, but in columns, 20 bytes for each change of place. */
export class BasePlaces {
  readonly #clients: Float64Array
  readonly #clocks: Uint32Array
  readonly #places: Float64Array

  private constructor(size: number) {
    this.#clients = new Float64Array(size)
    this.#clocks = new Uint32Array(size)
    this.#places = new Float64Array(size)
  }

  static from(places: Places): BasePlaces {
    const entries = [...places.entries()]
    const made = new BasePlaces(entries.length)
    entries.forEach((entry, i) => {
      made.#set(i, ...entry)
    })
    return made
  }

  /** Reads what `encode` wrote. Throws `MalformedError`. */
  static decode(cursor: Cursor): BasePlaces {
    const size = cursor.uint()
    if (size * 3 > cursor.left) throw new MalformedError('a list of places is cut')
    const made = new BasePlaces(size)
    for (let i = 0, client = -1, clock = 0; i < size; i++) {
      const [nextClient, nextClock] = [cursor.uint(), cursor.uint()]
      const follows = nextClient === client ? nextClock > clock : nextClient > client && nextClock === 0
      if (!follows || nextClock > MAX_CLOCK) throw new MalformedError('a list of places is in disorder')
      client = nextClient
      clock = nextClock
      made.#set(i, client, clock, cursor.uint() + NOWHERE)
    }
    return made
  }

  encode(encoder: encoding.Encoder): void {
    encoding.writeVarUint(encoder, this.#places.length)
    for (let i = 0; i < this.#places.length; i++) {
      encoding.writeVarUint(encoder, this.#clients[i])
      encoding.writeVarUint(encoder, this.#clocks[i])
      encoding.writeVarUint(encoder, this.#places[i] - NOWHERE)
    }
  }

  /** The place of a clock that the base holds. */
  of(client: number, clock: number): Place {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      const after = this.#clients[middle] - client || this.#clocks[middle] - clock
      if (after > 0) high = middle
      else low = middle + 1
    }
    return low > 0 && this.#clients[low - 1] === client ? this.#places[low - 1] : NOWHERE
  }

  #set(i: number, client: number, clock: number, place: Place): void {
    this.#clients[i] = client
    this.#clocks[i] = clock
    this.#places[i] = place
  }
}
