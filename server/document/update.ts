import * as encoding from 'lib0/encoding'
import { Cursor, MalformedError } from './cursor.ts'
import { DeletesReader } from './deletes-reader.ts'
import type { Deletes } from './ranges.ts'
import { MAX_CLOCK, readStruct, type Struct } from './struct.ts'
import { type Bounds, countOfClients, NO_BOUNDS } from './terms.ts'

/** Consecutive structs of one client, as bytes. A section of an update, or a piece of one. */
export interface Run {
  client: number
  /** The clock of the first struct, and the clock after the last. */
  clock: number
  end: number
  /** Number of structs. */
  count: number
  /** The structs are `bytes[start, stop)`. */
  bytes: Uint8Array
  start: number
  stop: number
}

/** One client's structs in an update, located. */
export interface Section {
  client: number
  structs: Struct[]
}

/** An update whose every byte was read. */
export interface ParsedUpdate {
  bytes: Uint8Array
  sections: Section[]
  deletes: Deletes
  /** Whether sections and ranges stand in the order that `encodeUpdate` writes. */
  canonical: boolean
}

/** A run longer than this is indexed in pieces, so that finding one struct reads a few kilobytes at most. */
export const RUN_BYTES = 4096

export const EMPTY_UPDATE = new Uint8Array([0, 0])

/**
 * Reads a Yjs update (V1) from the wire completely. Throws `MalformedError` for anything that Yjs would not have
 * written or could not integrate whatever the document holds, and `InputError` for what exceeds the bounds. Without `check`,
 * contents are only measured: for bytes that passed here before.
 */
export function parseUpdate(bytes: Uint8Array, check = true, bounds = NO_BOUNDS): ParsedUpdate {
  const parser = new UpdateParser(bytes, check, bounds)
  parser.advance(Number.POSITIVE_INFINITY)
  return parser.finish()
}

/** `parseUpdate` a slice at a time. */
export class UpdateParser {
  readonly #bytes: Uint8Array
  readonly #check: boolean
  readonly #bounds: Bounds
  readonly #cursor: Cursor
  readonly #sections: Section[] = []
  readonly #clients = new Set<number>()
  #canonical = true
  /** Sections not begun yet. */
  #sectionsLeft: number
  /** The section being read: its structs still to come, and the clock of the next. */
  #section: Section | null = null
  #structsLeft = 0
  #clock = 0
  /** Null until the structs are read. */
  #deletes: DeletesReader | null = null

  constructor(bytes: Uint8Array, check: boolean, bounds = NO_BOUNDS) {
    this.#bytes = bytes
    this.#check = check
    this.#bounds = bounds
    this.#cursor = new Cursor(bytes)
    this.#sectionsLeft = countOfClients(this.#cursor, bounds)
  }

