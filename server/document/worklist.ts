import type { Struct } from './struct.ts'
import type { ParsedUpdate, Section } from './update.ts'

/** A section on its way through the worklist. */
export interface Progress {
  section: Section
  /** Index of the next struct to look at, and of the first one taken (-1: none yet). */
  next: number
  first: number
  /** The clock up to which the client is known, counting what was taken. */
  clock: number
  /** Clocks of the first taken struct that were known already. */
  offset: number
  /** What the next struct waits for: `client` must be known up to `clock`. Null while nothing waits. */
  blocker: { client: number; clock: number } | null
}

/**
 * Simulates integration over clocks: takes every struct that starts at or before its client's known clock and whose
 * references are known, in whatever order that takes. Each dependency inside the update is an edge to one struct, so
 * the cost is linear in the update, whatever it looks like.
 */
export class Worklist {
  readonly #knownClock: (client: number) => number
  readonly #progress = new Map<number, Progress>()
  /** Who waits for a struct of this update to be taken. */
  readonly #waiting = new Map<Struct, Progress[]>()

  readonly #onTaken: ((section: Section, from: number, to: number) => void) | null

  /** `onTaken` hears of the structs [from, to) of a section as they are taken, in causal order. */
  constructor(
    update: ParsedUpdate,
    knownClock: (client: number) => number,
    onTaken: ((section: Section, from: number, to: number) => void) | null = null,
  ) {
    this.#knownClock = knownClock
    this.#onTaken = onTaken
    for (const section of update.sections) {
      const clock = knownClock(section.client)
      this.#progress.set(section.client, { section, next: 0, first: -1, clock, offset: 0, blocker: null })
    }
  }

  run(): void {
    for (const progress of this.#progress.values()) {
      const ready = [progress]
      for (let one = ready.pop(); one !== undefined; one = ready.pop()) this.#advance(one, ready)
    }
  }

  /** The clock up to which `client` is known now. */
  clock(client: number): number {
    return this.#progress.get(client)?.clock ?? this.#knownClock(client)
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

  #advance(progress: Progress, ready: Progress[]): void {
    const from = progress.next
    this.#take(progress, ready)
    if (this.#onTaken === null || progress.first < 0) return
    const start = Math.max(from, progress.first)
    if (start < progress.next) this.#onTaken(progress.section, start, progress.next)
  }

  /** Takes structs of one section until one must wait; whoever waited for a taken struct becomes ready. */
  #take(progress: Progress, ready: Progress[]): void {
    const { structs, client } = progress.section
    for (; progress.next < structs.length; progress.next++) {
      const struct = structs[progress.next]
      const end = struct.clock + struct.length
      if (end <= progress.clock) continue
      if (struct.kind === 'skip') {
        // Says only that the sender lacks these clocks. Where we lack them too, what follows has a gap.
        progress.blocker = { client, clock: end }
        return
      }
      if (struct.clock > progress.clock) {
        progress.blocker = { client, clock: struct.clock }
        return
      }
      if (this.#mustWait(struct, progress)) return
      if (progress.first < 0) {
        progress.first = progress.next
        progress.offset = progress.clock - struct.clock
      }
      progress.clock = end
      const waiters = this.#waiting.get(struct)
      if (waiters !== undefined) {
        this.#waiting.delete(struct)
        for (const waiter of waiters) ready.push(waiter)
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
        const waiters = this.#waiting.get(provider)
        if (waiters === undefined) this.#waiting.set(provider, [progress])
        else waiters.push(progress)
      }
      return true
    }
    return false
  }

  /** The struct of this update that holds (client, clock), if it can still be taken. */
  #find(client: number, clock: number): Struct | undefined {
    const structs = this.#progress.get(client)?.section.structs
    if (structs === undefined) return undefined
    let low = 0
    let high = structs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (structs[middle].clock + structs[middle].length > clock) high = middle
      else low = middle + 1
    }
    const found = structs[low]
    return found !== undefined && found.clock <= clock && found.kind !== 'skip' ? found : undefined
  }
}

/** Keeps the least clock per client: whoever waits is asked again as soon as anything of it may have arrived. */
export function addMissing(missing: Map<number, number>, client: number, clock: number): void {
  const known = missing.get(client)
  if (known === undefined || clock < known) missing.set(client, clock)
}
