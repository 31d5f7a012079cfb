import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { words as page } from '../words/words.ts'
import type { Board, Column } from './board.ts'
import type { CardsGo } from './edits.ts'
import { words } from './words.ts'

interface ColumnRemovalProps {
  column: Column
  board: Board
  close(): void
  remove(cards: CardsGo): void
}

/** Asks before a column with cards is deleted, and what becomes of them. */
export function ColumnRemoval({ column, board, close, remove }: ColumnRemovalProps) {
  const others = board.columns.filter(other => other.id !== column.id)
  const [isKept, setIsKept] = useState(true)
  const [chosen, setChosen] = useState('')
  const target = others.find(other => other.id === chosen) ?? others[0]
  const confirm = () => {
    if (!isKept) remove({ kind: 'away' })
    else remove(target === undefined ? { kind: 'nowhere' } : { kind: 'to', column: target.id })
  }
  return (
    <Dialog
      open
      title={words.removal.title(column.title || words.untitled)}
      description={words.removal.question(column.cards.length)}
      close={close}
    >
      <fieldset className="board-removal">
        <legend className="hidden">{words.removal.choices}</legend>
        <div className="board-removal-choice">
          <label className="board-check">
            <input type="radio" name="cards" checked={isKept} onChange={() => setIsKept(true)} />
            {target === undefined ? words.removal.keep : words.removal.move}
          </label>
          {target !== undefined && (
            <select
              className="board-select"
              aria-label={words.removal.target}
              value={target.id}
              onChange={event => {
                setChosen(event.target.value)
                setIsKept(true)
              }}
            >
              {others.map(other => (
                <option key={other.id} value={other.id}>
                  {other.title || words.untitled}
                </option>
              ))}
            </select>
          )}
        </div>
        <label className="board-check">
          <input type="radio" name="cards" checked={!isKept} onChange={() => setIsKept(false)} />
          {words.removal.away}
        </label>
      </fieldset>
      <div className="dialog-actions">
        <button type="button" className="button-plain" onClick={close}>
          {page.ui.cancel}
        </button>
        <button type="button" className="button-main button-danger" onClick={confirm}>
          {words.removal.confirm}
        </button>
      </div>
    </Dialog>
  )
}
