import { Cursor, MalformedError } from './cursor.ts'

/** Values nested deeper than this overflow the stack of whoever reads or writes them. */
export const MAX_VALUE_DEPTH = 128

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
  if (jsonDepth(text) > MAX_VALUE_DEPTH) throw new MalformedError('a value is nested too deeply')
  try {
    JSON.parse(text)
  } catch {
    throw new MalformedError('a value is not valid JSON')
  }
}

/** How deep brackets outside strings are nested. The text need not be JSON. */
function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 0x5c) i++
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (char === 0x5d || char === 0x7d) depth--
  }
  return deepest
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
