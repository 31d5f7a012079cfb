import { Cursor } from '../document/cursor.ts'
import { DeletesReader } from '../document/deletes-reader.ts'
import { addDeletes, type Deletes } from '../document/ranges.ts'
import {
  ANY,
  BINARY,
  CONTENT,
  DELETED,
  DOC,
  EMBED,
  FORMAT,
  GC,
  JSON_VALUES,
  SKIP,
  STRING,
  TYPE,
} from '../document/struct.ts'
import { NO_BOUNDS } from '../document/terms.ts'
import { skipHeader } from './header.ts'
import { Lineage } from './lineage.ts'
import { scanAny, scanJson, scanText, Turn } from './scan.ts'
import type { Words } from './words.ts'

/** Ranges of deletions that are read before somebody else may have a turn. */
const RANGES = 2_000

/** An item that has values, or is a text, in which the words occur; parts of it may be deleted. */
export interface Candidate {
  client: number
  clock: number
  update: number
  content: typeof STRING | typeof ANY | typeof JSON_VALUES
  /** Of each such value: which one it is, where it begins and where it ends. Three numbers, as there may be millions. */
  places: number[]
  /** How long it is, in clocks. */
  length: number
}

/** What one reading of a document has found. */
export interface Reading {
  candidates: Candidate[]
  deletes: Deletes
  lineage: Lineage
}

/**
 * Reads updates (V1, known to be sound, in causal order) once from their beginning to their end. Bytes are read as they lie:
 * nothing is made of them.
 */
export function* readUpdates(updates: readonly Uint8Array[], words: Words): Generator<void, Reading> {
  const deletes: Deletes = new Map()
  const reading: Reading = { candidates: [], deletes, lineage: new Lineage(updates, deletes) }
  for (const [update, bytes] of updates.entries()) {
    const cursor = new Cursor(bytes)
    const turn = new Turn(cursor)
    for (let sections = cursor.uint(); sections > 0; sections--) {
      let left = cursor.uint()
      const client = cursor.uint()
      for (let clock = cursor.uint(); left > 0; left--) {
        if (turn.isOver()) yield
        clock += yield* readStruct(cursor, { client, clock, update }, words, reading)
      }
    }
    const reader = new DeletesReader(cursor, NO_BOUNDS)
    while (!reader.advance(RANGES)) yield
    addDeletes(deletes, reader.deletes)
    yield
  }
  return reading
}

/** Returns how long it is, in clocks. */
function* readStruct(
  cursor: Cursor,
  at: Pick<Candidate, 'client' | 'clock' | 'update'>,
  words: Words,
  { candidates, lineage }: Reading,
): Generator<void, number> {
  const start = cursor.pos
  const kind = cursor.bytes[start] & CONTENT
  if (kind === GC || kind === SKIP) {
    cursor.byte()
    if (kind === GC) lineage.add(at.client, at.clock, at.update, null)
    return cursor.uint()
  }
  lineage.add(at.client, at.clock, at.update, start)
  const content = skipHeader(cursor)
  if (content !== STRING && content !== ANY && content !== JSON_VALUES) return yield* skipContent(cursor, content)
  const places: number[] = []
  const length =
    content === STRING ? yield* readText(cursor, words, places) : yield* readValues(cursor, content, words, places)
  if (places.length > 0) candidates.push({ ...at, content, places, length })
  return length
}

function* readText(cursor: Cursor, words: Words, places: number[]): Generator<void, number> {
  const start = cursor.pos
  const finding = words.begin()
  let length = 0
  yield* scanText(cursor, (part, _start, isLast) => {
    length += part.length
    finding.add(part, isLast)
  })
  if (finding.isComplete) places.push(0, start, cursor.pos)
  return length
}

function* readValues(
  cursor: Cursor,
  content: typeof ANY | typeof JSON_VALUES,
  words: Words,
  places: number[],
): Generator<void, number> {
  const turn = new Turn(cursor)
  const count = cursor.uint()
  for (let index = 0; index < count; index++) {
    if (turn.isOver()) yield
    const start = cursor.pos
    const finding = words.begin()
    if (content === ANY) yield* scanAny(cursor, finding)
    else yield* scanJson(cursor, finding)
    if (finding.isComplete) places.push(index, start, cursor.pos)
  }
  return count
}

/** Content in which nothing is searched. */
function* skipContent(cursor: Cursor, content: number): Generator<void, number> {
  if (content === DELETED) return cursor.uint()
  if (content === BINARY || content === EMBED || content === FORMAT || content === DOC) cursor.skipBytes()
  if (content === FORMAT) cursor.skipBytes()
  if (content === DOC) yield* scanAny(cursor, null)
  // Kinds of XML that have a name.
  if (content === TYPE && [3, 5].includes(cursor.uint())) cursor.skipBytes()
  return 1
}
