import { addRange, type Deletes, type Ranges } from './ranges.ts'
import type { ParsedUpdate } from './update.ts'
import { addMissing, type Worklist } from './worklist.ts'

/** New pieces of one range of deletions that are recorded one by one. */
const MOST_PIECES = 16

/** What the deletions of an update are compared with. */
interface KnownDeletes {
  /** The parts of [start, end) of `client` that are not deleted. */
  undeleted(client: number, start: number, end: number): Ranges
}

/**
 * Goes through the deletions of an update when a worklist has gone through its structs: which are new, of structs that are
 * known or were just taken, and what the others wait for.
 */
export class Deletions {
  /** The new ones. */
  readonly deletes: Deletes = new Map()
  /** What is waited for by those of unknown structs, and by the structs: client id -> clock. */
  readonly missing: Map<number, number>
  /** Whether all so far were new. */
  allNew = true
  readonly #known: KnownDeletes
  readonly #work: Worklist
  readonly #lists: Iterator<[client: number, ranges: Ranges]>
  /** The list that is looked at, the index of its next range, and what of it is new. */
  #list: { client: number; ranges: Ranges; next: number; fresh: Ranges } | null = null

  constructor(update: ParsedUpdate, known: KnownDeletes, work: Worklist) {
    this.#known = known
    this.#work = work
    this.#lists = update.deletes.entries()
    this.missing = work.missing
  }

  /** Looks at so many ranges at most. True when there are no more. */
  advance(budget: number): boolean {
    for (let left = budget; left > 0; ) {
      if (this.#list === null) {
        const { done, value } = this.#lists.next()
        if (done === true) return true
        this.#list = { client: value[0], ranges: value[1], next: 0, fresh: [] }
        left--
      }
      const { client, ranges, fresh } = this.#list
      const clock = this.#work.clock(client)
      for (; this.#list.next < ranges.length && left > 0; left--) {
        this.#look(client, clock, ranges[this.#list.next], ranges[this.#list.next + 1], fresh)
        this.#list.next += 2
      }
      if (this.#list.next < ranges.length) continue
      if (fresh.length > 0) this.deletes.set(client, fresh)
      this.#list = null
    }
    return false
  }

  #look(client: number, clock: number, from: number, to: number, fresh: Ranges): void {
    if (to > clock) addMissing(this.missing, client, Math.max(from, clock) + 1)
    const end = Math.min(to, clock)
    const undeleted = from < end ? this.#known.undeleted(client, from, end) : []
    if (undeleted[0] !== from || undeleted[1] !== to) this.allNew = false
    // What is deleted already may be deleted again. One range that says so is dearer in no way than the pieces between others.
    if (undeleted.length > 2 * MOST_PIECES) addRange(fresh, from, end)
    else for (let i = 0; i < undeleted.length; i += 2) addRange(fresh, undeleted[i], undeleted[i + 1])
  }
}
