/**
 * Where an item hangs, in one number: a hash of its parent (32 bits), how many types it is nested in (9 bits), and
 * whether it is an entry of a map (1 bit). Yjs copies an item's parent from its neighbours, so an update alone does not
 * show it; and Yjs neither checks that both neighbours have the same one, nor that a map's entry is one clock long, nor
 * how deep types are nested. What breaks each of these integrates and later throws, or loads as something else.
 */
export type Place = number

/** What is not there any more hangs nowhere: a GC struct, and what Yjs turns into one because a neighbour is one. */
export const NOWHERE: Place = -1

/** Yjs deletes by recursion, two calls a level: some thousand levels overflow the stack of every reader. */
export const MAX_NESTING = 256

export function rootPlace(nameHash: number, keyed: boolean): Place {
  return nameHash * 1024 + (keyed ? 1 : 0)
}

/** The place of what hangs in the type (client, clock), which itself hangs in `outer`. */
export function childPlace(outer: Place, client: number, clock: number, keyed: boolean): Place {
  if (outer === NOWHERE) return NOWHERE
  const nesting = Math.min(nestingOf(outer) + 1, 511)
  return hashId(client, clock) * 1024 + nesting * 2 + (keyed ? 1 : 0)
}

export function nestingOf(place: Place): number {
  return place === NOWHERE ? 0 : (place % 1024) >> 1
}

/** Which root something hangs in; null when that is a type in another, or nothing. */
export function rootOf(place: Place): number | null {
  return place === NOWHERE || nestingOf(place) > 0 ? null : Math.floor(place / 1024)
}

export function isKeyed(place: Place): boolean {
  return place !== NOWHERE && place % 2 === 1
}

/** FNV-1a. Names that collide could at worst let a crafted item through that hangs in two roots. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash >>> 0
}

function hashId(client: number, clock: number): number {
  let hash = Math.imul(client ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(client / 4294967296, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15) ^ clock, 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The place of every clock, kept where it changes: client id -> [clock, place from there on, clock, place, ...]. */
export class Places {
  readonly #changes = new Map<number, number[]>()

  /** The place of a clock that was added. */
  of(client: number, clock: number): Place {
    const changes = this.#changes.get(client)
    if (changes === undefined) return NOWHERE
    let low = 0
    let high = changes.length >> 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (changes[2 * middle] > clock) high = middle
      else low = middle + 1
    }
    return low === 0 ? NOWHERE : changes[2 * low - 1]
  }

  /** Everything of `client` from `clock` on, until the next addition, which must have a later clock. */
  add(client: number, clock: number, place: Place): void {
    const changes = this.#changes.get(client)
    if (changes === undefined) this.#changes.set(client, [clock, place])
    else if (changes[changes.length - 1] !== place) changes.push(clock, place)
  }

  addAll(places: Places): void {
    for (const [client, changes] of places.#changes) {
      for (let i = 0; i < changes.length; i += 2) this.add(client, changes[i], changes[i + 1])
    }
  }

  forget(client: number): void {
    this.#changes.delete(client)
  }

  clients(): Iterable<number> {
    return this.#changes.keys()
  }

  /** Every place that occurs, some more than once. */
  *values(): Generator<Place> {
    for (const changes of this.#changes.values()) for (let i = 1; i < changes.length; i += 2) yield changes[i]
  }

  /** By client and clock. */
  *entries(): Generator<[client: number, clock: number, place: Place]> {
    for (const client of [...this.#changes.keys()].sort((a, b) => a - b)) {
      const changes = this.#changes.get(client) ?? []
      for (let i = 0; i < changes.length; i += 2) yield [client, changes[i], changes[i + 1]]
    }
  }
}
