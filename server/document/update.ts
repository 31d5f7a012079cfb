import * as encoding from 'lib0/encoding'
import { closings } from '../../protocol/close.ts'
import { Cursor, MalformedError, TooManyClientsError } from './cursor.ts'
import { addRange, type Deletes, type Ranges } from './ranges.ts'
import { MAX_CLOCK, readStruct, type Struct } from './struct.ts'

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

/** What is looked at while an update is read, so that one that is not to be taken costs no more than up to there. */
export interface Bounds {
  /** Client ids in it. */
  readonly clients: number
  /** Hears of everything in it that `client` has to be known up to `clock` for, and may throw. */
  reach?(client: number, clock: number): void
}

const NO_BOUNDS: Bounds = { clients: Number.POSITIVE_INFINITY }

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

  constructor(bytes: Uint8Array, check: boolean, bounds = NO_BOUNDS) {
    this.#bytes = bytes
    this.#check = check
    this.#bounds = bounds
    this.#cursor = new Cursor(bytes)
    this.#sectionsLeft = countOfClients(this.#cursor, bounds)
  }

  /** Reads so many structs at most. True when there are no more. Throws `InputError`. */
  advance(budget: number): boolean {
    for (let left = budget; left > 0; ) {
      if (this.#section === null) {
        if (this.#sectionsLeft === 0) return true
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

  /** Reads what follows the structs. */
  finish(): ParsedUpdate {
    const deletes: Deletes = new Map()
    if (!readDeletes(this.#cursor, deletes, this.#bounds)) this.#canonical = false
    if (!this.#cursor.done) throw new MalformedError('there are bytes after the update')
    return { bytes: this.#bytes, sections: this.#sections, deletes, canonical: this.#canonical }
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

/** How many lists follow, of one client each: a section or a list of deletions takes two bytes at least. */
function countOfClients(cursor: Cursor, { clients }: Bounds): number {
  const count = cursor.uint()
  if (count * 2 > cursor.left) throw new MalformedError('a count exceeds the data')
  if (count > clients) throw new TooManyClientsError(closings['too-many-clients'].reason)
  return count
}

/** Reads the delete set into `deletes`; true when it was sorted, merged and in the order we write. */
function readDeletes(cursor: Cursor, deletes: Deletes, bounds: Bounds): boolean {
  let canonical = true
  let previous = Number.POSITIVE_INFINITY
  const clientCount = countOfClients(cursor, bounds)
  for (let i = 0; i < clientCount; i++) {
    const client = cursor.uint()
    if (client >= previous) canonical = false
    previous = client
    if (deletes.has(client)) throw new MalformedError('a client has two lists of deletions')
    const ranges: Ranges = []
    if (!readRanges(cursor, ranges)) canonical = false
    if (ranges.length === 0) continue
    bounds.reach?.(client, ranges[ranges.length - 1])
    deletes.set(client, ranges)
  }
  return canonical
}

function readRanges(cursor: Cursor, ranges: Ranges): boolean {
  const count = cursor.uint()
  if (count > cursor.left) throw new MalformedError('a count exceeds the data')
  const read: [number, number][] = []
  let sorted = count > 0 // an empty list is legal, but we never write one
  for (let i = 0; i < count; i++) {
    const clock = cursor.uint()
    const length = cursor.uint()
    if (length < 1) throw new MalformedError('a deletion has no length')
    if (clock + length > MAX_CLOCK) throw new MalformedError('a clock is out of range')
    if (i > 0 && clock <= read[i - 1][1]) sorted = false
    read.push([clock, clock + length])
  }
  // Unsorted input is legal but never ours to insert one by one: that would be quadratic.
  if (!sorted) read.sort((a, b) => a[0] - b[0])
  for (const [start, end] of read) addRange(ranges, start, end)
  return sorted
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
  const deletes: Deletes = new Map()
  readDeletes(cursor, deletes, NO_BOUNDS)
  return { runs, deletes }
}
