import { Cursor } from '../document/cursor.ts'
import { addDeletes, type Deletes, uncovered } from '../document/ranges.ts'
import type { Struct } from '../document/struct.ts'
import { type ParsedUpdate, UpdateParser } from '../document/update.ts'
import { readHeader } from './header.ts'
import { Lineage } from './lineage.ts'
import { readAny, readJson, type Value } from './value.ts'
import type { Words } from './words.ts'

/** A value of a room in which everything that was searched for occurs. */
export interface RoomHit {
  /** The key of the map it is in; null in a list or a text. */
  key: string | null
  /** The id of the value in Yjs, which never changes. */
  client: number
  clock: number
  value: Value
  /** How far down it is in its list: see `Lineage`. Of two hits the deeper one is first. */
  depth: number
  /** What it takes. */
  bytes: number
}

/** The place of a hit among those of its room. */
export type HitPlace = Pick<RoomHit, 'depth' | 'client' | 'clock'>

/** Where a value is that may be a hit. */
interface Candidate {
  client: number
  clock: number
  update: number
  start: number
  /** Which of the values of its struct; of a text, where in it. */
  index: number
  /** Values or characters from there on. */
  length: number
}

interface Placed extends Candidate {
  key: string | null
  depth: number
}

const JSON_VALUES = 2
const STRING = 4
const ANY = 8

/** Structs that are read before somebody else may have a turn. */
const SLICE = 500

/**
 * The hits in a document that is given as updates (V1, known to be sound, in causal order), in their order and from the
 * first after `after` on. Bytes are read as they lie: there is no `Y.Doc`, and values are made only of what is looked at.
 * Yields a few times a millisecond.
 */
export function* searchRoom(
  updates: readonly Uint8Array[],
  words: Words,
  after: HitPlace | null,
): Generator<void, Iterable<RoomHit>> {
  const deletes: Deletes = new Map()
  const candidates: Candidate[] = []
  for (const [update, bytes] of updates.entries()) {
    const parsed = yield* parsing(bytes)
    addDeletes(deletes, parsed.deletes)
    yield* eachStruct(parsed, (client, struct) => {
      if (struct.kind !== 'item') return
      for (const { index, length } of occurrences(bytes, struct, words)) {
        candidates.push({ client, clock: struct.clock + index, update, start: struct.start, index, length })
      }
    })
  }
  // What is deleted is known only now: a later record says it.
  const alive = candidates.flatMap(candidate => pieces(candidate, deletes))
  if (alive.length === 0) return []
  const lineage = new Lineage(updates, deletes)
  for (const [update, bytes] of updates.entries()) {
    const parsed = yield* parsing(bytes)
    yield* eachStruct(parsed, (client, struct) => lineage.add(client, update, struct))
  }
  const placed: Placed[] = []
  for (const [i, candidate] of alive.entries()) {
    if (i % SLICE === SLICE - 1) yield
    const hanging = lineage.hangingOf(candidate)
    if (hanging === null) continue
    const { key, depth } = hanging
    if (after === null || compare({ ...candidate, depth }, after) > 0) placed.push({ ...candidate, key, depth })
  }
  placed.sort(compare)
  return made(placed, updates, words)
}

/** Deeper first; among equals any order, but always the same. */
function compare(one: HitPlace, other: HitPlace): number {
  return other.depth - one.depth || one.client - other.client || one.clock - other.clock
}

function* parsing(bytes: Uint8Array): Generator<void, ParsedUpdate> {
  const parser = new UpdateParser(bytes, false)
  while (!parser.advance(SLICE)) yield
  return parser.finish()
}

function* eachStruct(
  { sections }: ParsedUpdate,
  look: (client: number, struct: Struct) => void,
): Generator<void, void> {
  let count = 0
  for (const { client, structs } of sections) {
    for (const struct of structs) {
      look(client, struct)
      if (++count % SLICE === 0) yield
    }
  }
}

/** The values of an item in which the words occur. */
function* occurrences(
  bytes: Uint8Array,
  { start, end }: Struct,
  words: Words,
): Generator<{ index: number; length: number }> {
  const cursor = new Cursor(bytes, start, end)
  const { content } = readHeader(cursor)
  if (content === STRING) {
    const text = cursor.string()
    if (words.occurIn([text])) yield { index: 0, length: text.length }
  } else if (content === ANY || content === JSON_VALUES) {
    const count = cursor.uint()
    for (let index = 0; index < count; index++) {
      const texts: string[] = []
      if (content === ANY) readAny(cursor, texts)
      else readJson(cursor, texts)
      if (words.occurIn(texts)) yield { index, length: 1 }
    }
  }
}

/** What of a candidate is not deleted. */
function pieces(candidate: Candidate, deletes: Deletes): Candidate[] {
  const { client, clock, index, length } = candidate
  const left = uncovered(deletes.get(client), clock, clock + length)
  const found: Candidate[] = []
  for (let i = 0; i < left.length; i += 2) {
    const from = left[i]
    found.push({ ...candidate, clock: from, index: index + from - clock, length: left[i + 1] - from })
  }
  return found
}

/** The hits with their values, each made when it is asked for. */
function* made(placed: readonly Placed[], updates: readonly Uint8Array[], words: Words): Generator<RoomHit> {
  for (const { client, clock, update, start, index, length, key, depth } of placed) {
    const cursor = new Cursor(updates[update], start)
    const { content } = readHeader(cursor)
    if (content === STRING) {
      const value = cursor.string().slice(index, index + length)
      if (words.occurIn([value])) yield { key, client, clock, value, depth, bytes: value.length }
      continue
    }
    cursor.uint()
    let before = cursor.pos
    let value: Value = null
    for (let i = 0; i <= index; i++) {
      before = cursor.pos
      value = content === ANY ? readAny(cursor, []) : readJson(cursor, [])
    }
    yield { key, client, clock, value, depth, bytes: cursor.pos - before }
  }
}
