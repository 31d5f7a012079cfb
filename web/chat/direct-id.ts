/** The id of a conversation of two people: the same whoever opens it, and one that a token's room patterns can speak of. */

import { digest } from 'lib0/hash/sha256'

/** Two of them, `dm.` and a dot are 196 bytes of the 248 that a channel's id may have. */
const maxPartBytes = 96

/** `dm.<a>.<b>`, sorted. Who may be in the conversations of `ada` has `chat/dm.ada.*` and `chat/dm.*.ada`, each also with `/**`. */
export function directId(a: string, b: string): string {
  return `dm.${[directPart(a), directPart(b)].sort().join('.')}`
}

/**
 * How a user is called in the ids of conversations: percent-encoded, with everything that means something in an id or a
 * pattern. A user's id that is too long for that is called by its SHA-256; the `=` cannot come from encoding.
 */
export function directPart(userId: string): string {
  const sound = userId.replace(/\p{Surrogate}/gu, '\ufffd')
  const part = encodeURIComponent(sound).replace(/[.*~!'()]/g, percent)
  if (part.length <= maxPartBytes) return part
  const hash = Array.from(digest(new TextEncoder().encode(sound)), byte => byte.toString(16).padStart(2, '0'))
  return `=${hash.join('')}`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
