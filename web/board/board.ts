/** A board as it is shown: columns in order, each with its cards in order, and the cards that are in none. */

import type * as Y from 'yjs'
import type { Readable } from '../chat/cell.ts'
import {
  type Card,
  type ColumnHead,
  cardsOf,
  columnsOf,
  hasNote,
  isSameCard,
  readCard,
  readColumn,
  readKey,
} from './card.ts'

export interface Column extends ColumnHead {
  readonly cards: readonly Card[]
}

export interface Board {
  readonly columns: readonly Column[]
  /** Cards whose column is gone: somebody put them there while somebody else deleted it. */
  readonly stray: readonly Card[]
}

/** Everything of a document. What is as it was in `before` is the same object. Never throws. */
export function readBoard(doc: Y.Doc, before: Board | null = null): Board {
  const known = new Map((before === null ? [] : cardsIn(before)).map(card => [card.id, card]))
  const cards = new Map<string, Card>()
  for (const id of idsIn(cardsOf(doc))) {
    const card = readCard(doc, id)
    if (card !== null) cards.set(id, share(card, known.get(id)))
  }
  const heads = new Map<string, ColumnHead>()
  for (const id of idsIn(columnsOf(doc))) {
    const head = readColumn(doc, id)
    if (head !== null) heads.set(id, head)
  }
  return arrange([...heads.values()], [...cards.values()], before)
}

export function cardsIn(board: Board): Card[] {
  return [...board.stray, ...board.columns.flatMap(column => column.cards)]
}

/** The board of a document. It is followed while somebody listens; after a time without, it is read anew. */
export class BoardState implements Readable<Board> {
  readonly doc: Y.Doc
  readonly #listeners = new Set<() => void>()
  #board: Board
  #cards = new Map<string, Card>()
  #heads = new Map<string, ColumnHead>()

  constructor(doc: Y.Doc) {
    this.doc = doc
    this.#board = readBoard(doc)
  }

  get = (): Board => this.#board

  subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#begin()
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.doc.off('afterTransaction', this.#changed)
    }
  }

  #begin(): void {
    this.doc.on('afterTransaction', this.#changed)
    this.#board = readBoard(this.doc, this.#board)
    this.#cards = new Map(cardsIn(this.#board).map(card => [card.id, card]))
    this.#heads = new Map(this.#board.columns.map(({ id, title, order }) => [id, { id, title, order }]))
  }

  readonly #changed = ({ changed }: Y.Transaction): void => {
    // Yjs lists them as another type than they are.
    const keysOf: ReadonlyMap<unknown, Set<string | null>> = changed
    const changedCards = idsOf(keysOf.get(cardsOf(this.doc)) ?? [])
    let isOther = false
    for (const id of idsOf(keysOf.get(columnsOf(this.doc)) ?? [])) isOther = this.#readHead(id) || isOther
    for (const card of this.#cards.values()) if (hasNote(this.doc, card.id) !== card.hasNote) changedCards.add(card.id)
    for (const id of changedCards) isOther = this.#readCard(id) || isOther
    if (!isOther) return
    this.#board = arrange([...this.#heads.values()], [...this.#cards.values()], this.#board)
    for (const listener of [...this.#listeners]) listener()
  }

  /** Whether it is another than before. */
  #readCard(id: string): boolean {
    const before = this.#cards.get(id)
    const card = readCard(this.doc, id)
    if (card === null) return this.#cards.delete(id)
    if (before !== undefined && isSameCard(before, card)) return false
    this.#cards.set(id, card)
    return true
  }

  #readHead(id: string): boolean {
    const before = this.#heads.get(id)
    const head = readColumn(this.doc, id)
    if (head === null) return this.#heads.delete(id)
    if (before !== undefined && before.title === head.title && before.order === head.order) return false
    this.#heads.set(id, head)
    return true
  }
}

function arrange(heads: readonly ColumnHead[], cards: readonly Card[], before: Board | null): Board {
  const cardsByColumn = new Map<string, Card[]>(heads.map(({ id }) => [id, []]))
  const stray: Card[] = []
  for (const card of cards) {
    const place = card.place === null ? undefined : cardsByColumn.get(card.place.column)
    if (place === undefined) stray.push(card)
    else place.push(card)
  }
  const known = new Map(before?.columns.map(column => [column.id, column]))
  const columns = [...heads].sort(byOrder).map(head => {
    const old = known.get(head.id)
    const list = shareList((cardsByColumn.get(head.id) ?? []).sort(byPlace), old?.cards)
    const isSame = old?.cards === list && old.title === head.title && old.order === head.order
    return isSame ? old : { ...head, cards: list }
  })
  const board = { columns: shareList(columns, before?.columns), stray: shareList(stray.sort(byPlace), before?.stray) }
  const isSame = before !== null && board.columns === before.columns && board.stray === before.stray
  return isSame ? before : board
}

function share(card: Card, before: Card | undefined): Card {
  return before !== undefined && isSameCard(before, card) ? before : card
}

function shareList<T>(list: readonly T[], before: readonly T[] | undefined): readonly T[] {
  return before !== undefined && before.length === list.length && list.every((item, n) => item === before[n])
    ? before
    : list
}

function byOrder(a: ColumnHead, b: ColumnHead): number {
  return compare(a.order, b.order) || compare(a.id, b.id)
}

function byPlace(a: Card, b: Card): number {
  return compare(a.place?.order ?? '', b.place?.order ?? '') || compare(a.id, b.id)
}

/** By UTF-16 unit, the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function idsIn(map: Y.Map<unknown>): Set<string> {
  return idsOf(map.keys())
}

function idsOf(keys: Iterable<string | null>): Set<string> {
  const ids = new Set<string>()
  for (const key of keys) {
    const id = key === null ? null : readKey(key)?.id
    if (id != null) ids.add(id)
  }
  return ids
}
