import { Cursor } from '../document/cursor.ts'
import { type Deletes, type Ranges, uncovered } from '../document/ranges.ts'
import { ANY, STRING } from '../document/struct.ts'
import { type Candidate, readUpdates } from './reading.ts'
import { PARSED_BYTES, SLICE_BYTES, scanAny, scanText } from './scan.ts'
import { readAny, readJson, type Value } from './value.ts'
import type { Words } from './words.ts'

/** A value of a room in which everything that was searched for occurs. */
export interface RoomHit {
  /** The key of the map it is in; null in a list or a text. */
  key: string | null
  /** The id of the value in Yjs, which never changes. */
  client: number
  clock: number
  /** Null when it is too large to be made. */
  value: Value
  /** How far down it is in its list: see `Lineage`. Of two hits the deeper one is first. */
  depth: number
  /** What it takes. */
  bytes: number
}

/** The place of a hit among those of its room. */
export type HitPlace = Pick<RoomHit, 'depth' | 'client' | 'clock'>

export interface RoomQuery {
  words: Words
  /** Hits up to this one were answered. */
  after: HitPlace | null
  /** So many hits are enough. */
  atMost: number
  /** A value that is larger is not made. */
  valueBytes: number
}

/** Where a hit is. */
interface Placed extends HitPlace {
  key: string | null
  candidate: Candidate
  piece: Piece
}

/** What of an item is not deleted and has the words. */
interface Piece {
  /** Which of the clocks of the item it begins at. */
  index: number
  start: number
  end: number
  /** Of a text: how many characters after `start` it begins, and how many it has. */
  from: number
  length: number
}

/** What a list or an object takes in memory at least. */
const OBJECT_BYTES = 64

/** Values that are placed before somebody else may have a turn. */
const SLICE = 500

/**
 * The first hits in a document that is given as updates (V1, known to be sound, in causal order), in their order. There is no
 * `Y.Doc`, and values are made only of what is answered. Yields a few times a millisecond.
 */
export function* searchRoom(
  updates: readonly Uint8Array[],
  { words, after, atMost, valueBytes }: RoomQuery,
): Generator<void, Iterable<RoomHit>> {
  const { candidates, deletes, lineage } = yield* readUpdates(updates, words)
  let best: Placed[] = []
  for (const candidate of candidates) {
    yield
    const hanging = yield* lineage.hangingOf(candidate)
    if (hanging === null) continue
    const { client, clock, update } = candidate
    const { key, depth } = hanging
    yield* eachPiece(candidate, updates[update], deletes, words, piece => {
      const { index } = piece
      const placed: Placed = { client, clock: clock + index, depth: depth + index, key, candidate, piece }
      if (after === null || compare(placed, after) > 0) best.push(placed)
      // Now and then, so that it is never much to sort, however many there are.
      if (best.length >= 2 * atMost + SLICE) best = firstOf(best, atMost)
    })
  }
  return made(firstOf(best, atMost), updates, valueBytes)
}

function firstOf(placed: Placed[], atMost: number): Placed[] {
  return placed.sort(compare).slice(0, atMost)
}

/** Deeper first; among equals any order, but always the same. */
function compare(one: HitPlace, other: HitPlace): number {
  return other.depth - one.depth || one.client - other.client || one.clock - other.clock
}

function* eachPiece(
  { client, clock, content, places, length }: Candidate,
  bytes: Uint8Array,
  deletes: Deletes,
  words: Words,
  take: (piece: Piece) => void,
): Generator<void, void> {
  const deleted = deletes.get(client)
  if (content === STRING) {
    const [, start, end] = places
    const left = uncovered(deleted, clock, clock + length)
    const cursor = new Cursor(bytes, start, end)
    if (left.length !== 2 || left[1] - left[0] < length) {
      yield* textPieces(cursor, clock, left, words, take)
      return
    }
    cursor.uint()
    take({ index: 0, start: cursor.pos, end, from: 0, length })
    return
  }
  for (let i = 0; i < places.length; i += 3) {
    if (i % (3 * SLICE) === 0) yield
    const [index, start, end] = [places[i], places[i + 1], places[i + 2]]
    const isLeft = uncovered(deleted, clock + index, clock + index + 1).length > 0
    if (isLeft) take({ index, start, end, from: 0, length: 1 })
  }
}

/** The same of a text of which these clocks are left, in one reading of it. */
function* textPieces(
  cursor: Cursor,
  clock: number,
  left: Ranges,
  words: Words,
  take: (piece: Piece) => void,
): Generator<void, void> {
  let at = clock
  let i = 0
  let finding = words.begin()
  let begin = { start: cursor.pos, from: 0 }
  yield* scanText(cursor, (part, partStart) => {
    const stop = at + part.length
    for (; i < left.length && left[i] < stop; i += 2) {
      const [first, last] = [left[i], left[i + 1]]
      if (first >= at) {
        finding = words.begin()
        begin = { start: partStart, from: first - at }
      }
      finding.add(part.slice(Math.max(first - at, 0), last - at), last <= stop)
      if (last > stop) break
      if (finding.isComplete)
        take({ start: begin.start, from: begin.from, end: cursor.end, index: first - clock, length: last - first })
    }
    at = stop
  })
}

/** The hits with their values, each made when it is asked for. */
function* made(placed: readonly Placed[], updates: readonly Uint8Array[], valueBytes: number): Generator<RoomHit> {
  for (const { key, client, clock, depth, candidate, piece } of placed) {
    const { content, update } = candidate
    const { start, end, from, length } = piece
    const bytes = content === STRING ? length : end - start
    const hit = { key, client, clock, depth, bytes }
    const cursor = new Cursor(updates[update], start, end)
    const isTooLarge = bytes > valueBytes || (content !== STRING && weightOf(content, cursor) > valueBytes)
    if (isTooLarge) yield { ...hit, value: null, bytes: 0 }
    else if (content === STRING) yield { ...hit, value: textAt(cursor, from, length) }
    else yield { ...hit, value: content === ANY ? readAny(cursor) : readJson(cursor) }
  }
}

/** What a value takes in memory, more or less, when that is more than its bytes. */
function weightOf(content: Candidate['content'], { bytes, pos, end }: Cursor): number {
  if (end - pos <= SLICE_BYTES) return 0
  if (content !== ANY) return end - pos <= PARSED_BYTES ? 0 : Number.POSITIVE_INFINITY
  const scan = scanAny(new Cursor(bytes, pos, end), null)
  for (;;) {
    const { done, value } = scan.next()
    if (done === true) return end - pos + OBJECT_BYTES * value
  }
}

/** So many characters of a text, from so many after the beginning of a part of it. */
function textAt({ bytes, pos, end }: Cursor, from: number, length: number): string {
  // A character of UTF-16 takes three bytes at most; what is cut off behind does not matter.
  const stop = Math.min(end, pos + 3 * (from + length))
  return Buffer.from(bytes.buffer, bytes.byteOffset + pos, stop - pos)
    .toString('utf8')
    .slice(from, from + length)
}
