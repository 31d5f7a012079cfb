import type { Presence } from '../chat/presence.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'

const most = 4

/** The others who have a document open: a few of them as avatars, all of them by name. */
export function HereNow({ people, self }: { people: readonly Presence[]; self: string }) {
  const others = people.filter(({ person }) => person.id !== self)
  if (others.length === 0) return null
  const names = others.map(({ person }) => person.name || words.log.nameless)
  return (
    <div className="here-now" role="img" aria-label={words.document.here(names)} title={words.document.here(names)}>
      {others.slice(0, most).map(({ person }) => (
        <Avatar key={person.id} person={person} />
      ))}
      {others.length > most && <span className="aside">+{others.length - most}</span>}
    </div>
  )
}
