/** Bytes `start` to `end`, both included, of so many. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The one range that a `Range` header asks for (RFC 9110, 14). Null means everything: there is no header, or one of a kind
 * that may be ignored. `unsatisfiable` when there are no such bytes.
 */
export function rangeOf(header: string | null, size: number): ByteRange | null | 'unsatisfiable' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || (first === '' && last === '')) return null
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'unsatisfiable' : { start, end }
}