  /** Reads so many structs, or ranges of deletions, at most. True when there are no more. Throws `InputError`. */
  advance(budget: number): boolean {
    for (let left = budget; left > 0; ) {
      if (this.#section === null) {
        if (this.#sectionsLeft === 0) {
          this.#deletes ??= new DeletesReader(this.#cursor, this.#bounds)
          return this.#deletes.advance(left)
        }
        this.#section = this.#begin()
        left--
      }
      const { client, structs } = this.#section
      for (; this.#structsLeft > 0 && left > 0; left--) {
        const struct = readStruct(this.#cursor, client, this.#clock, this.#check)
        this.#clock += struct.length
        this.#structsLeft--
        if (struct.kind !== 'skip') this.#bounds.reach?.(client, this.#clock)
        structs.push(struct)
      }
      if (this.#structsLeft === 0) this.#end(this.#section)
    }
    return false
  }

  /** What was read, when there is no more. Throws `MalformedError` when something follows. */
  finish(): ParsedUpdate {
    if (this.#deletes === null) throw new Error('the update is not read yet')
    if (!this.#cursor.done) throw new MalformedError('there are bytes after the update')
    const { deletes, isCanonical } = this.#deletes
    return { bytes: this.#bytes, sections: this.#sections, deletes, canonical: this.#canonical && isCanonical }
  }

  #begin(): Section {
    const cursor = this.#cursor
    const count = cursor.uint()
    const client = cursor.uint()
    const clock = cursor.uint()
    if (count > cursor.left) throw new MalformedError('a count exceeds the data')
    if (clock > MAX_CLOCK) throw new MalformedError('a clock is out of range')
    if (this.#clients.has(client)) throw new MalformedError('a client has two sections')
    this.#clients.add(client)
    const previous = this.#sections.at(-1)
    if (count === 0 || (previous !== undefined && previous.client < client)) this.#canonical = false
    this.#sectionsLeft--
    this.#structsLeft = count
    this.#clock = clock
    return { client, structs: [] }
  }

  #end(section: Section): void {
    const { structs } = section
    // A trailing Skip says nothing.
    while (structs.length > 0 && structs[structs.length - 1].kind === 'skip') {
      structs.pop()
      this.#canonical = false
    }
    this.#sections.push(section)
    this.#section = null
  }
}

/** The runs of records that follow each other, as one update holds them. */
export function runsByClient(records: Iterable<{ runs: readonly Run[] }>): Map<number, Run[]> {
  const byClient = new Map<number, Run[]>()
  for (const { runs } of records) {
    for (const run of runs) {
      const known = byClient.get(run.client)
      if (known === undefined) byClient.set(run.client, [run])
      else known.push(run)
    }
  }
  return byClient
}

/**
 * Writes runs and deletions as one update: clients in descending order, as `Y.mergeUpdates` expects. The runs of one
 * client must follow each other without a gap.
 */
export function encodeUpdate(runs: ReadonlyMap<number, readonly Run[]>, deletes: Deletes): Uint8Array {
  const encoder = encoding.createEncoder()
  writeRuns(encoder, runs)
  writeDeletes(encoder, deletes)
  return encoding.toUint8Array(encoder)
}

/** The same, with deletions that `encodeDeletes` has already encoded. */
export function encodeUpdateWith(runs: ReadonlyMap<number, readonly Run[]>, deletes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  writeRuns(encoder, runs)
  encoding.writeUint8Array(encoder, deletes)
  return encoding.toUint8Array(encoder)
}

/** The half of an update that says what is deleted. */
export function encodeDeletes(deletes: Deletes): Uint8Array {
  const encoder = encoding.createEncoder()
  writeDeletes(encoder, deletes)
  return encoding.toUint8Array(encoder)
}

function writeRuns(encoder: encoding.Encoder, runs: ReadonlyMap<number, readonly Run[]>): void {
  encoding.writeVarUint(encoder, runs.size)
  for (const client of descending(runs)) {
    const parts = runs.get(client) ?? []
    let count = 0
    for (const run of parts) count += run.count
    encoding.writeVarUint(encoder, count)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, parts[0].clock)
    for (const run of parts) encoding.writeUint8Array(encoder, run.bytes.subarray(run.start, run.stop))
  }
}

function writeDeletes(encoder: encoding.Encoder, deletes: Deletes): void {
  encoding.writeVarUint(encoder, deletes.size)
  for (const client of descending(deletes)) {
    const ranges = deletes.get(client) ?? []
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length / 2)
    for (let i = 0; i < ranges.length; i += 2) {
      encoding.writeVarUint(encoder, ranges[i])
      encoding.writeVarUint(encoder, ranges[i + 1] - ranges[i])
    }
  }
}

function descending(map: ReadonlyMap<number, unknown>): number[] {
  const clients = [...map.keys()]
  return clients.length < 2 ? clients : clients.sort((a, b) => b - a)
}

/**
 * Locates the structs of an update that is known to be sound (it passed `parseUpdate`, or we wrote it) as runs of at
 * most `maxRunBytes` each (or one struct), in the order they stand in.
 */
export function readRuns(bytes: Uint8Array, maxRunBytes = Number.POSITIVE_INFINITY): { runs: Run[]; deletes: Deletes } {
  const cursor = new Cursor(bytes)
  const runs: Run[] = []
  const sectionCount = cursor.uint()
  for (let i = 0; i < sectionCount; i++) {
    const count = cursor.uint()
    const client = cursor.uint()
    let clock = cursor.uint()
    let run: Run = { client, clock, end: clock, count: 0, bytes, start: cursor.pos, stop: cursor.pos }
    for (let j = 0; j < count; j++) {
      clock += readStruct(cursor, client, clock, false).length
      run.count++
      run.end = clock
      run.stop = cursor.pos
      if (cursor.pos - run.start >= maxRunBytes && j + 1 < count) {
        runs.push(run)
        run = { client, clock, end: clock, count: 0, bytes, start: cursor.pos, stop: cursor.pos }
      }
    }
    if (run.count > 0) runs.push(run)
  }
  const reader = new DeletesReader(cursor, NO_BOUNDS)
  reader.advance(Number.POSITIVE_INFINITY)
  return { runs, deletes: reader.deletes }
}
