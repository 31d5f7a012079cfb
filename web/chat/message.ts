/** A chat message as it lies in the document: a plain object that never changes once it is written. */

import { type Attachment, maxAttachments, readAttachments } from './attachment.ts'
import { ownValue } from './own-value.ts'

export { ownValue } from './own-value.ts'

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
  /** The message it answers, with enough of it to show without loading its page. */
  readonly replyTo: ReplyTo | null
  /** Those whom the text names as `@Name`. */
  readonly mentions: readonly Author[]
  readonly attachments: readonly Attachment[]
}

/** A message to be written: what it does not have may be left out. */
export type Draft = Pick<Message, 'id' | 'author' | 'text' | 'at'> &
  Partial<Pick<Message, 'replyTo' | 'mentions' | 'attachments'>>

export interface ReplyTo {
  readonly id: string
  /** Where it lay when it was answered. */
  readonly page: number
  /** The author's name. */
  readonly author: string
  /** Its beginning. */
  readonly text: string
}

/** In UTF-16 units. Longer texts of other programs are shown cut, not refused. */
export const maxTextLength = 8_000
export const maxNameLength = 60
export const maxMentions = 50
/** In UTF-16 units. */
export const maxQuoteLength = 140
const maxIdLength = 128
const maxTime = 8.64e15
/** Half a thousand million messages. */
const maxPage = 999_999
/** How far another clock may run ahead and still be followed. */
const maxSkewMs = 5 * 60_000

/** The value as a message, or null when some program wrote another shape. Never throws. */
export function readMessage(value: unknown): Message | null {
  const id = ownValue(value, 'id')
  const text = ownValue(value, 'text')
  const at = ownValue(value, 'at')
  const author = readAuthor(ownValue(value, 'author'))
  if (!isId(id) || typeof text !== 'string' || author === null) return null
  if (!isTime(at)) return null
  return {
    id,
    author,
    text,
    at,
    replyTo: readReplyTo(ownValue(value, 'replyTo')),
    mentions: readMentions(ownValue(value, 'mentions')),
    attachments: readAttachments(ownValue(value, 'attachments')),
  }
}

export function newMessage(draft: Draft): Message {
  return { replyTo: null, mentions: [], attachments: [], ...draft }
}

/** The message as it is stored: a copy, without the fields that say nothing. */
export function plainMessage({ id, author, text, at, replyTo, mentions = [], attachments = [] }: Draft): Draft {
  return {
    id,
    author: { id: author.id, name: author.name },
    text,
    at,
    ...(replyTo ? { replyTo: { ...replyTo } } : {}),
    ...(mentions.length > 0 ? { mentions: plainMentions(mentions) } : {}),
    ...(attachments.length > 0
      ? { attachments: attachments.slice(0, maxAttachments).map(attachment => ({ ...attachment })) }
      : {}),
  }
}

/** What an answer remembers of a message that reads `text` now. */
export function replyTo({ id, author }: Pick<Message, 'id' | 'author'>, text: string, page: number): ReplyTo {
  return { id, page, author: author.name, text: cutText(text, maxQuoteLength) }
}

export function plainMentions(mentions: readonly Author[]): Author[] {
  return mentions.slice(0, maxMentions).map(({ id, name }) => ({ id, name }))
}

/** The value as what an answer remembers, or null. */
export function readReplyTo(value: unknown): ReplyTo | null {
  const id = ownValue(value, 'id')
  const page = ownValue(value, 'page')
  const author = ownValue(value, 'author')
  const text = ownValue(value, 'text')
  if (!isId(id) || !isPage(page) || typeof author !== 'string' || typeof text !== 'string') return null
  return { id, page, author: tidyName(author), text: cutText(text, maxQuoteLength) }
}

/** Those of a list that can be read, everybody once, at most `maxMentions`. */
export function readMentions(value: unknown): readonly Author[] {
  if (!Array.isArray(value)) return []
  const found = new Map<string, Author>()
  for (const element of value.slice(0, maxMentions)) {
    const author = readAuthor(element)
    if (author !== null && !found.has(author.id)) found.set(author.id, author)
  }
  return [...found.values()]
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

export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxIdLength
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxTime
}

/** The number of a page. */
export function isPage(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxPage
}

/** The beginning of a text, not cut within a character of two units. */
function cutText(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
