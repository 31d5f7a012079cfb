import { memo, useDeferredValue, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Author } from '../chat/message.ts'
import { Bin, More, Pencil } from '../src/icons.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { Adding } from './adding.tsx'
import { useBoardParts } from './board-context.ts'
import type { Card } from './card.ts'
import { CardView } from './card-view.tsx'
import { useColumnDragging } from './dragging.ts'
import { ArrowLeft, ArrowRight } from './icons.tsx'
import { TitleField } from './title-field.tsx'
import { words } from './words.ts'

interface ColumnViewProps {
  /** Null of the place for cards whose column is gone. */
  id: string | null
  title: string
  cards: readonly Card[]
  /** Among the columns; and how many there are. */
  index: number
  count: number
  /** The card that Tab comes to, when it is in this column. */
  tabStop: string | null
  /** Who looks at which card; others than those of this column may be in it. */
  viewers: ReadonlyMap<string, readonly Author[]>
  remove(id: string): void
}

const nobody: readonly Author[] = []
/** More than a screen has room for. */
const firstCards = 40

export const ColumnView = memo(function ColumnView(props: ColumnViewProps) {
  const { id, title, cards, index, count, tabStop, viewers, remove } = props
  const { editing, isReadOnly } = useBoardParts()
  const column = useRef<HTMLElement>(null)
  const head = useRef<HTMLElement>(null)
  const name = useId()
  // Of a long column the rest is drawn when the first cards are on the screen.
  const isWhole = useDeferredValue(true, false)
  const drawn = isWhole ? cards : cards.slice(0, firstCards)
  useColumnDragging(column, head, id, isReadOnly)

  return (
    <section ref={column} className="board-column" aria-labelledby={name} data-stray={id === null || undefined}>
      <header ref={head} className="board-column-head">
        <Head id={id} name={name} title={title} size={cards.length} index={index} count={count} remove={remove} />
      </header>
      {id === null && (
        <p className="hint board-stray-why">
          {words.column.strayWhy} {!isReadOnly && words.column.strayNext}
        </p>
      )}
      {cards.length === 0 && <p className="hint board-column-empty">{words.column.empty}</p>}
      <ul className="board-cards" data-empty={cards.length === 0 || undefined}>
        {drawn.map(card => (
          <CardView
            key={card.id}
            card={card}
            isTabStop={card.id === tabStop}
            viewers={viewers.get(card.id) ?? nobody}
          />
        ))}
      </ul>
      {id !== null && !isReadOnly && (
        <Adding
          label={words.card.add}
          longLabel={words.card.addTo(title || words.untitled)}
          fieldLabel={words.card.newTitle(title || words.untitled)}
          add={card => editing.addCard(id, card)}
        />
      )}
    </section>
  )
})

interface HeadProps extends Pick<ColumnViewProps, 'id' | 'title' | 'index' | 'count' | 'remove'> {
  /** The id of the element that has the name in it. */
  name: string
  size: number
}

function Head({ id, name, title, size, index, count, remove }: HeadProps) {
  const { editing, isReadOnly } = useBoardParts()
  const [isRenaming, setIsRenaming] = useState(false)
  const more = useRef<HTMLButtonElement>(null)
  const shown = title || words.untitled
  if (isRenaming && id !== null) {
    return (
      <>
        <h2 id={name} className="hidden">
          {shown}
        </h2>
        <TitleField
          label={words.column.name}
          title={title}
          done={(other, byKey) => {
            const end = () => {
              setIsRenaming(false)
              if (other !== null) editing.renameColumn(id, other)
            }
            if (!byKey) return end()
            flushSync(end)
            more.current?.focus()
          }}
        />
      </>
    )
  }
  return (
    <>
      <h2 id={name} className="board-column-title" dir="auto" onDoubleClick={() => !isReadOnly && setIsRenaming(true)}>
        {shown}
      </h2>
      <span className="board-count">
        <span aria-hidden="true">{size}</span>
        <span className="hidden">{words.cards(size)}</span>
      </span>
      {id !== null && !isReadOnly && (
        <Menu
          trigger={
            <button ref={more} type="button" className="button-icon" aria-label={words.column.menu(shown)}>
              <More />
            </button>
          }
        >
          <MenuItem icon={<Pencil />} choose={() => setIsRenaming(true)}>
            {words.column.rename}
          </MenuItem>
          <MenuItem icon={<ArrowLeft />} disabled={index === 0} choose={() => editing.moveColumn(id, index - 1)}>
            {words.column.left}
          </MenuItem>
          <MenuItem
            icon={<ArrowRight />}
            disabled={index === count - 1}
            choose={() => editing.moveColumn(id, index + 1)}
          >
            {words.column.right}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Bin />} isDanger choose={() => remove(id)}>
            {words.column.delete}
          </MenuItem>
        </Menu>
      )}
    </>
  )
}
