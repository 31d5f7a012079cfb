import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { BoardState, cardsIn, readBoard } from './board.ts'
import { cardsOf, columnsOf, keyOf, maxTitleLength, noteOf } from './card.ts'
import {
  addCard,
  addColumn,
  assignCard,
  beginBoard,
  finishCard,
  type Maker,
  moveCard,
  moveColumn,
  removeCard,
  removeColumn,
  renameCard,
  renameColumn,
} from './edits.ts'

const ada = { id: 'a1', name: 'Ada' }
const maker: Maker = { person: ada, now: () => 1_000, random: Math.random }
const begun = ['To do', 'Doing', 'Done'] as const

/** A board that is followed, as one on the screen is. */
function open(doc = new Y.Doc()): BoardState {
  const state = new BoardState(doc)
  state.subscribe(() => undefined)
  return state
}

function begin(): BoardState {
  const state = open()
  beginBoard(state.doc, begun, 1)
  return state
}

function sync(...states: readonly BoardState[]): void {
  for (const { doc } of states)
    for (const other of states) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other.doc), 'other')
}

/** A copy that somebody works on without a network. */
function copyOf(state: BoardState): BoardState {
  const copy = open()
  sync(state, copy)
  return copy
}

const shown = ({ get }: BoardState) =>
  Object.fromEntries(get().columns.map(({ title, cards }) => [title, cards.map(card => card.title)]))

