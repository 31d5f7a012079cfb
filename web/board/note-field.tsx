import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { useUndo } from '../../client/react/index.ts'
import { useBoardParts, useDoc } from './board-context.ts'
import { maxNoteLength, noteOf } from './card.ts'
import { bindNote } from './note-binding.ts'
import { undoKey } from './undo-keys.ts'
import { words } from './words.ts'

/** The description of a card. It has steps of its own to undo. */
export function NoteField({ card }: { card: string }) {
  const { room, isReadOnly } = useBoardParts()
  const doc = useDoc(room)
  const field = useRef<HTMLTextAreaElement>(null)
  const label = useId()
  const hint = useId()
  const { undo, redo } = useUndo(room, doc => noteOf(doc, card))
  const isCut = noteOf(doc, card).length > maxNoteLength

  useLayoutEffect(() => {
    const element = field.current
    return element === null ? undefined : bindNote(element, noteOf(doc, card))
  }, [doc, card])

  // By the menu of the browser, whose own history of the field ends with what others write.
  useEffect(() => {
    const element = field.current
    const ask = (event: InputEvent) => {
      if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return
      event.preventDefault()
      if (event.inputType === 'historyUndo') undo()
      else redo()
    }
    element?.addEventListener('beforeinput', ask)
    return () => element?.removeEventListener('beforeinput', ask)
  }, [undo, redo])

  const press = (event: KeyboardEvent) => {
    const key = undoKey(event)
    if (key === null) return
    event.preventDefault()
    if (key === 'undo') undo()
    else redo()
  }
  return (
    <div className="board-field">
      <label id={label} htmlFor={`${label}field`}>
        {words.details.description}
      </label>
      <textarea
        ref={field}
        id={`${label}field`}
        className="board-note"
        rows={6}
        dir="auto"
        aria-describedby={hint}
        readOnly={isReadOnly}
        maxLength={maxNoteLength}
        onKeyDown={press}
      />
      <p id={hint} className="hint">
        {isCut ? words.details.descriptionCut : words.details.descriptionHint}
      </p>
    </div>
  )
}
