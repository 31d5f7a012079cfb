import { createHash } from 'node:crypto'
import { createDecoder, readAny } from 'lib0/decoding'
import { isTooDeep, MAX_VALUE_DEPTH } from '../../protocol/json.ts'
import { Cursor, MalformedError } from './cursor.ts'

export { MAX_VALUE_DEPTH }

/** Reads a count and then as many things. Returns the count. */
export function readMany(cursor: Cursor, skipOne: () => void): number {
  const count = cursor.uint()
  if (count > cursor.left) throw new MalformedError('a count exceeds the data')
  for (let i = 0; i < count; i++) skipOne()
  return count
}

export function skipJson(cursor: Cursor, check: boolean, allowUndefined: boolean): void {
  if (!check) {
    cursor.skipBytes()
    return
  }
  const text = cursor.string()
  if (allowUndefined && text === 'undefined') return
  if (isTooDeep(text)) throw new MalformedError('a value is nested too deeply')
  try {
    JSON.parse(text)
  } catch {
    throw new MalformedError('a value is not valid JSON')
  }
}

/** lib0's `any`: 116 bytes, 117 array, 118 object, 119 string, ... 127 undefined. */
export function skipAny(cursor: Cursor, check: boolean, depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw new MalformedError('a value is nested too deeply')
  switch (cursor.byte()) {
    case 127:
    case 126:
    case 121:
    case 120:
      return
    case 125:
      cursor.skipInt()
      return
    case 124:
      cursor.skip(4)
      return
    case 123:
    case 122:
      cursor.skip(8)
      return
    case 119:
      cursor.skipString(check)
      return
    case 118:
      readMany(cursor, () => {
        skipKey(cursor, check)
        skipAny(cursor, check, depth + 1)
      })
      return
    case 117:
      readMany(cursor, () => skipAny(cursor, check, depth + 1))
      return
    case 116:
      cursor.skipBytes()
      return
    default:
      throw new MalformedError('a value has an unknown type')
  }
}

/** Skips a key of an object and returns it when it is one that decides something. */
export function skipKey(cursor: Cursor, check: boolean): string | null {
  const start = cursor.pos
  cursor.skipString(check)
  if (!check) return null
  const length = cursor.pos - start - 1
  if (length !== 4 && length !== 9) return null
  const key = new Cursor(cursor.bytes, start, cursor.pos).string()
  // lib0 assigns it, so that the object inherits from whatever the sender put there.
  if (key === '__proto__') throw new MalformedError('a value changes its prototype')
  return key
}

export function equalBytes(
  a: Uint8Array,
  start: number,
  end: number,
  b: Uint8Array,
  otherStart: number,
  otherEnd: number,
): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let i = start, j = otherStart; i < end; i++, j++) if (a[i] !== b[j]) return false
  return true
}

/** What large values come to, by where they begin: to read one takes milliseconds, and it may be asked for often. */
export type Digests = Map<number, string>

const LARGE_BYTES = 4096

/** A value of lib0's `any` as text: equal texts are equal values, whoever encoded them. */
export function canonicalAny(bytes: Uint8Array, start: number, end: number, digests: Digests): string {
  return digested(start, end, digests, () => canonical(readAny(createDecoder(bytes.subarray(start, end)))))
}

/** The same of JSON behind its length. */
export function canonicalJson(bytes: Uint8Array, start: number, end: number, digests: Digests): string {
  return digested(start, end, digests, () => {
    const text = new Cursor(bytes, start, end).string()
    return text === 'undefined' ? text : canonical(JSON.parse(text))
  })
}

function digested(start: number, end: number, digests: Digests, make: () => string): string {
  const known = digests.get(start)
  if (known !== undefined) return known
  const text = make()
  if (text.length < LARGE_BYTES && end - start < LARGE_BYTES) return text
  const digest = text.length < LARGE_BYTES ? text : createHash('sha256').update(text).digest('base64')
  if (end - start >= LARGE_BYTES) digests.set(start, digest)
  return digest
}

/** Written as JSON with sorted keys; what JSON cannot say has words of its own. */
function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      // JSON of a number too large for JavaScript is read as infinity, and written as null.
      return Number.isFinite(value) ? String(value) : 'null'
    case 'object':
      break
    default:
      return String(value)
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const entries = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
  return `{${entries.sort().join()}}`
}
