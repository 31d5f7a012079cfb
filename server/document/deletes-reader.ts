import { type Cursor, MalformedError } from './cursor.ts'
import type { Deletes, Ranges } from './ranges.ts'
import { MAX_CLOCK } from './struct.ts'
import { type Bounds, countOfClients, TooManyRangesError } from './terms.ts'

/** Reads what an update says is deleted, a slice at a time. */
export class DeletesReader {
  readonly deletes: Deletes = new Map()
  /** Whether everything so far was sorted, merged and in the order that we write. */
  isCanonical = true
  readonly #cursor: Cursor
  readonly #bounds: Bounds
  /** Lists not begun yet, of one client each; and the client of the last that was. */
  #listsLeft: number
  #client = Number.POSITIVE_INFINITY
  /** The list being read, its ranges still to come, and whether those that have come were in order: editors write no others. */
  #ranges: Ranges | null = null
  #rangesLeft = 0
  #isSorted = true
  /** Ranges of all lists that were begun. */
  #count = 0

  /** `cursor` is behind the structs. Throws `InputError`. */
  constructor(cursor: Cursor, bounds: Bounds) {
    this.#cursor = cursor
    this.#bounds = bounds
    this.#listsLeft = countOfClients(cursor, bounds)
  }

  /** Reads so many ranges at most. True when there are no more. Throws `InputError`. */
  advance(budget: number): boolean {
    for (let left = budget; left > 0; ) {
      if (this.#ranges === null) {
        if (this.#listsLeft === 0) return true
        this.#ranges = this.#begin()
        left--
      }
      for (; this.#rangesLeft > 0 && left > 0; left--) this.#read(this.#ranges)
      if (this.#rangesLeft === 0) this.#end(this.#ranges)
    }
    return false
  }

  #begin(): Ranges {
    const client = this.#cursor.uint()
    const count = this.#cursor.uint()
    if (this.deletes.has(client)) throw new MalformedError('a client has two lists of deletions')
    if (count * 2 > this.#cursor.left) throw new MalformedError('a count exceeds the data')
    this.#count += count
    if (this.#count > this.#bounds.ranges) throw new TooManyRangesError()
    // An empty list is legal, but we never write one.
    if (client >= this.#client || count === 0) this.isCanonical = false
    this.#client = client
    this.#listsLeft--
    this.#rangesLeft = count
    this.#isSorted = true
    return []
  }

  #read(ranges: Ranges): void {
    const clock = this.#cursor.uint()
    const length = this.#cursor.uint()
    if (length < 1) throw new MalformedError('a deletion has no length')
    if (clock + length > MAX_CLOCK) throw new MalformedError('a clock is out of range')
    this.#bounds.reach?.(this.#client, clock + length)
    if (ranges.length > 0 && clock <= ranges[ranges.length - 1]) this.#isSorted = false
    ranges.push(clock, clock + length)
    this.#rangesLeft--
  }

  #end(ranges: Ranges): void {
    if (!this.#isSorted) this.isCanonical = false
    if (ranges.length > 0) this.deletes.set(this.#client, this.#isSorted ? ranges : united(ranges))
    this.#ranges = null
  }
}

/**
 * What ranges in any order cover. Beginnings and ends are sorted each for themselves: when as many have ended as have begun,
 * there is a gap.
 */
function united(ranges: Ranges): Ranges {
  const size = ranges.length / 2
  const starts = new Uint32Array(size)
  const ends = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    starts[i] = ranges[2 * i]
    ends[i] = ranges[2 * i + 1]
  }
  starts.sort()
  ends.sort()
  let gaps = 0
  for (let i = 1; i < size; i++) if (starts[i] > ends[i - 1]) gaps++
  // Of its full size from the start: a large array that grows is copied again and again.
  const covered: Ranges = new Array(2 * gaps + 2)
  let at = 0
  covered[at++] = starts[0]
  for (let i = 1; i < size; i++) {
    if (starts[i] <= ends[i - 1]) continue
    covered[at++] = ends[i - 1]
    covered[at++] = starts[i]
  }
  covered[at] = ends[size - 1]
  return covered
}
