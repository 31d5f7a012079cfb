/** Looking for words in messages: what is loaded here, and what the server found. */

import { readEditSaid } from './annotations.ts'
import { readMessage } from './message.ts'
import { ownValue } from './own-value.ts'
import type { Shown } from './shown.ts'

/** A message that has the words, as it was when it was found. */
export interface Hit {
  readonly id: string
  readonly page: number
  /** Of an edit, whose message was not found itself, it is not known. */
  readonly author: string | null
  readonly text: string
  readonly at: number
}

export interface FoundPage {
  readonly hits: readonly Hit[]
  /** Where to go on; null when all was looked through. */
  readonly next: string | null
}

/** All the words must be there, whatever their case. */
export function hasWords(text: string, typed: string): boolean {
  const haystack = fold(text)
  const words = wordsOf(typed)
  return words.length > 0 && words.every(word => haystack.includes(word))
}

/** The latest first. */
export function searchShown(log: readonly Shown[], typed: string): readonly Hit[] {
  return log
    .filter(({ text, isDeleted }) => !isDeleted && hasWords(text, typed))
    .map(({ message, page, text }) => ({ id: message.id, page, author: message.author.name, text, at: message.at }))
    .reverse()
}

/** What the server's search answers, as messages: anything else in it is left out. Null when it is no such answer. */
export function readFound(answer: unknown): FoundPage | null {
  const hits = ownValue(answer, 'hits')
  const next = ownValue(answer, 'next')
  if (!Array.isArray(hits)) return null
  return { hits: hits.flatMap(hit => readHit(hit) ?? []), next: typeof next === 'string' ? next : null }
}

function readHit(hit: unknown): Hit | null {
  const room = ownValue(hit, 'room')
  const key = ownValue(hit, 'key')
  const value = ownValue(hit, 'value')
  const page = typeof room === 'string' ? Number(/\/(\d{1,6})$/.exec(room)?.[1] ?? Number.NaN) : Number.NaN
  if (!Number.isInteger(page)) return null
  const message = key === null ? readMessage(value) : null
  if (message !== null) {
    return { id: message.id, page, author: message.author.name, text: message.text, at: message.at }
  }
  const edit = typeof key === 'string' ? readEditSaid(key, value) : null
  return edit === null ? null : { id: edit.messageId, page, author: null, text: edit.text, at: edit.at }
}

function wordsOf(typed: string): readonly string[] {
  return fold(typed).split(/\s+/).filter(Boolean)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
