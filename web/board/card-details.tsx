import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import type { Author } from '../chat/message.ts'
import { Bin } from '../src/icons.tsx'
import { fullTime } from '../src/times.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Board } from './board.ts'
import { useBoardParts } from './board-context.ts'
import { type Card, maxTitleLength } from './card.ts'
import { nameOf } from './card-view.tsx'
import { NoteField } from './note-field.tsx'
import { isEnter } from './title-field.tsx'
import { words } from './words.ts'

interface CardDetailsProps {
  /** Null when somebody deleted it while it was open. */
  card: Card | null
  board: Board
  members: readonly Author[]
  close(): void
  remove(): void
}

/** Everything about one card. */
export function CardDetails({ card, board, members, close, remove }: CardDetailsProps) {
  const { editing, isReadOnly } = useBoardParts()
  if (card === null) {
    return (
      <Dialog open title={words.details.title} close={close}>
        <p>{words.details.gone}</p>
      </Dialog>
    )
  }
  const { createdAt, createdBy } = card
  const time = fullTime(createdAt)
  return (
    <Dialog open title={words.details.title} close={close}>
      <Title key={card.id} card={card} />
      <div className="board-choices">
        <Field label={words.details.column}>
          {id => (
            <select
              id={id}
              className="board-select"
              value={card.place?.column ?? ''}
              disabled={isReadOnly}
              onChange={event => editing.moveCard(card.id, event.target.value, Number.POSITIVE_INFINITY)}
            >
              {board.columns.every(column => column.id !== card.place?.column) && (
                <option value={card.place?.column ?? ''}>{words.details.noColumn}</option>
              )}
              {board.columns.map(column => (
                <option key={column.id} value={column.id}>
                  {column.title || words.untitled}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.details.assignee}>{id => <Assignee id={id} card={card} members={members} />}</Field>
      </div>
      <label className="board-check">
        <input
          type="checkbox"
          checked={card.done}
          disabled={isReadOnly}
          onChange={event => editing.finishCard(card.id, event.target.checked)}
        />
        {words.details.done}
      </label>
      <NoteField card={card.id} />
      <footer className="board-details-foot">
        <p className="hint">
          {createdBy === null ? words.details.createdAt(time) : words.details.created(nameOf(createdBy), time)}
        </p>
        {!isReadOnly && (
          <button type="button" className="button-plain board-delete" onClick={remove}>
            <Bin />
            {words.card.delete}
          </button>
        )}
      </footer>
    </Dialog>
  )
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="board-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

/** It follows what others make of it until one writes oneself, and is taken when one goes on, or closes. */
function Title({ card }: { card: Card }) {
  const { editing, isReadOnly } = useBoardParts()
  const [draft, setDraft] = useState<string | null>(null)
  const take = useRef<() => void>(() => undefined)
  take.current = () => {
    if (draft !== null && draft.trim() !== '' && draft !== card.title) editing.renameCard(card.id, draft)
  }
  useEffect(() => () => take.current(), [])
  const leave = () => {
    take.current()
    setDraft(null)
  }
  return (
    <Field label={words.card.title}>
      {id => (
        <textarea
          id={id}
          className="board-title-field"
          rows={1}
          dir="auto"
          readOnly={isReadOnly}
          maxLength={maxTitleLength}
          enterKeyHint="done"
          value={draft ?? card.title}
          onChange={event => setDraft(event.target.value)}
          onBlur={leave}
          onKeyDown={event => {
            if (!isEnter(event)) return
            event.preventDefault()
            leave()
          }}
        />
      )}
    </Field>
  )
}

interface AssigneeProps extends Pick<CardDetailsProps, 'members'> {
  id: string
  card: Card
}

/** Everybody of the workspace, oneself first; and whom it is assigned to, even when they are no longer known. */
function Assignee({ id, card: { id: card, assignee }, members }: AssigneeProps) {
  const { editing, person, isReadOnly } = useBoardParts()
  const people = new Map<string, Author>([[person.id, person]])
  for (const member of members) if (!people.has(member.id)) people.set(member.id, member)
  if (assignee !== null && !people.has(assignee.id)) people.set(assignee.id, assignee)
  return (
    <select
      id={id}
      className="board-select"
      value={assignee?.id ?? ''}
      disabled={isReadOnly}
      onChange={event => editing.assignCard(card, people.get(event.target.value) ?? null)}
    >
      <option value="">{words.details.nobody}</option>
      {[...people.values()].map(one => (
        <option key={one.id} value={one.id}>
          {one.id === person.id ? words.details.you(nameOf(one)) : nameOf(one)}
        </option>
      ))}
    </select>
  )
}
