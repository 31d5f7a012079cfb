import { Avatar } from '../src/avatar.tsx'
import type { Mention } from './text-marks.ts'
import { words } from './words.ts'

interface MentionListProps {
  id: string
  people: readonly Mention[]
  active: number
  point(index: number): void
  choose(person: Mention): void
}

/** Whom an `@` may mean. The focus stays in the field, whose arrows move through it. */
export function MentionList({ id, people, active, point, choose }: MentionListProps) {
  return (
    <div className="mention-list" id={id} role="listbox" aria-label={words.composer.people}>
      {people.map((person, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
        <div
          key={person.id}
          id={optionId(id, index)}
          className="mention-option"
          role="option"
          aria-selected={index === active}
          // The press must not take the focus from the field.
          onMouseDown={event => event.preventDefault()}
          onMouseMove={() => point(index)}
          onClick={() => choose(person)}
        >
          <Avatar person={person} />
          <bdi className="mention-name">{person.name}</bdi>
        </div>
      ))}
    </div>
  )
}

export function optionId(list: string, index: number): string {
  return `${list}-${index}`
}
