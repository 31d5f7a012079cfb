/** What people do to a board: each a transaction of its own. */

import type * as Y from 'yjs'
import { type Author, newId } from '../chat/message.ts'
import type { Board } from './board.ts'
import {
  type Card,
  type CardField,
  type ColumnField,
  cardsOf,
  columnsOf,
  keyOf,
  type Place,
  tidyTitle,
} from './card.ts'
import { evenOrders, orderBetween } from './order.ts'

/** A board's document, and what of it is shown. */
export interface Sheet {
  readonly doc: Y.Doc
  get(): Board
}

export interface Maker {
  readonly person: Author
  now(): number
  /** In [0, 1). */
  random(): number
}

/** A card at the end of a column. Returns its id. */
export function addCard(sheet: Sheet, column: string, title: string, { person, now, random }: Maker): string {
  const id = newId()
  sheet.doc.transact(() => {
    setCard(sheet.doc, id, 'createdAt', now())
    setCard(sheet.doc, id, 'createdBy', copyOf(person))
    setCard(sheet.doc, id, 'title', tidyTitle(title))
    placeCard(sheet, id, column, Number.POSITIVE_INFINITY, random)
  })
  return id
}

/** Puts a card among those of a column: `index` counts the others only. */
export function moveCard(sheet: Sheet, id: string, column: string, index: number, random: () => number): void {
  sheet.doc.transact(() => placeCard(sheet, id, column, index, random))
}

export function renameCard(doc: Y.Doc, id: string, title: string): void {
  setCard(doc, id, 'title', tidyTitle(title))
}

export function assignCard(doc: Y.Doc, id: string, assignee: Author | null): void {
  if (assignee === null) cardsOf(doc).delete(keyOf(id, 'assignee'))
  else setCard(doc, id, 'assignee', copyOf(assignee))
}

export function finishCard(doc: Y.Doc, id: string, done: boolean): void {
  setCard(doc, id, 'done', done)
}

/** It stays in the document, marked: an edit made of it at the same time is not lost with it. */
export function removeCard(doc: Y.Doc, id: string, at: number): void {
  setCard(doc, id, 'removedAt', at)
}

/** A column at the end. Returns its id. */
export function addColumn(sheet: Sheet, title: string, { now, random }: Maker): string {
  const id = newId()
  sheet.doc.transact(() => {
    setColumn(sheet.doc, id, 'createdAt', now())
    setColumn(sheet.doc, id, 'title', tidyTitle(title))
    placeColumn(sheet, id, Number.POSITIVE_INFINITY, random)
  })
  return id
}

/**
 * The first columns of an empty board, with ids and places that are always the same: when two people begin at once, there
 * are three columns and not six.
 */
export function beginBoard(doc: Y.Doc, titles: readonly [string, string, string], at: number): void {
  const ids = ['todo', 'doing', 'done']
  const orders = evenOrders(ids.length)
  doc.transact(() => {
    ids.forEach((id, n) => {
      columnsOf(doc).delete(keyOf(id, 'removedAt'))
      setColumn(doc, id, 'createdAt', at)
      setColumn(doc, id, 'title', tidyTitle(titles[n] ?? ''))
      setColumn(doc, id, 'order', orders[n])
    })
  })
}

/** Puts a column among the others: `index` counts those only. */
export function moveColumn(sheet: Sheet, id: string, index: number, random: () => number): void {
  sheet.doc.transact(() => placeColumn(sheet, id, index, random))
}

export function renameColumn(doc: Y.Doc, id: string, title: string): void {
  setColumn(doc, id, 'title', tidyTitle(title))
}

/**
 * What becomes of the cards of a column that is removed: they go to the end of another, are removed with it, or stay and
 * are shown without a column.
 */
export type CardsGo = { readonly kind: 'to'; readonly column: string } | { readonly kind: 'away' | 'nowhere' }

export function removeColumn(sheet: Sheet, id: string, cards: CardsGo, { now, random }: Maker): void {
  const column = sheet.get().columns.find(one => one.id === id)
  sheet.doc.transact(() => {
    if (cards.kind === 'to') appendAll(sheet, column?.cards ?? [], cards.column, random)
    if (cards.kind === 'away') for (const card of column?.cards ?? []) removeCard(sheet.doc, card.id, now())
    setColumn(sheet.doc, id, 'removedAt', now())
  })
}

function appendAll({ doc, get }: Sheet, cards: readonly Card[], column: string, random: () => number): void {
  const others = get().columns.find(one => one.id === column)?.cards ?? []
  let last = others.at(-1)?.place?.order ?? null
  for (const card of cards) {
    const order = orderBetween(last, null, random)
    if (order === null) {
      spaceCards(doc, [...others, ...cards], column)
      return
    }
    setPlace(doc, card.id, { column, order })
    last = order
  }
}

function placeCard({ doc, get }: Sheet, id: string, column: string, index: number, random: () => number): void {
  const cards = get().columns.find(one => one.id === column)?.cards ?? []
  const others = cards.filter(card => card.id !== id)
  const at = Math.min(Math.max(index, 0), others.length)
  const order = orderBetween(orderOf(others[at - 1]), orderOf(others[at]), random)
  if (order !== null) setPlace(doc, id, { column, order })
  else spaceCards(doc, [...others.slice(0, at), { id }, ...others.slice(at)], column)
}

/** Gives all cards of a column other places, in that order. */
function spaceCards(doc: Y.Doc, cards: readonly Pick<Card, 'id'>[], column: string): void {
  const orders = evenOrders(cards.length)
  cards.forEach(({ id }, n) => {
    const order = orders[n]
    if (order !== undefined) setPlace(doc, id, { column, order })
  })
}

function placeColumn({ doc, get }: Sheet, id: string, index: number, random: () => number): void {
  const others = get().columns.filter(column => column.id !== id)
  const at = Math.min(Math.max(index, 0), others.length)
  const order = orderBetween(others[at - 1]?.order ?? null, others[at]?.order ?? null, random)
  if (order !== null) {
    setColumn(doc, id, 'order', order)
    return
  }
  const ids = [...others.slice(0, at).map(column => column.id), id, ...others.slice(at).map(column => column.id)]
  const orders = evenOrders(ids.length)
  ids.forEach((one, n) => {
    setColumn(doc, one, 'order', orders[n])
  })
}

function orderOf(card: Card | undefined): string | null {
  return card === undefined ? null : (card.place?.order ?? '')
}

function setPlace(doc: Y.Doc, id: string, { column, order }: Place): void {
  setCard(doc, id, 'place', { column, order })
}

function setCard(doc: Y.Doc, id: string, field: CardField, value: unknown): void {
  cardsOf(doc).set(keyOf(id, field), value)
}

function setColumn(doc: Y.Doc, id: string, field: ColumnField, value: unknown): void {
  columnsOf(doc).set(keyOf(id, field), value)
}

function copyOf({ id, name }: Author): Author {
  return { id, name }
}
