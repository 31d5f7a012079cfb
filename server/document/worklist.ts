import { MalformedError } from './cursor.ts'
import { childPlace, isKeyed, MAX_NESTING, NOWHERE, nestingOf, type Place } from './place.ts'
import { uncovered } from './ranges.ts'
import { CONTENT, DELETED, HAS_ORIGIN, HAS_PARENT_SUB, HAS_RIGHT_ORIGIN, placeInRoot, type Struct } from './struct.ts'
import type { ParsedUpdate, Section } from './update.ts'

/** A section on its way through the worklist. */
export interface Progress {
  section: Section
  /** Index of the next struct to look at, and of the first one taken (-1: none yet). */
  next: number
  first: number
  /** The clock up to which the client is known, counting what was taken. */
  clock: number
  /** Clocks of the first taken struct that were known already, and the first clock that was not. */
  offset: number
  from: number
  /** What the next struct waits for: `client` must be known up to `clock`. Null while nothing waits. */
  blocker: { client: number; clock: number } | null
}

/** What is known apart from the update. */
export interface KnownStructs {
  /** The next clock of `client`. */
  clock(client: number): number
  /** Where (client, clock) hangs; asked of known clocks only. */
  place(client: number, clock: number): Place
  /** Whether new structs under that id are for somebody else to bring. */
  isOthers?(client: number): boolean
}

export const NOTHING_KNOWN: KnownStructs = { clock: () => 0, place: () => NOWHERE }

interface Options {
  /** What becomes of an item that no editor makes; see `Place`. What was taken once is taken again. */
  misplaced: 'refuse' | 'hold' | 'take'
  /** Hears of the structs [from, to) of a section as they are taken, in causal order. */
  onTaken?: (progress: Progress, from: number, to: number) => void
  /** Hears of every struct whose beginning is known already, and up to which clock it is. */
  onKnown?: (section: Section, struct: Struct, upTo: number) => void
}

/**
 * Simulates integration over clocks: takes every struct that starts at or before its client's known clock and whose
 * references are known, in whatever order that takes. Each dependency inside the update is an edge to one struct, so
 * the cost is linear in the update, whatever it looks like.
 */
export class Worklist {
  readonly #known: KnownStructs
  readonly #update: ParsedUpdate
  readonly #options: Options
  readonly #progress = new Map<number, Progress>()
  /** Who waits for a struct of this update to be taken. */
  #waiting: Map<Struct, Progress[]> | null = null
  /** Sections not looked at yet, and those that can go on. */
  readonly #untouched: Iterator<Progress>
  readonly #ready: Progress[] = []
  /** Structs that may still be looked at in this call of `advance`. */
  #budget = 0

  constructor(update: ParsedUpdate, known: KnownStructs, options: Options) {
    this.#known = known
    this.#update = update
    this.#options = options
    for (const section of update.sections) {
      const clock = known.clock(section.client)
      const progress = { section, next: 0, first: -1, clock, offset: 0, from: clock, blocker: null }
      this.#progress.set(section.client, progress)
    }
    this.#untouched = this.#progress.values()
  }

  run(): void {
    this.advance(Number.POSITIVE_INFINITY)
  }

  /** Looks at so many structs at most. True when there are no more. */
  advance(budget: number): boolean {
    this.#budget = budget
    while (this.#budget > 0) {
      const progress = this.#ready.pop() ?? this.#untouched.next().value
      if (progress === undefined) return true
      this.#advance(progress)
      // A section costs something too, even when nothing of it is looked at.
      this.#budget--
    }
    return false
  }

  /** The clock up to which `client` is known now. */
  clock(client: number): number {
    return this.#progress.get(client)?.clock ?? this.#known.clock(client)
  }

  get held(): boolean {
    for (const { section, next } of this.#progress.values()) if (next < section.structs.length) return true
    return false
  }

  /** What the waiting structs wait for: client id -> the least clock up to which it must be known. */
  get missing(): Map<number, number> {
    const missing = new Map<number, number>()
    for (const { section, next, blocker } of this.#progress.values()) {
      if (next < section.structs.length && blocker !== null) addMissing(missing, blocker.client, blocker.clock)
    }
    return missing
  }

  get tookEverything(): boolean {
    for (const { section, next, first, offset } of this.#progress.values()) {
      if (next < section.structs.length || first !== 0 || offset > 0) return false
    }
    return true
  }

  get progress(): Iterable<Progress> {
    return this.#progress.values()
  }

  #advance(progress: Progress): void {
    const from = progress.next
    this.#take(progress)
    const { onTaken } = this.#options
    if (onTaken === undefined || progress.first < 0) return
    const start = Math.max(from, progress.first)
    if (start < progress.next) onTaken(progress, start, progress.next)
  }

