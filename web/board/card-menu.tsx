import { DropdownMenu as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { ArrowDown, ArrowUp, Bin, More, Pencil } from '../src/icons.tsx'
import { useBoardParts } from './board-context.ts'
import type { Card } from './card.ts'
import { neighbourOf } from './editing.ts'
import { ArrowRight, Circle, CircleDone, Person, Sheet } from './icons.tsx'
import { words } from './words.ts'

interface CardMenuProps {
  card: Card
  title: string
  isTabStop: boolean
  /** Where in the page it opens. */
  place: Element
  rename(): void
}

/** What can be done with a card. Drawn open, when somebody first asks for it: thousands of closed ones would be slow. */
export function CardMenu({ card, title, isTabStop, place, rename }: CardMenuProps) {
  const { editing, person, open, focusAfter } = useBoardParts()
  const trigger = useRef<HTMLButtonElement>(null)
  const { id } = card
  const step = (direction: 'up' | 'down') => () => focusAfter(() => editing.stepCard(id, direction), id)
  const remove = () => {
    const board = editing.state.get()
    const next = neighbourOf(board, id, 'down') ?? neighbourOf(board, id, 'up')
    focusAfter(() => editing.removeCard(id), next)
  }
  return (
    <Radix.Root defaultOpen modal={false}>
      <Radix.Trigger asChild>
        <button
          ref={trigger}
          type="button"
          className="button-icon board-card-more"
          aria-label={words.card.menu(title)}
          tabIndex={isTabStop ? 0 : -1}
        >
          <More />
        </button>
      </Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content
          className="menu board-menu"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={event => {
            event.preventDefault()
            // What was chosen may have brought it elsewhere already.
            if (document.activeElement === document.body) trigger.current?.focus()
          }}
        >
          <Item icon={<Sheet />} keys="Enter" choose={() => open(id)}>
            {words.card.open}
          </Item>
          <Item icon={<Pencil />} keys="F2" choose={rename}>
            {words.card.rename}
          </Item>
          <Item icon={card.done ? <Circle /> : <CircleDone />} choose={() => editing.finishCard(id, !card.done)}>
            {card.done ? words.card.markUndone : words.card.markDone}
          </Item>
          {card.assignee?.id !== person.id && (
            <Item icon={<Person />} choose={() => editing.assignCard(id, person)}>
              {words.card.assignMe}
            </Item>
          )}
          <Radix.Separator className="menu-line" />
          {card.place !== null && (
            <>
              <Item icon={<ArrowUp />} keys="Alt ↑" choose={step('up')}>
                {words.card.up}
              </Item>
              <Item icon={<ArrowDown />} keys="Alt ↓" choose={step('down')}>
                {words.card.down}
              </Item>
            </>
          )}
          <Targets card={card} />
          <Radix.Separator className="menu-line" />
          <Item icon={<Bin />} keys="Del" isDanger choose={remove}>
            {words.card.delete}
          </Item>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The columns it can go to, each a choice of its own. */
function Targets({ card: { id, place } }: { card: Card }) {
  const { editing, focusAfter } = useBoardParts()
  const targets = editing.state.get().columns.filter(column => column.id !== place?.column)
  if (targets.length === 0) return null
  const go = (column: string) => () => focusAfter(() => editing.moveCard(id, column, Number.POSITIVE_INFINITY), id)
  return (
    <Radix.Group>
      <Radix.Label className="board-menu-label">{words.card.moveTo}</Radix.Label>
      {targets.map(column => (
        <Item key={column.id} icon={<ArrowRight />} choose={go(column.id)}>
          <bdi className="board-menu-column">{column.title || words.untitled}</bdi>
        </Item>
      ))}
    </Radix.Group>
  )
}

interface ItemProps {
  icon: ReactNode
  keys?: string
  isDanger?: boolean
  choose(): void
  children: ReactNode
}

function Item({ icon, keys, isDanger = false, choose, children }: ItemProps) {
  return (
    <Radix.Item className="menu-item" data-danger={isDanger || undefined} onSelect={choose}>
      {icon}
      {children}
      {keys !== undefined && (
        <span className="board-keys" aria-hidden="true">
          {keys}
        </span>
      )}
    </Radix.Item>
  )
}
