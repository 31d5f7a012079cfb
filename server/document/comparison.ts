import { Cursor, InputError } from './cursor.ts'
import { Findings, Item } from './item.ts'
import type { Ranges } from './ranges.ts'
import { locateStruct, readStruct, type Struct } from './struct.ts'
import type { Run, Section } from './update.ts'

/** Somebody says something else under an id that is taken. */
export class EquivocationError extends InputError {
  readonly closing = 'equivocation'

  constructor(client: number, clock: number) {
    super(`Something else is kept as ${client}:${clock} already.`)
    this.name = 'EquivocationError'
  }
}

/** What a comparison asks of a document: of clocks that it has accepted only. */
export interface Kept {
  /** The run that (client, clock) stands in. */
  runAt(client: number, clock: number): Run
  /** The parts of [start, end) of `client` that are not deleted. */
  undeleted(client: number, start: number, end: number): Ranges
  /** What was found out about its bytes before. */
  readonly findings: Findings
}

/**
 * Compares what an update says of known clocks with what is kept there. To acknowledge it unread would be to tell its author
 * that their word is on disk, when somebody else's is. What is deleted here is not compared, and of what is deleted there only
 * the place is.
 */
export class Comparison {
  readonly #bytes: Uint8Array
  readonly #kept: Kept
  /** Of the update, whose bytes are not kept. */
  #findings: Findings | null = null
  #walk: Walk | null = null

  constructor(bytes: Uint8Array, kept: Kept) {
    this.#bytes = bytes
    this.#kept = kept
  }

  /** To be called with everything that is known, as `onKnown` is. Throws `EquivocationError`. */
  check = ({ client }: Section, struct: Struct, upTo: number): void => {
    this.#findings ??= new Findings()
    const offered = new Item(this.#bytes, client, struct, this.#findings)
    if (offered.isGarbage) return
    if (this.#walk?.client !== client) this.#walk = new Walk(client, this.#kept)
    const live = this.#kept.undeleted(client, struct.clock, upTo)
    for (let i = 0; i < live.length; i += 2) {
      for (let clock = live[i]; clock < live[i + 1]; ) {
        const kept = this.#walk.at(clock)
        const end = Math.min(live[i + 1], kept.end)
        if (!offered.isSame(kept, clock, end)) throw new EquivocationError(client, clock)
        clock = end
      }
    }
  }
}

/** Goes through what is kept of one client, forwards. */
class Walk {
  readonly client: number
  readonly #kept: Kept
  #run: Run | null = null
  #cursor = new Cursor(new Uint8Array())
  /** Structs of the run that were not looked at, and the clock of the next. */
  #left = 0
  #next = 0
  #item: { clock: number; item: Item } | null = null

  constructor(client: number, kept: Kept) {
    this.client = client
    this.#kept = kept
  }

  /** What (client, clock) is part of. */
  at(clock: number): Item {
    if (this.#item !== null && this.#item.clock <= clock && clock < this.#item.item.end) return this.#item.item
    let run = this.#run
    if (run === null || clock < this.#next || clock >= run.end) {
      run = this.#run = this.#kept.runAt(this.client, clock)
      this.#cursor = new Cursor(run.bytes, run.start, run.stop)
      this.#left = run.count
      this.#next = run.clock
    }
    while (this.#left > 0) {
      const struct = this.#read(run)
      this.#next += struct.length
      this.#left--
      if (clock >= this.#next) continue
      const item = new Item(run.bytes, this.client, struct, this.#kept.findings)
      this.#item = { clock: struct.clock, item }
      return item
    }
    throw new Error(`${this.client}:${clock} is not where it should be`)
  }

  /** The last one, which alone can be large, need not be read to be measured. */
  #read({ end, stop }: Run): Struct {
    if (this.#left > 1) return readStruct(this.#cursor, this.client, this.#next, false)
    return locateStruct(this.#cursor, this.client, this.#next, end - this.#next, stop)
  }
}
