/** The hands of the person at a board: every edit is said aloud, and a deletion can be taken back. */

import { Cell } from '../chat/cell.ts'
import type { Author } from '../chat/message.ts'
import { type Board, type BoardState, cardsIn } from './board.ts'
import {
  addCard,
  addColumn,
  assignCard,
  beginBoard,
  type CardsGo,
  finishCard,
  type Maker,
  moveCard,
  moveColumn,
  removeCard,
  removeColumn,
  renameCard,
  renameColumn,
} from './edits.ts'
import { words } from './words.ts'

export type Direction = 'up' | 'down' | 'left' | 'right'

/** Where a card is shown. `column` is null of one without a column. */
export interface Spot {
  readonly column: string | null
  readonly index: number
}

/** What was deleted last, as long as it is what undo would bring back. */
export interface Deleted {
  readonly text: string
  readonly card: string | null
}

export class BoardEditing {
  readonly state: BoardState
  /** For a live region. */
  readonly said = new Cell('')
  readonly deleted = new Cell<Deleted | null>(null)
  readonly #maker: Maker

  constructor(state: BoardState, maker: Maker) {
    this.state = state
    this.#maker = maker
  }

  begin(): void {
    this.deleted.set(null)
    beginBoard(this.state.doc, words.empty.begun, this.#maker.now())
  }

  addCard(column: string, title: string): void {
    this.deleted.set(null)
    addCard(this.state, column, title, this.#maker)
    this.say(words.card.added(title.trim(), this.#columnTitle(column)))
  }

  /** `index` counts the other cards of the column only. */
  moveCard(id: string, column: string, index: number): void {
    const before = spotOf(this.state.get(), id)
    if (before === null || (before.column === column && before.index === index)) return
    this.deleted.set(null)
    moveCard(this.state, id, column, index, this.#maker.random)
    const cards = this.#column(column)?.cards ?? []
    const at = cards.findIndex(card => card.id === id) + 1
    this.say(words.card.moved(this.cardTitle(id), this.#columnTitle(column), at, cards.length))
  }

  /** One place further; at the edge it is only said that it stays. */
  stepCard(id: string, direction: Direction): void {
    const to = stepOf(this.state.get(), id, direction)
    if (to === null) this.say(words.card.stays(this.cardTitle(id)))
    else this.moveCard(id, to.column, to.index)
  }

  renameCard(id: string, title: string): void {
    this.deleted.set(null)
    renameCard(this.state.doc, id, title)
  }

  assignCard(id: string, assignee: Author | null): void {
    this.deleted.set(null)
    assignCard(this.state.doc, id, assignee)
  }

  finishCard(id: string, done: boolean): void {
    this.deleted.set(null)
    finishCard(this.state.doc, id, done)
    this.say((done ? words.card.nowDone : words.card.nowUndone)(this.cardTitle(id)))
  }

  removeCard(id: string): void {
    const text = words.card.deleted(this.cardTitle(id))
    removeCard(this.state.doc, id, this.#maker.now())
    this.deleted.set({ text, card: id })
    this.say(text)
  }

  addColumn(title: string): void {
    this.deleted.set(null)
    addColumn(this.state, title, this.#maker)
    this.say(words.column.added(title.trim()))
  }

  /** `index` counts the other columns only. */
  moveColumn(id: string, index: number): void {
    const columns = this.state.get().columns
    if (columns.findIndex(column => column.id === id) === index) return
    this.deleted.set(null)
    moveColumn(this.state, id, index, this.#maker.random)
    const at = this.state.get().columns.findIndex(column => column.id === id) + 1
    this.say(words.column.moved(this.#columnTitle(id), at, columns.length))
  }

  renameColumn(id: string, title: string): void {
    this.deleted.set(null)
    renameColumn(this.state.doc, id, title)
  }

  removeColumn(id: string, cards: CardsGo): void {
    const text = words.column.deleted(this.#columnTitle(id))
    removeColumn(this.state, id, cards, this.#maker)
    this.deleted.set({ text, card: null })
    this.say(text)
  }

  /** The same words twice are two things to say. */
  say(text: string): void {
    this.said.set(this.said.get() === text ? `${text}\u00a0` : text)
  }

  cardTitle(id: string): string {
    return cardsIn(this.state.get()).find(card => card.id === id)?.title || words.untitled
  }

  #column(id: string) {
    return this.state.get().columns.find(column => column.id === id)
  }

  #columnTitle(id: string): string {
    return this.#column(id)?.title || words.untitled
  }
}

export function spotOf({ columns, stray }: Board, id: string): Spot | null {
  for (const { id: column, cards } of columns) {
    const index = cards.findIndex(card => card.id === id)
    if (index >= 0) return { column, index }
  }
  const index = stray.findIndex(card => card.id === id)
  return index < 0 ? null : { column: null, index }
}

/** Where a card goes that is moved by one place; null at the edge. */
export function stepOf(board: Board, id: string, direction: Direction): { column: string; index: number } | null {
  const spot = spotOf(board, id)
  if (spot === null) return null
  const { columns } = board
  const at = columns.findIndex(column => column.id === spot.column)
  if (direction === 'left' || direction === 'right') {
    const next = columns[at + (direction === 'left' ? -1 : 1)]
    return next === undefined ? null : { column: next.id, index: Math.min(spot.index, next.cards.length) }
  }
  const index = spot.index + (direction === 'up' ? -1 : 1)
  const column = columns[at]
  return column === undefined || index < 0 || index >= column.cards.length ? null : { column: column.id, index }
}

/** The card that is next to another on the screen; null where there is none. */
export function neighbourOf({ columns, stray }: Board, id: string, key: Direction | 'first' | 'last'): string | null {
  const lists = [stray, ...columns.map(column => column.cards)]
  const at = lists.findIndex(list => list.some(card => card.id === id))
  const list = lists[at]
  if (list === undefined) return null
  const index = list.findIndex(card => card.id === id)
  if (key === 'first' || key === 'last') return list.at(key === 'first' ? 0 : -1)?.id ?? null
  if (key === 'up' || key === 'down') return list[index + (key === 'up' ? -1 : 1)]?.id ?? null
  const others = key === 'left' ? lists.slice(0, at).reverse() : lists.slice(at + 1)
  const next = others.find(other => other.length > 0)
  return next?.[Math.min(index, next.length - 1)]?.id ?? null
}
