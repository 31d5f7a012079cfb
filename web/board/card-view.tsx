import { type KeyboardEvent, memo, useId, useRef, useState } from 'react'
import type { Author } from '../chat/message.ts'
import { Avatar } from '../src/avatar.tsx'
import { More } from '../src/icons.tsx'
import { words as page } from '../words/words.ts'
import { useBoardParts } from './board-context.ts'
import type { Card } from './card.ts'
import { CardMenu } from './card-menu.tsx'
import { useCardDragging } from './dragging.ts'
import { Circle, CircleDone, Sheet } from './icons.tsx'
import { TitleField } from './title-field.tsx'
import { words } from './words.ts'

interface CardViewProps {
  card: Card
  /** Whether Tab comes to it: of all cards of the board one. */
  isTabStop: boolean
  /** Others who look at it. */
  viewers: readonly Author[]
}

const shownViewers = 3

/** One card in its column. */
export const CardView = memo(function CardView({ card, isTabStop, viewers }: CardViewProps) {
  const { editing, isReadOnly, open, focusAfter } = useBoardParts()
  const [isRenaming, setIsRenaming] = useState(false)
  /** The part of the page that its menu opens in, so that whoever goes from part to part meets it. */
  const [menuPlace, setMenuPlace] = useState<Element | null>(null)
  const place = useRef<HTMLLIElement>(null)
  const held = useRef<HTMLElement>(null)
  const about = useId()
  useCardDragging(place, held, card.id, isReadOnly || isRenaming)

  const { id, done, assignee, hasNote } = card
  const title = card.title || words.untitled
  const tabIndex = isTabStop ? 0 : -1
  const rename = () => setIsRenaming(true)
  const renamed = (other: string | null, byKey: boolean) => {
    const end = () => {
      setIsRenaming(false)
      if (other !== null) editing.renameCard(id, other)
    }
    if (byKey) focusAfter(end, id)
    else end()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      open(id)
    } else if (event.key === 'F2' && !isReadOnly) {
      event.preventDefault()
      rename()
    }
  }

  return (
    <li ref={place} className="board-card-place" data-card={id}>
      <article ref={held} className="board-card" data-done={done || undefined}>
        {/* biome-ignore lint/a11y/useSemanticElements: a check mark of this shape is no input, and one that cannot be written has to be legible */}
        <button
          type="button"
          role="checkbox"
          aria-checked={done}
          className="board-card-done"
          aria-label={words.card.done(title)}
          tabIndex={tabIndex}
          disabled={isReadOnly}
          onClick={() => editing.finishCard(id, !done)}
        >
          {done ? <CircleDone /> : <Circle />}
        </button>
        {isRenaming ? (
          <TitleField label={words.card.title} title={card.title} done={renamed} />
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: Firefox does not drag what is held by a button
          <div
            role="button"
            className="board-card-open"
            tabIndex={tabIndex}
            aria-describedby={about}
            onClick={() => open(id)}
            onKeyDown={press}
          >
            <span dir="auto" className="board-card-title" data-untitled={card.title === '' || undefined}>
              {title}
            </span>
          </div>
        )}
        {!isReadOnly &&
          (menuPlace !== null ? (
            <CardMenu card={card} title={title} isTabStop={isTabStop} place={menuPlace} rename={rename} />
          ) : (
            <button
              type="button"
              className="button-icon board-card-more"
              aria-label={words.card.menu(title)}
              aria-haspopup="menu"
              aria-expanded={false}
              tabIndex={tabIndex}
              onClick={event => setMenuPlace(event.currentTarget.closest('main') ?? document.body)}
            >
              <More />
            </button>
          ))}
        <About id={about} card={card} viewers={viewers} />
        {(hasNote || assignee !== null) && (
          <div className="board-card-foot" aria-hidden="true">
            {hasNote && <Sheet />}
            {assignee !== null && <Assignee person={assignee} />}
          </div>
        )}
        {viewers.length > 0 && (
          <div className="board-viewers" aria-hidden="true" title={words.card.looking(viewers.map(nameOf))}>
            {viewers.slice(0, shownViewers).map(viewer => (
              <Avatar key={viewer.id} person={viewer} />
            ))}
            {viewers.length > shownViewers && <span>{words.card.more(viewers.length - shownViewers)}</span>}
          </div>
        )}
      </article>
    </li>
  )
})

function Assignee({ person }: { person: Author }) {
  return (
    <span className="board-assignee" title={words.card.assigned(nameOf(person))}>
      <Avatar person={person} />
      <bdi>{nameOf(person)}</bdi>
    </span>
  )
}

/** What the drawings on a card say, for those who do not see them. */
function About({
  id,
  card: { done, hasNote, assignee },
  viewers,
}: {
  id: string
  card: Card
  viewers: readonly Author[]
}) {
  const said = [
    done ? words.card.isDone : null,
    assignee === null ? null : words.card.assigned(nameOf(assignee)),
    hasNote ? words.card.hasNote : null,
    viewers.length === 0 ? null : words.card.looking(viewers.map(nameOf)),
  ]
  return (
    <span id={id} hidden>
      {said.filter(part => part !== null).join(', ')}
    </span>
  )
}

export function nameOf({ name }: Author): string {
  return name || page.log.nameless
}
