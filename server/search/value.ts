import { type Cursor, MalformedError } from '../document/cursor.ts'
import { MAX_VALUE_DEPTH } from '../document/value.ts'

/** A value as JSON has it, without prototypes: keys come from strangers. Bytes are `{base64}`, big integers text. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }

/** Reads lib0's `any` at the cursor. */
export function readAny(cursor: Cursor, depth = 0): Value {
  if (depth > MAX_VALUE_DEPTH) throw new MalformedError('a value is nested too deeply')
  switch (cursor.byte()) {
    case 125:
      return readInt(cursor)
    case 124:
      return finite(viewOf(cursor, 4).getFloat32(0))
    case 123:
      return finite(viewOf(cursor, 8).getFloat64(0))
    case 122:
      return viewOf(cursor, 8).getBigInt64(0).toString()
    case 121:
      return false
    case 120:
      return true
    case 119:
      return cursor.string()
    case 118: {
      const object: { [key: string]: Value } = Object.create(null)
      for (let left = cursor.uint(); left > 0; left--) object[cursor.string()] = readAny(cursor, depth + 1)
      return object
    }
    case 117: {
      const list: Value[] = []
      for (let left = cursor.uint(); left > 0; left--) list.push(readAny(cursor, depth + 1))
      return list
    }
    case 116:
      return withoutPrototype({ base64: base64Of(cursor) })
    default:
      return null
  }
}

/** The same for a value that is JSON text, as old Yjs wrote it. */
export function readJson(cursor: Cursor): Value {
  const text = cursor.string()
  return text === 'undefined' ? null : plain(JSON.parse(text), 0)
}

function plain(value: unknown, depth: number): Value {
  if (depth > MAX_VALUE_DEPTH) throw new MalformedError('a value is nested too deeply')
  if (Array.isArray(value)) return value.map(item => plain(item, depth + 1))
  if (typeof value === 'object' && value !== null) {
    const object: { [key: string]: Value } = Object.create(null)
    for (const [key, item] of Object.entries(value)) object[key] = plain(item, depth + 1)
    return object
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** lib0's varInt: the sign is the second-highest bit of the first byte. */
function readInt(cursor: Cursor): number {
  let byte = cursor.byte()
  const sign = (byte & 0x40) === 0 ? 1 : -1
  let value = byte & 0x3f
  for (let factor = 64; byte >= 0x80; factor *= 128) {
    byte = cursor.byte()
    value += (byte & 0x7f) * factor
  }
  return sign * value
}

function viewOf(cursor: Cursor, length: number): DataView {
  const { bytes, pos } = cursor
  cursor.skip(length)
  return new DataView(bytes.buffer, bytes.byteOffset + pos, length)
}

function base64Of(cursor: Cursor): string {
  const length = cursor.uint()
  const start = cursor.pos
  cursor.skip(length)
  return Buffer.from(cursor.bytes.subarray(start, cursor.pos)).toString('base64')
}

function withoutPrototype(object: { [key: string]: Value }): { [key: string]: Value } {
  return Object.assign(Object.create(null), object)
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
