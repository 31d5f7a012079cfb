/**
 * Columns and cards as they lie in the document: each field of each under a key of its own, so that edits of different
 * fields made at once all count.
 */

import type * as Y from 'yjs'
import { type Author, ownValue, readAuthor } from '../chat/message.ts'
import { readOrder } from './order.ts'

/** Where a card is. One value, so that a move is whole: never the column of one person and the order of another. */
export interface Place {
  readonly column: string
  readonly order: string
}

export interface Card {
  readonly id: string
  /** Empty when there is none. */
  readonly title: string
  /** Null when some program wrote another shape. */
  readonly place: Place | null
  readonly assignee: Author | null
  readonly done: boolean
  readonly createdAt: number
  readonly createdBy: Author | null
  /** Whether its description has a word in it. */
  readonly hasNote: boolean
}

export interface ColumnHead {
  readonly id: string
  readonly title: string
  readonly order: string
}

export type CardField = 'title' | 'place' | 'assignee' | 'done' | 'createdAt' | 'createdBy' | 'removedAt'
export type ColumnField = 'title' | 'order' | 'createdAt' | 'removedAt'

/** In UTF-16 units. What others wrote longer is shown cut. */
export const maxTitleLength = 300
export const maxNoteLength = 20_000
const maxIdLength = 64

export const cardsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('cards')
export const columnsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('columns')

/**
 * The description of a card: a root type of the document, which is the same for two people who begin it at once, while of
 * two texts that were put into a map one would be lost.
 */
export const noteOf = (doc: Y.Doc, card: string): Y.Text => doc.getText(notePrefix + card)

export function keyOf(id: string, field: CardField | ColumnField): string {
  return JSON.stringify([id, field])
}

/** Of whom a key speaks and of what; null of a key that some program made up. */
export function readKey(key: string): { id: string; field: string } | null {
  const match = /^\["([\w-]+)","(\w+)"\]$/.exec(key)
  const [, id, field] = match ?? []
  return id === undefined || field === undefined || id.length > maxIdLength ? null : { id, field }
}

export function hasNote(doc: Y.Doc, card: string): boolean {
  // Asking for a root type makes it.
  return doc.share.has(notePrefix + card) && noteOf(doc, card).length > 0
}

/**
 * A card, unless there is none or it was removed. It is there while its `createdAt` is, which only its author writes: when
 * they take back its making, nothing of it stays for an edit that somebody made of it meanwhile.
 */
export function readCard(doc: Y.Doc, id: string): Card | null {
  const cards = cardsOf(doc)
  const createdAt = readTime(cards.get(keyOf(id, 'createdAt')))
  if (createdAt === null || readTime(cards.get(keyOf(id, 'removedAt'))) !== null) return null
  return {
    id,
    title: readTitle(cards.get(keyOf(id, 'title'))),
    place: readPlace(cards.get(keyOf(id, 'place'))),
    assignee: readAuthor(cards.get(keyOf(id, 'assignee'))),
    done: cards.get(keyOf(id, 'done')) === true,
    createdAt,
    createdBy: readAuthor(cards.get(keyOf(id, 'createdBy'))),
    hasNote: hasNote(doc, id),
  }
}

export function readColumn(doc: Y.Doc, id: string): ColumnHead | null {
  const columns = columnsOf(doc)
  if (readTime(columns.get(keyOf(id, 'createdAt'))) === null) return null
  if (readTime(columns.get(keyOf(id, 'removedAt'))) !== null) return null
  return {
    id,
    title: readTitle(columns.get(keyOf(id, 'title'))),
    order: readOrder(columns.get(keyOf(id, 'order'))),
  }
}

export function isSameCard(a: Card, b: Card): boolean {
  return (
    a.title === b.title &&
    a.place?.column === b.place?.column &&
    a.place?.order === b.place?.order &&
    isSameAuthor(a.assignee, b.assignee) &&
    a.done === b.done &&
    a.createdAt === b.createdAt &&
    isSameAuthor(a.createdBy, b.createdBy) &&
    a.hasNote === b.hasNote
  )
}

/** One line, no control characters. */
export function tidyTitle(title: string): string {
  return title
    .slice(0, maxTitleLength)
    .replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim()
}

const notePrefix = 'note:'
const maxTime = 8.64e15

function readTitle(value: unknown): string {
  return typeof value === 'string' ? tidyTitle(value) : ''
}

function readPlace(value: unknown): Place | null {
  const column = ownValue(value, 'column')
  if (typeof column !== 'string' || column.length > maxIdLength) return null
  return { column, order: readOrder(ownValue(value, 'order')) }
}

function readTime(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= maxTime ? value : null
}

function isSameAuthor(a: Author | null, b: Author | null): boolean {
  return a?.id === b?.id && a?.name === b?.name
}
