import { Cursor } from '../document/cursor.ts'
import { type Deletes, uncovered } from '../document/ranges.ts'
import { type Header, type Id, readHeader } from './header.ts'

/** Where an item hangs. */
export interface Hanging {
  /** The key of a map; null in a list. */
  key: string | null
  /** Null in a root. */
  parent: Id | null
  /** How many items it follows, one after the other: in a list that is only added to, its place. */
  depth: number
}

const GONE = -1

/** Items that are looked at before somebody else may have a turn. */
const STEPS = 500

/** The structs of one client, in order. */
interface Shelf {
  clocks: number[]
  updates: number[]
  /** Where a struct begins in its update; `GONE` for one of which nothing is left. */
  starts: number[]
  /** By index; found once. */
  known: Map<number, Hanging>
}

/** Finds out where items hang. In Yjs' encoding most do not say it: they say which item they follow. */
export class Lineage {
  readonly #updates: readonly Uint8Array[]
  readonly #deletes: Deletes
  readonly #clients = new Map<number, Shelf>()

  constructor(updates: readonly Uint8Array[], deletes: Deletes) {
    this.#updates = updates
    this.#deletes = deletes
  }

  /** Every struct of the document, in the order of clocks for each client: where it begins, null for one that is GC. */
  add(client: number, clock: number, update: number, start: number | null): void {
    let shelf = this.#clients.get(client)
    if (shelf === undefined) {
      shelf = { clocks: [], updates: [], starts: [], known: new Map() }
      this.#clients.set(client, shelf)
    }
    shelf.clocks.push(clock)
    shelf.updates.push(update)
    shelf.starts.push(start ?? GONE)
  }

  /**
   * Null when something it hangs in is deleted: then so is it, although nobody said so. What is deleted has to be known by now.
   */
  *hangingOf(id: Id): Generator<void, Hanging | null> {
    const hanging = yield* this.#find(id)
    for (let at = hanging; at !== null && at.parent !== null; ) {
      if (isDeleted(this.#deletes, at.parent)) return null
      at = yield* this.#find(at.parent)
      if (at === null) return null
    }
    return hanging
  }

  /**
   * Null when it builds on something of which nothing is left: Yjs drops it then, too. Not by recursion: a list of a million
   * items is a chain as long, of which others have their turns.
   */
  *#find(id: Id): Generator<void, Hanging | null> {
    const path: { shelf: Shelf; index: number; header: Header; next: Id; offset: number }[] = []
    let at = id
    let found: Hanging | null = null
    while (found === null) {
      const shelf = this.#clients.get(at.client)
      const index = shelf === undefined ? -1 : indexOf(shelf.clocks, at.clock)
      if (shelf === undefined || index < 0 || shelf.starts[index] === GONE) return null
      const offset = at.clock - shelf.clocks[index]
      const known = shelf.known.get(index)
      const header = known === undefined ? readHeader(this.#cursor(shelf, index)) : null
      const next = header === null ? null : (header.origin ?? header.rightOrigin)
      if (header?.rightOrigin != null && this.#isGone(header.rightOrigin)) return null
      if (header !== null && next !== null) {
        path.push({ shelf, index, header, next, offset })
        at = next
        if (path.length % STEPS === 0) yield
        continue
      }
      const hanging = known ?? { key: header?.key ?? null, parent: header?.parent ?? null, depth: 0 }
      shelf.known.set(index, hanging)
      found = { ...hanging, depth: hanging.depth + offset }
    }
    for (const [i, { shelf, index, header, offset }] of path.reverse().entries()) {
      if (i % STEPS === STEPS - 1) yield
      const hanging: Hanging = { ...found, depth: header.origin === null ? 0 : found.depth + 1 }
      shelf.known.set(index, hanging)
      found = { ...hanging, depth: hanging.depth + offset }
    }
    return found
  }

  #isGone({ client, clock }: Id): boolean {
    const shelf = this.#clients.get(client)
    return shelf === undefined || shelf.starts[indexOf(shelf.clocks, clock)] === GONE
  }

  #cursor(shelf: Shelf, index: number): Cursor {
    return new Cursor(this.#updates[shelf.updates[index]], shelf.starts[index])
  }
}

function isDeleted(deletes: Deletes, { client, clock }: Id): boolean {
  const ranges = deletes.get(client)
  return ranges !== undefined && uncovered(ranges, clock, clock + 1).length === 0
}

/** Index of the last number that is not above `clock`; -1 when there is none. */
function indexOf(clocks: readonly number[], clock: number): number {
  let low = 0
  let high = clocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (clocks[middle] <= clock) low = middle + 1
    else high = middle
  }
  return low - 1
}
