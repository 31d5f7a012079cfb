import type { Author } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'

interface PersonMarkProps {
  person: Author
  isHere: boolean
}

/** A person before their name, and whether they are here: a filled dot, or an empty one. `HereWord` says it after the name. */
export function PersonMark({ person, isHere }: PersonMarkProps) {
  return (
    <span className="person-mark" aria-hidden="true" title={isHere ? words.people.here : words.people.away}>
      <Avatar person={person} />
      <span className="presence" data-here={isHere || undefined} />
    </span>
  )
}

export function HereWord({ isHere }: Pick<PersonMarkProps, 'isHere'>) {
  return <span className="hidden">, {isHere ? words.people.here : words.people.away}</span>
}
