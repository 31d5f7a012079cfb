import { beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { BoardState, cardsIn } from './board.ts'
import { cardsOf, keyOf } from './card.ts'
import { BoardEditing, type Direction, neighbourOf } from './editing.ts'

let board: BoardEditing

/** `To do: One Two Three | Doing | Done: Old`. */
beforeEach(() => {
  const state = new BoardState(new Y.Doc())
  state.subscribe(() => undefined)
  board = new BoardEditing(state, { person: { id: 'a', name: 'Ada' }, now: () => 1, random: Math.random })
  board.begin()
  for (const title of ['One', 'Two', 'Three']) board.addCard('todo', title)
  board.addCard('done', 'Old')
})

const idOf = (title: string) => cardsIn(board.state.get()).find(card => card.title === title)?.id ?? ''
const titleOf = (id: string | null) => (id === null ? null : board.cardTitle(id))
const shown = () =>
  board.state
    .get()
    .columns.map(column => `${column.title}: ${column.cards.map(card => card.title).join(' ')}`.trim())
    .join(' | ')
const step = (title: string, ...ways: readonly Direction[]) => {
  for (const way of ways) board.stepCard(idOf(title), way)
  return board.said.get()
}

test('a card is moved one place at a time, and where it is then is said', () => {
  expect(step('One', 'down')).toBe('Moved “One” to To do, 2 of 3.')
  expect(step('One', 'down')).toBe('Moved “One” to To do, 3 of 3.')
  expect(step('One', 'up', 'up')).toBe('Moved “One” to To do, 1 of 3.')
  expect(step('Two', 'right')).toBe('Moved “Two” to Doing, 1 of 1.')
  expect(step('Two', 'right')).toBe('Moved “Two” to Done, 1 of 2.')
  expect(shown()).toBe('To do: One Three | Doing: | Done: Two Old')
  expect(step('Three', 'right', 'left')).toBe('Moved “Three” to To do, 1 of 2.')
})

test('at the edge it stays, and that is said', () => {
  const before = shown()
  expect(step('One', 'up')).toBe('“One” is at the edge already.')
  expect(step('Three', 'down')).toBe('“Three” is at the edge already.')
  expect(step('One', 'left')).toBe('“One” is at the edge already.')
  expect(step('Old', 'right')).toBe('“Old” is at the edge already.')
  expect(shown()).toBe(before)
})

test('a card without a column goes into the first one', () => {
  cardsOf(board.state.doc).set(keyOf(idOf('Two'), 'place'), { column: 'gone', order: 'V' })
  expect(step('Two', 'up')).toBe('“Two” is at the edge already.')
  expect(step('Two', 'right')).toBe('Moved “Two” to To do, 1 of 3.')
})

test('a card that is put where it is writes nothing and says nothing', () => {
  const before = Y.encodeStateAsUpdate(board.state.doc)
  const said = board.said.get()
  board.moveCard(idOf('Two'), 'todo', 1)
  board.moveColumn('doing', 1)
  expect(Y.encodeStateAsUpdate(board.state.doc)).toEqual(before)
  expect(board.said.get()).toBe(said)
})

test('the same thing twice is said twice', () => {
  board.addCard('todo', 'Again')
  const first = board.said.get()
  board.addCard('todo', 'Again')
  expect(board.said.get()).not.toBe(first)
  expect(board.said.get().trim()).toBe(first)
})

test('a deletion is offered back until something else is done', () => {
  const two = idOf('Two')
  board.removeCard(two)
  expect(board.deleted.get()).toEqual({ text: 'Deleted “Two”.', card: two })
  board.renameCard(idOf('One'), 'First')
  expect(board.deleted.get()).toBeNull()
  board.removeColumn('todo', { kind: 'to', column: 'done' })
  expect(board.deleted.get()?.text).toBe('Deleted the column “To do”.')
  expect(shown()).toBe('Doing: | Done: Old First Three')
})

test('the arrow keys go to the next card, past columns without any', () => {
  const go = (title: string, way: Parameters<typeof neighbourOf>[2]) =>
    titleOf(neighbourOf(board.state.get(), idOf(title), way))
  expect(go('One', 'down')).toBe('Two')
  expect(go('One', 'up')).toBeNull()
  expect(go('Three', 'right')).toBe('Old')
  expect(go('Old', 'left')).toBe('One')
  expect(go('Old', 'right')).toBeNull()
  expect(go('Two', 'first')).toBe('One')
  expect(go('Two', 'last')).toBe('Three')
})
