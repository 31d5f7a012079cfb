import type { Author } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'

/** A person, and whether they are here: a filled dot, or an empty one. */
export function PersonMark({ person, isHere }: { person: Author; isHere: boolean }) {
  return (
    <span className="person-mark">
      <Avatar person={person} />
      <span
        className="presence"
        data-here={isHere || undefined}
        role="img"
        aria-label={isHere ? words.people.here : words.people.away}
      />
    </span>
  )
}
