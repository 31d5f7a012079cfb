import { type Cursor, decodeUtf8 } from '../document/cursor.ts'
import { skipAny } from '../document/value.ts'
import type { Finding } from './words.ts'

/** Bytes that are read before somebody else may have a turn: the dearest of them take a millisecond. */
export const SLICE_BYTES = 4096

/** JSON that is longer is searched as it is written, and never made: to parse it takes one go. */
export const PARSED_BYTES = 64 * 1024

/** Whether somebody else should have a turn. */
export class Turn {
  readonly #cursor: Cursor
  #since: number

  constructor(cursor: Cursor) {
    this.#cursor = cursor
    this.#since = cursor.pos
  }

  isOver(): boolean {
    if (this.#cursor.pos - this.#since < SLICE_BYTES) return false
    this.#since = this.#cursor.pos
    return true
  }
}

/** Reads a text in parts that end between characters. `take` is told where one begins, and whether it is the last. */
export function* scanText(
  cursor: Cursor,
  take: (part: string, start: number, isLast: boolean) => void,
): Generator<void, void> {
  const end = cursor.uint() + cursor.pos
  for (;;) {
    const { bytes, pos: start } = cursor
    let stop = Math.min(start + SLICE_BYTES, end)
    while (stop < end && (bytes[stop] & 0xc0) === 0x80) stop--
    cursor.pos = stop
    take(decodeUtf8(bytes.subarray(start, stop)), start, stop === end)
    if (stop === end) return
    yield
  }
}

/** Values still to come of a list or an object. */
interface Open {
  left: number
  hasKeys: boolean
}

/**
 * Looks at every text in lib0's `any`, keys aside, and makes nothing of it: a value of two bytes can take hundreds in memory.
 * Returns how many lists and objects there are.
 */
export function* scanAny(cursor: Cursor, finding: Finding | null): Generator<void, number> {
  const turn = new Turn(cursor)
  const outer: Open[] = []
  let count = 0
  let open: Open | undefined = { left: 1, hasKeys: false }
  while (open !== undefined) {
    if (turn.isOver()) yield
    if (open.left === 0) {
      open = outer.pop()
      continue
    }
    open.left--
    if (open.hasKeys) cursor.skipBytes()
    const kind = cursor.byte()
    if (kind === 119 && finding !== null) {
      yield* scanText(cursor, (part, _start, isLast) => finding.add(part, isLast))
    } else if (kind === 118 || kind === 117) {
      count++
      outer.push(open)
      open = { left: cursor.uint(), hasKeys: kind === 118 }
    } else {
      cursor.pos--
      skipAny(cursor, false, 0)
    }
  }
  return count
}

/** The same for a value that is JSON text, as old Yjs wrote it. */
export function* scanJson(cursor: Cursor, finding: Finding): Generator<void, void> {
  const start = cursor.pos
  const length = cursor.uint()
  if (length > PARSED_BYTES) {
    cursor.pos = start
    yield* scanText(cursor, (part, _start, isLast) => finding.add(part, isLast))
    return
  }
  cursor.pos = start
  const text = cursor.string()
  if (text !== 'undefined') lookInto(JSON.parse(text), finding)
}

function lookInto(value: unknown, finding: Finding): void {
  if (typeof value === 'string') finding.add(value, true)
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) lookInto(part, finding)
}
