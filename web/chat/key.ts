/** Keys of flat maps: several parts in one string, as a JSON list. Nested maps lose what was set in the one that loses. */

const maxKeyLength = 2_000

export function encodeKey(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts)
}

/** The parts of a key, or null when it is no list of `length` parts as `encodeKey` writes it. */
export function decodeKey(key: string, length: number): readonly unknown[] | null {
  if (key.length > maxKeyLength || !key.startsWith('[')) return null
  try {
    const parts: unknown = JSON.parse(key)
    // Any other spelling would be a second key for the same thing.
    return Array.isArray(parts) && parts.length === length && JSON.stringify(parts) === key ? parts : null
  } catch {
    return null
  }
}
