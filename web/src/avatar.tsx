import type { Author } from '../chat/message.ts'

const hues = 6
const characters = new Intl.Segmenter()

/** The first letter of a name on one of a few quiet tints, the same for the same name everywhere. */
export function Avatar({ person }: { person: Author }) {
  const [first] = characters.segment(person.name)
  const letter = first?.segment.toLocaleUpperCase() ?? '?'
  return (
    <span className="avatar" data-hue={hueOf(person.name)} aria-hidden="true">
      {letter}
    </span>
  )
}

/** Which of the tints belongs to a name. */
export function hueOf(name: string): number {
  let sum = 0
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521
  return sum % hues
}
