import type { Author } from '../chat/message.ts'
import type { Presence } from '../chat/presence.ts'
import { locale } from '../words/language.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'

interface PeopleProps {
  people: readonly Presence[]
  members: readonly Author[]
  self: string
  /** Without a connection it is not known. */
  isKnown: boolean
}

/** Who is here, and below them who else belongs to the workspace. */
export function PeopleList({ people, members, self, isKnown }: PeopleProps) {
  const here = new Set(people.map(({ person }) => person.id))
  const away = members
    .filter(({ id }) => !here.has(id))
    .sort((a, b) => a.name.localeCompare(b.name, locale) || (a.id < b.id ? -1 : 1))
  return (
    <>
      <ul className="people" aria-label={words.people.title}>
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
      {away.length > 0 && (
        <>
          <h3 className="details-heading">{words.people.others}</h3>
          <ul className="people people-away" aria-label={words.people.others}>
            {away.map(person => (
              <li key={person.id}>
                <Avatar person={person} />
                <bdi className="person-name">{person.name || words.log.nameless}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** Who is typing. Its height is reserved, so nothing moves when it changes. */
export function TypingLine({ people, self }: { people: readonly Presence[]; self: string }) {
  const names = people
    .filter(({ person, typing }) => typing && person.id !== self)
    .map(({ person }) => person.name || words.log.nameless)
  return (
    <p className="typing" aria-live="off">
      {words.typing(names)}
    </p>
  )
}