describe('a board', () => {
  test('has columns and cards in the order in which they were put', () => {
    const board = begin()
    const one = addCard(board, 'todo', 'One', maker)
    addCard(board, 'todo', 'Two', maker)
    addCard(board, 'todo', 'Three', maker)
    moveCard(board, one, 'todo', 1, Math.random)
    moveColumn(board, 'done', 0, Math.random)
    addColumn(board, 'Later', maker)
    expect(shown(board)).toEqual({ Done: [], 'To do': ['Two', 'One', 'Three'], Doing: [], Later: [] })
    expect(board.get().columns.map(column => column.title)).toEqual(['Done', 'To do', 'Doing', 'Later'])
    moveCard(board, one, 'doing', 99, Math.random)
    expect(shown(board)).toMatchObject({ 'To do': ['Two', 'Three'], Doing: ['One'] })
  })

  test('is begun once when two people begin it at the same time', () => {
    const [a, b] = [open(), open()]
    beginBoard(a.doc, begun, 1)
    beginBoard(b.doc, ['待办', '进行中', '已完成'], 2)
    sync(a, b)
    expect(a.get().columns).toHaveLength(3)
    expect(a.get()).toEqual(b.get())
  })

  test('keeps every edit of different fields of one card that were made at once', () => {
    const a = begin()
    const id = addCard(a, 'todo', 'Tide table', maker)
    const [b, c, d] = [copyOf(a), copyOf(a), copyOf(a)]
    moveCard(a, id, 'doing', 0, Math.random)
    renameCard(b.doc, id, 'Tide tables')
    assignCard(c.doc, id, ada)
    finishCard(d.doc, id, true)
    sync(a, b, c, d)
    const [card] = a.get().columns[1]?.cards ?? []
    expect(card).toMatchObject({ title: 'Tide tables', assignee: ada, done: true })
  })

  test('keeps what two people wrote into a description that both began', () => {
    const a = begin()
    const id = addCard(a, 'todo', 'Tide table', maker)
    const b = copyOf(a)
    expect(cardsIn(a.get())[0]?.hasNote).toBe(false)
    noteOf(a.doc, id).insert(0, 'for Lin')
    noteOf(b.doc, id).insert(0, 'by noon ')
    sync(a, b)
    expect(noteOf(a.doc, id).toString()).toMatch(/^(for Linby noon |by noon for Lin)$/)
    expect(noteOf(b.doc, id).toString()).toBe(noteOf(a.doc, id).toString())
    for (const board of [a, b]) expect(cardsIn(board.get())[0]?.hasNote).toBe(true)
  })

  test('shows a card whose column was deleted meanwhile as one without a column', () => {
    const a = begin()
    const b = copyOf(a)
    removeColumn(a, 'doing', { kind: 'away' }, maker)
    addCard(b, 'doing', 'Tide table', maker)
    sync(a, b)
    expect(a.get().stray.map(card => card.title)).toEqual(['Tide table'])
    expect(a.get()).toEqual(b.get())
  })

  test('does with the cards of a deleted column what was chosen', () => {
    const titles = ['One', 'Two', 'Three', 'Four', 'Five', 'Six']
    for (const [go, left, stray] of [
      [{ kind: 'to', column: 'done' }, ['Old', ...titles], []],
      [{ kind: 'away' }, ['Old'], []],
      [{ kind: 'nowhere' }, ['Old'], titles],
    ] as const) {
      const board = begin()
      for (const title of titles) addCard(board, 'todo', title, maker)
      addCard(board, 'done', 'Old', maker)
      removeColumn(board, 'todo', go, maker)
      expect(shown(board)).toEqual({ Doing: [], Done: left })
      expect(board.get().stray.map(card => card.title)).toEqual(stray)
    }
  })

  test('finds a place between two cards that have the same', () => {
    const board = begin()
    const ids = ['One', 'Two', 'Three'].map(title => addCard(board, 'todo', title, maker))
    for (const id of ids.slice(0, 2)) cardsOf(board.doc).set(keyOf(id, 'place'), { column: 'todo', order: 'V' })
    moveCard(board, ids[2] ?? '', 'todo', 1, Math.random)
    const titles = shown(board)['To do']
    expect(titles?.[1]).toBe('Three')
    expect(titles).toHaveLength(3)
  })

  test('takes any number of cards into the same gap', () => {
    const board = begin()
    addCard(board, 'todo', 'First', maker)
    addCard(board, 'todo', 'Last', maker)
    const moved = ['One', 'Two', 'Three'].map(title => addCard(board, 'done', title, maker))
    for (let n = 0; n < 900; n++) {
      const id = moved[n % 3] ?? ''
      moveCard(board, id, 'todo', 1, Math.random)
      expect(board.get().columns[0]?.cards[1]?.id).toBe(id)
    }
    for (const card of cardsIn(board.get())) expect(card.place?.order.length).toBeLessThanOrEqual(60)
    expect(shown(board)['To do']).toHaveLength(5)
  })

  test('has no longer a card whose author took back its making, whatever others did with it', () => {
    const a = begin()
    const undo = new Y.UndoManager([cardsOf(a.doc), columnsOf(a.doc)], { captureTimeout: 0 })
    const id = addCard(a, 'todo', 'Tide table', maker)
    const b = copyOf(a)
    moveCard(b, id, 'done', 0, Math.random)
    renameCard(b.doc, id, 'Tide tables')
    sync(a, b)
    undo.undo()
    sync(a, b)
    expect(cardsIn(a.get())).toEqual([])
    expect(cardsIn(b.get())).toEqual([])
    undo.redo()
    expect(cardsIn(a.get())).toMatchObject([{ id, title: 'Tide tables' }])
  })

  test('ignores what other programs wrote in another shape, and shows of a card what can be read', () => {
    const board = begin()
    const id = addCard(board, 'todo', 'Tide table', maker)
    const cards = cardsOf(board.doc)
    cards.set('', 1)
    cards.set('["__proto__","createdAt"]', 1)
    cards.set(JSON.stringify(['x'.repeat(65), 'createdAt']), 1)
    cards.set('[["nested"],"createdAt"]', 1)
    cards.set(keyOf('never', 'title'), 'made by nobody')
    cards.set(keyOf(id, 'assignee'), { name: 'nobody' })
    cards.set(keyOf(id, 'done'), 'yes')
    cards.set(keyOf(id, 'removedAt'), 'never')
    cards.set(keyOf('odd', 'createdAt'), 5)
    cards.set(keyOf('odd', 'place'), new Y.Map())
    cards.set(keyOf('odd', 'title'), `a\u0000b\n${'c'.repeat(5_000)}`)
    columnsOf(board.doc).set(keyOf('half', 'title'), 'no more than a title')
    columnsOf(board.doc).set(keyOf('odd', 'createdAt'), 5)
    const { columns, stray } = board.get()
    expect(columns.map(column => column.title)).toEqual(['', ...begun])
    expect(columns[1]?.cards).toMatchObject([{ id, assignee: null, done: false }])
    expect(stray.map(card => card.id).sort()).toEqual(['__proto__', 'odd'])
    expect(stray.find(card => card.id === 'odd')?.title.slice(0, 5)).toBe('a b c')
    expect(stray.find(card => card.id === 'odd')?.title.length).toBeLessThanOrEqual(maxTitleLength)
    expect(readBoard(board.doc)).toEqual(board.get())
  })

  test('is written nothing into by reading it', () => {
    const doc = new Y.Doc()
    const state = open(doc)
    state.get()
    expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(new Y.Doc()))
  })

  test('hands out what did not change as the same object', () => {
    const board = begin()
    addCard(board, 'todo', 'One', maker)
    const two = addCard(board, 'todo', 'Two', maker)
    addCard(board, 'done', 'Old', maker)
    const before = board.get()
    renameCard(board.doc, two, 'Second')
    const after = board.get()
    expect(after.columns[0]?.cards[0]).toBe(before.columns[0]?.cards[0])
    expect(after.columns[0]).not.toBe(before.columns[0])
    expect(after.columns[2]).toBe(before.columns[2])
    renameCard(board.doc, two, 'Second')
    expect(board.get()).toBe(after)
    expect(readBoard(board.doc, after)).toBe(after)
  })

  test('tells its listeners once for each edit, and has caught up when somebody listens again', () => {
    const state = new BoardState(new Y.Doc())
    let told = 0
    const stop = state.subscribe(() => told++)
    beginBoard(state.doc, begun, 1)
    expect(told).toBe(1)
    stop()
    addCard(state, 'todo', 'One', maker)
    expect(told).toBe(1)
    state.subscribe(() => told++)
    expect(shown(state)['To do']).toEqual(['One'])
  })
})

