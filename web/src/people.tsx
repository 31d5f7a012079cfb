import { type KeyboardEvent, useId, useState } from 'react'
import type { Presence } from '../chat/presence.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'
import { People } from './icons.tsx'

interface PeopleProps {
  people: readonly Presence[]
  self: string
  /** Without a connection it is not known. */
  isKnown: boolean
}

/** Who is here, beside the conversation where there is room. */
export function PeoplePanel(props: PeopleProps) {
  const id = useId()
  return (
    <aside className="people-panel" aria-labelledby={id}>
      <h2 id={id}>{words.people.title}</h2>
      <PeopleList {...props} />
    </aside>
  )
}

/** The same behind a button, where there is none. */
export function PeopleDisclosure(props: PeopleProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard for the button inside
    <div className="people-disclosure" onKeyDown={closeOnEscape}>
      <button
        type="button"
        className="button-plain"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <People />
        {props.isKnown ? words.people.toggle(props.people.length) : words.people.toggleUnknown}
      </button>
      <div id={id} className="people-sheet" hidden={!open}>
        <PeopleList {...props} />
      </div>
    </div>
  )
}

function PeopleList({ people, self, isKnown }: PeopleProps) {
  return (
    <>
      <ul className="people">
        {people.map(({ person, typing }) => (
          <li key={person.id}>
            <Avatar person={person} />
            <bdi className="person-name">{person.name || words.log.nameless}</bdi>
            {person.id === self && <span className="aside">{words.me.you}</span>}
            {person.id !== self && typing && <span className="aside">{words.people.typing}</span>}
          </li>
        ))}
      </ul>
      {!isKnown && <p className="hint">{words.people.unknown}</p>}
    </>
  )
}

/** Who is typing. Its height is reserved, so nothing moves when it changes. */
export function TypingLine({ people, self }: { people: readonly Presence[]; self: string }) {
  const names = people
    .filter(({ person, typing }) => typing && person.id !== self)
    .map(({ person }) => person.name || words.log.nameless)
  return (
    <p className="typing" aria-live="off" dir="auto">
      {words.typing(names)}
    </p>
  )
}
