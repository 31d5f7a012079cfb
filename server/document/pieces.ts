import { Cursor, decodeUtf8 } from './cursor.ts'
import { ANY, STRING } from './struct.ts'
import { skipAny } from './value.ts'

/** A content larger than this is read in segments of about so many bytes. */
export const SEGMENT_BYTES = 4096

/** Where the segments of a content begin, and where it ends: [clocks into it, byte, clocks, byte, ...]. */
export type Milestones = readonly number[]

/** Where a content of text or of values stands: its bytes behind the count with which it begins. */
export interface Standing {
  bytes: Uint8Array
  content: number
  start: number
  end: number
  /** In clocks. */
  length: number
}

/** Looks through a content once. A value larger than a segment is one of its own, or the end of one. */
export function milestonesOf({ bytes, content, start, end, length }: Standing): Milestones {
  const found = [0, start]
  if (end - start > SEGMENT_BYTES) {
    if (content === STRING) findInText(found, bytes, start, end)
    else findInValues(found, bytes, content, start, length)
  }
  found.push(length, end)
  return found
}

function findInText(found: number[], bytes: Uint8Array, start: number, end: number): void {
  for (let at = start, mark = start, units = 0; at < end; at++) {
    const byte = bytes[at]
    if ((byte & 0xc0) === 0x80) continue
    if (at - mark >= SEGMENT_BYTES) {
      found.push(units, at)
      mark = at
    }
    units += byte >= 0xf0 ? 2 : 1
  }
}

function findInValues(found: number[], bytes: Uint8Array, content: number, start: number, length: number): void {
  const cursor = new Cursor(bytes, start)
  for (let i = 0, mark = start; i < length; i++) {
    if (cursor.pos - mark >= SEGMENT_BYTES) {
      found.push(i, cursor.pos)
      mark = cursor.pos
    }
    skipValue(cursor, content)
  }
}

/**
 * A content of text or of values, read piece by piece: what one piece costs depends on its own size, not on that of the whole.
 */
export class Pieces {
  readonly #standing: Standing
  readonly #milestones: Milestones
  /** The segment that was read last, decoded. */
  #segment = { index: -1, text: '' }
  /** A value, and where it begins: later ones are looked for from here. */
  #value = { at: 0, pos: 0 }

  constructor(standing: Standing, milestones: Milestones) {
    this.#standing = standing
    this.#milestones = milestones
  }

  /** UTF-16 units [from, to) of a text. */
  text(from: number, to: number): string {
    let text = ''
    for (let index = this.#find(from); index < this.#milestones.length - 2; index += 2) {
      const first = this.#milestones[index]
      if (first >= to) break
      text += this.#decoded(index).slice(Math.max(from - first, 0), to - first)
    }
    return text
  }

  /** Where the value at `at` begins and ends. */
  value(at: number): { start: number; end: number } {
    const { bytes, content } = this.#standing
    const index = this.#find(at)
    const milestones = this.#milestones
    const isBehind = this.#value.at > at || this.#value.pos < milestones[index + 1]
    const cursor = new Cursor(bytes, isBehind ? milestones[index + 1] : this.#value.pos)
    for (let i = isBehind ? milestones[index] : this.#value.at; i < at; i++) skipValue(cursor, content)
    const start = cursor.pos
    if (milestones[index + 2] === at + 1) cursor.pos = milestones[index + 3]
    else skipValue(cursor, content)
    this.#value = { at: at + 1, pos: cursor.pos }
    return { start, end: cursor.pos }
  }

  #decoded(index: number): string {
    if (this.#segment.index !== index) {
      const [start, end] = [this.#milestones[index + 1], this.#milestones[index + 3]]
      this.#segment = { index, text: decodeUtf8(this.#standing.bytes.subarray(start, end)) }
    }
    return this.#segment.text
  }

  /** Index of the last milestone at or before `at`. */
  #find(at: number): number {
    let low = 0
    let high = this.#milestones.length >> 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#milestones[2 * middle] > at) high = middle
      else low = middle + 1
    }
    return 2 * (low - 1)
  }
}

function skipValue(cursor: Cursor, content: number): void {
  if (content === ANY) skipAny(cursor, false, 0)
  else cursor.skipBytes()
}