const kinds = ['add', 'move', 'rename', 'finish', 'remove', 'column', 'unlist', 'shift', 'retitle', 'sync'] as const
const step = fc.record({
  kind: fc.constantFrom(...kinds, 'add', 'move', 'move'),
  by: fc.nat(2),
  which: fc.nat(40),
  where: fc.nat(40),
  at: fc.nat(40),
})

test('what three people do apart from each other becomes one board, with every card in it once', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), steps => {
      const states = [open(), open(), open()] as const
      const made = new Set<string>()
      const removed = new Set<string>()
      for (const state of states) beginBoard(state.doc, begun, 1)
      for (const { kind, by, which, where, at } of steps) {
        const state = states[by] ?? states[0]
        const { columns } = state.get()
        const cards = cardsIn(state.get())
        const card = cards[which % cards.length]
        const column = columns[where % columns.length]
        if (kind === 'sync') sync(state, states[which % 3] ?? state)
        else if (kind === 'column') addColumn(state, `Column ${which}`, maker)
        else if (kind === 'add' && column !== undefined) made.add(addCard(state, column.id, `Card ${which}`, maker))
        else if (kind === 'move' && card !== undefined && column !== undefined) {
          moveCard(state, card.id, column.id, at, Math.random)
        } else if (kind === 'rename' && card !== undefined) renameCard(state.doc, card.id, `Renamed ${at}`)
        else if (kind === 'finish' && card !== undefined) finishCard(state.doc, card.id, at % 2 === 0)
        else if (kind === 'shift' && column !== undefined) moveColumn(state, column.id, at, Math.random)
        else if (kind === 'retitle' && column !== undefined) renameColumn(state.doc, column.id, `Retitled ${at}`)
        else if (kind === 'remove' && card !== undefined) {
          removeCard(state.doc, card.id, at)
          removed.add(card.id)
        } else if (kind === 'unlist' && column !== undefined) {
          const heir = columns.find(other => other !== column)
          const isKept = at % 2 === 0
          if (!isKept) for (const { id } of column.cards) removed.add(id)
          const kept = heir === undefined ? { kind: 'nowhere' as const } : { kind: 'to' as const, column: heir.id }
          removeColumn(state, column.id, isKept ? kept : { kind: 'away' }, maker)
        }
        expect(state.get()).toEqual(readBoard(state.doc))
      }
      sync(...states)
      const [first, second, third] = states.map(state => state.get())
      expect(second).toEqual(first)
      expect(third).toEqual(first)
      const left = [...made].filter(id => !removed.has(id)).sort()
      expect(
        cardsIn(states[0].get())
          .map(card => card.id)
          .sort(),
      ).toEqual(left)
      for (const column of states[0].get().columns) {
        const orders = column.cards.map(card => card.place?.order ?? '')
        expect([...orders].sort()).toEqual(orders)
      }
    }),
    { numRuns: 100 },
  )
})
