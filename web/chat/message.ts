/** A chat message as it lies in the document: a plain object that never changes once it is written. */

export interface Author {
  readonly id: string
  readonly name: string
}

export interface Message {
  /** Made by the author's client; the same id twice is the same message. */
  readonly id: string
  readonly author: Author
  readonly text: string
  /** Milliseconds since the epoch by the author's clock, never before what the author had just read. */
  readonly at: number
}

/** In UTF-16 units. Longer texts of other programs are shown cut, not refused. */
export const maxTextLength = 8_000
export const maxNameLength = 60
const maxIdLength = 128
const maxTime = 8.64e15
/** How far another clock may run ahead and still be followed. */
const maxSkewMs = 5 * 60_000

/** The value as a message, or null when some program wrote another shape. Never throws. */
export function readMessage(value: unknown): Message | null {
  const id = ownValue(value, 'id')
  const text = ownValue(value, 'text')
  const at = ownValue(value, 'at')
  const author = readAuthor(ownValue(value, 'author'))
  if (!isId(id) || typeof text !== 'string' || author === null) return null
  if (typeof at !== 'number' || !(at >= 0 && at <= maxTime)) return null
  return { id, author, text, at }
}

/** The value as an author, or null. A name of nothing but spaces comes out empty. */
export function readAuthor(value: unknown): Author | null {
  const id = ownValue(value, 'id')
  const name = ownValue(value, 'name')
  if (!isId(id) || typeof name !== 'string') return null
  return { id, name: tidyName(name) }
}

/** One line, no control characters, at most `maxNameLength` characters. */
export function tidyName(name: string): string {
  const line = name
    .slice(0, maxNameLength * 8)
    .replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim()
  return [...line].slice(0, maxNameLength).join('').trim()
}

/** What may be written: ends trimmed of blank lines, lone surrogates replaced as any encoder would. */
export function tidyText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/^(?:[^\S\n]*\n)+|\s+$/g, '')
}

/**
 * The time for a message written `now` by someone whose newest own message has `lastOwn` and whose log ends at
 * `latest`: later than both, so that an answer never sorts before its question. A clock that runs more than five
 * minutes ahead is not followed.
 */
export function nextTime(now: number, lastOwn: number, latest: number): number {
  const afterLatest = latest < now + maxSkewMs ? latest + 1 : 0
  return Math.max(now, lastOwn + 1, afterLatest)
}

/** 128 random bits in hexadecimal. Unlike `randomUUID` this works on plain http in a local network, too. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** An own property only: a decoded `__proto__` key can make an object inherit from what a stranger wrote. */
export function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.getOwnPropertyDescriptor(value, key)?.value
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxIdLength
}