  /** Takes structs of one section until one must wait; whoever waited for a taken struct becomes ready. */
  #take(progress: Progress): void {
    const { structs, client } = progress.section
    for (; progress.next < structs.length; progress.next++) {
      if (this.#budget-- <= 0) {
        this.#ready.push(progress)
        return
      }
      const struct = structs[progress.next]
      const end = struct.clock + struct.length
      if (struct.clock < progress.from) {
        this.#options.onKnown?.(progress.section, struct, Math.min(end, progress.from))
        if (end <= progress.clock) continue
      }
      // A skip says only that the sender lacks these clocks. Where we lack them too, what follows has a gap.
      if (struct.kind === 'skip' || this.#known.isOthers?.(client) === true) {
        progress.blocker = { client, clock: end }
        return
      }
      if (struct.clock > progress.clock) {
        progress.blocker = { client, clock: struct.clock }
        return
      }
      if (this.#mustWait(struct, progress) || !this.#place(struct, progress)) return
      if (progress.first < 0) {
        progress.first = progress.next
        progress.offset = progress.clock - struct.clock
        progress.from = progress.clock
      }
      progress.clock = end
      const waiters = this.#waiting?.get(struct)
      if (waiters !== undefined) {
        this.#waiting?.delete(struct)
        for (const waiter of waiters) this.#ready.push(waiter)
      }
    }
  }

  #mustWait(struct: Struct, progress: Progress): boolean {
    const { needs } = struct
    for (let i = 0; i < needs.length; i += 2) {
      if (needs[i] === progress.section.client || needs[i + 1] < this.clock(needs[i])) continue
      progress.blocker = { client: needs[i], clock: needs[i + 1] + 1 }
      const provider = this.#find(needs[i], needs[i + 1])
      if (provider !== undefined) {
        this.#waiting ??= new Map()
        const waiters = this.#waiting.get(provider)
        if (waiters === undefined) this.#waiting.set(provider, [progress])
        else waiters.push(progress)
      }
      return true
    }
    return false
  }

  /** Finds out where a struct hangs whose references are all known. False when it may not be taken. */
  #place(struct: Struct, progress: Progress): boolean {
    if (struct.kind === 'gc') return true
    const { client } = progress.section
    const { needs, info } = struct
    const hasRight = (info & HAS_RIGHT_ORIGIN) !== 0
    let left: Place | null = null
    // What is left of a struct whose beginning is known hangs behind that, whatever the struct itself says.
    if (progress.first < 0 && struct.clock < progress.clock) left = this.#known.place(client, progress.clock - 1)
    else if (info & HAS_ORIGIN) left = this.#placeOf(needs[0], needs[1])
    else if (!hasRight && needs.length === 0) left = placeInRoot(this.#update.bytes, struct)
    else if (!hasRight) left = this.#placeInType(struct)
    const right = hasRight ? this.#placeOf(needs[needs.length - 2], needs[needs.length - 1]) : left
    struct.place = left === NOWHERE || right === NOWHERE ? NOWHERE : (left ?? right ?? NOWHERE)
    if (struct.place === NOWHERE || this.#options.misplaced === 'take') return true
    const fault = left !== null && left !== right ? 'an item hangs in two places' : this.#faultOf(struct, progress)
    if (fault === null) return true
    if (this.#options.misplaced === 'refuse') throw new MalformedError(fault)
    return false
  }

  #faultOf({ clock: start, length, place, info }: Struct, { section, clock }: Progress): string | null {
    if (nestingOf(place) > MAX_NESTING) return 'types are nested too deeply'
    if (length === 1 || !isKeyed(place) || (info & CONTENT) === DELETED) return null
    // Editors that keep what is deleted merge the former entries of a key. While one counts, it is one clock long.
    const deleted = uncovered(this.#update.deletes.get(section.client), clock, start + length).length === 0
    return deleted ? null : 'an entry of a map has more than one clock'
  }

  #placeInType({ needs, info }: Struct): Place {
    return childPlace(this.#placeOf(needs[0], needs[1]), needs[0], needs[1], (info & HAS_PARENT_SUB) !== 0)
  }

  /** Where (client, clock) hangs, be it known or taken from this update. */
  #placeOf(client: number, clock: number): Place {
    const progress = this.#progress.get(client)
    if (progress === undefined || progress.first < 0 || clock < progress.from) return this.#known.place(client, clock)
    const { structs } = progress.section
    const last = structs[progress.next - 1]
    return (clock >= last.clock ? last : structs[indexOf(structs, clock)]).place
  }

  /** The struct of this update that holds (client, clock), if it can still be taken. */
  #find(client: number, clock: number): Struct | undefined {
    const structs = this.#progress.get(client)?.section.structs
    if (structs === undefined) return undefined
    const found = structs[indexOf(structs, clock)]
    return found !== undefined && found.clock <= clock && found.kind !== 'skip' ? found : undefined
  }
}

/** Index of the first struct that ends after `clock`. */
function indexOf(structs: readonly Struct[], clock: number): number {
  let low = 0
  let high = structs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (structs[middle].clock + structs[middle].length > clock) high = middle
    else low = middle + 1
  }
  return low
}

/** Keeps the least clock per client: whoever waits is asked again as soon as anything of it may have arrived. */
export function addMissing(missing: Map<number, number>, client: number, clock: number): void {
  const known = missing.get(client)
  if (known === undefined || clock < known) missing.set(client, clock)
}
