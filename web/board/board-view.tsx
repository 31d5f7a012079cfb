import './board.css'
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { flushSync } from 'react-dom'
import { usePresence, useUndo } from '../../client/react/index.ts'
import type { DocumentViewProps } from '../src/document-view.ts'
import { Adding } from './adding.tsx'
import { BoardState, cardsIn } from './board.ts'
import { BoardContext, type BoardParts, useDoc, useIsReadOnly } from './board-context.ts'
import { BoardTools } from './board-tools.tsx'
import { cardsOf, columnsOf } from './card.ts'
import { CardDetails } from './card-details.tsx'
import { ColumnRemoval } from './column-removal.tsx'
import { ColumnView } from './column-view.tsx'
import { DeletedLine } from './deleted-line.tsx'
import { type Drop, useDrops } from './dragging.ts'
import { dropOn } from './drop.ts'
import { BoardEditing, type Direction, neighbourOf } from './editing.ts'
import { EmptyView } from './empty-view.tsx'
import { useLooking } from './looking.ts'
import { useUndoKeys } from './undo-keys.ts'
import { readViewers } from './viewers.ts'
import { words } from './words.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

/** A board that everybody in the room arranges: columns side by side, with cards in them. */
export default function BoardView({ room, person: { id, name }, members }: DocumentViewProps) {
  const person = useMemo(() => ({ id, name }), [id, name])
  const doc = useDoc(room)
  const isReadOnly = useIsReadOnly(room)
  const state = useMemo(() => new BoardState(doc), [doc])
  const board = useSyncExternalStore(state.subscribe, state.get)
  const editing = useMemo(
    () => new BoardEditing(state, { person, now: Date.now, random: Math.random }),
    [state, person],
  )
  const said = useSyncExternalStore(editing.said.subscribe, editing.said.get)
  const history = useUndo(room, doc => [cardsOf(doc), columnsOf(doc)], { captureTimeout: 0 })

  const root = useRef<HTMLElement>(null)
  const keys = useId()
  const [focused, setFocused] = useState<string | null>(null)
  const [isInside, setIsInside] = useState(false)
  const [opened, setOpened] = useState<string | null>(null)
  const [removing, setRemoving] = useState<string | null>(null)

  const viewed = usePresence(
    room,
    useCallback(
      present =>
        readViewers(
          present.map(({ state }) => state),
          person.id,
        ),
      [person.id],
    ),
  )
  const viewers = useMemo(() => new Map(viewed), [viewed])
  useLooking(room, person, opened ?? (isInside ? focused : null))

  const focusAfter = useCallback((edit: () => void, card: string | null) => {
    flushSync(edit)
    const element = card === null ? null : elementOf(root.current, card)
    if (element !== null) element.focus()
    else if (document.activeElement === document.body) root.current?.focus()
  }, [])
  const parts = useMemo<BoardParts>(
    () => ({ room, editing, person, isReadOnly, open: setOpened, focusAfter }),
    [room, editing, person, isReadOnly, focusAfter],
  )

  const undo = useCallback(() => {
    editing.deleted.set(null)
    history.undo()
    editing.say(words.undone)
  }, [editing, history.undo])
  const redo = useCallback(() => {
    editing.deleted.set(null)
    history.redo()
    editing.say(words.redone)
  }, [editing, history.redo])
  useUndoKeys(isReadOnly, undo, redo)

  const dropped = useRef<(drop: Drop) => void>(() => undefined)
  dropped.current = drop =>
    focusAfter(() => dropOn(editing, drop), drop.dragged.kind === 'card' ? drop.dragged.id : null)
  useDrops(root, dropped)

  // A card that somebody else moves while the focus is on it is drawn anew in its other column, and keeps the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn anew follows the board
  useEffect(() => {
    if (isInside && focused !== null && document.activeElement === document.body) {
      elementOf(root.current, focused)?.focus({ preventScroll: true })
    }
  }, [board, isInside, focused])

  const all = useMemo(() => cardsIn(board), [board])
  const tabStop = all.some(card => card.id === focused) ? focused : (all[0]?.id ?? null)
  const removeCard = (id: string) => {
    const next = neighbourOf(board, id, 'down') ?? neighbourOf(board, id, 'up')
    focusAfter(() => editing.removeCard(id), next)
  }
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const { target, key, altKey } = event
    if (!(target instanceof HTMLElement) || !target.classList.contains('board-card-open')) return
    const id = target.closest<HTMLElement>('[data-card]')?.dataset.card
    if (id === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return
    const direction = directions[key]
    // Alt with an arrow would leave the page in some browsers.
    if (direction !== undefined || key === 'Home' || key === 'End') event.preventDefault()
    if (direction !== undefined && altKey) {
      if (!isReadOnly) focusAfter(() => editing.stepCard(id, direction), id)
    } else if (direction !== undefined || key === 'Home' || key === 'End') {
      const next = neighbourOf(board, id, direction ?? (key === 'Home' ? 'first' : 'last'))
      if (next !== null) elementOf(root.current, next)?.focus()
    } else if (key === 'Delete' && !isReadOnly) removeCard(id)
  }
  const askToRemove = useCallback(
    (id: string) => {
      const column = editing.state.get().columns.find(one => one.id === id)
      if (column !== undefined && column.cards.length > 0) setRemoving(id)
      else focusAfter(() => editing.removeColumn(id, { kind: 'nowhere' }), null)
    },
    [editing, focusAfter],
  )

  const { columns, stray } = board
  const isEmpty = columns.length === 0 && stray.length === 0
  const removed = columns.find(column => column.id === removing)
  return (
    <BoardContext value={parts}>
      <div className="board">
        <BoardTools history={history} undo={undo} redo={redo} />
        <section
          ref={root}
          className="board-columns"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard when there is no card to go to, and takes the focus of what is deleted
          tabIndex={0}
          aria-label={words.label}
          aria-describedby={keys}
          onKeyDown={press}
          onFocus={({ target }) => {
            const card = target.closest<HTMLElement>('[data-card]')?.dataset.card
            setIsInside(card !== undefined)
            if (card !== undefined) setFocused(card)
          }}
          onBlur={({ relatedTarget }) => {
            if (relatedTarget === null || !root.current?.contains(relatedTarget)) setIsInside(false)
          }}
        >
          {isEmpty && <EmptyView />}
          {stray.length > 0 && (
            <ColumnView
              id={null}
              title={words.column.stray}
              cards={stray}
              index={-1}
              count={0}
              tabStop={tabStop}
              viewers={viewers}
              remove={askToRemove}
            />
          )}
          {columns.map((column, index) => (
            <ColumnView
              key={column.id}
              id={column.id}
              title={column.title}
              cards={column.cards}
              index={index}
              count={columns.length}
              tabStop={column.cards.some(card => card.id === tabStop) ? tabStop : null}
              viewers={viewers}
              remove={askToRemove}
            />
          ))}
          {!isEmpty && !isReadOnly && (
            <div className="board-another">
              <Adding
                label={words.column.add}
                longLabel={words.column.add}
                fieldLabel={words.column.name}
                add={title => editing.addColumn(title)}
              />
            </div>
          )}
        </section>
        <p id={keys} hidden>
          {words.keys}
        </p>
        <p className="hidden" aria-live="polite">
          {said}
        </p>
        <DeletedLine undo={undo} />
      </div>
      {opened !== null && (
        <CardDetails
          card={all.find(card => card.id === opened) ?? null}
          board={board}
          members={members}
          close={() => focusAfter(() => setOpened(null), opened)}
          remove={() => {
            setOpened(null)
            removeCard(opened)
          }}
        />
      )}
      {removed !== undefined && (
        <ColumnRemoval
          column={removed}
          board={board}
          close={() => setRemoving(null)}
          remove={cards => {
            setRemoving(null)
            focusAfter(() => editing.removeColumn(removed.id, cards), null)
          }}
        />
      )}
    </BoardContext>
  )
}

function elementOf(root: HTMLElement | null, card: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-card="${CSS.escape(card)}"] .board-card-open`) ?? null
}
