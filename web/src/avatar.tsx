import type { Author } from '../chat/message.ts'
import { lazily } from '../words/lazily.ts'

const hues = 6
const characters = lazily(() => new Intl.Segmenter())
/** A letter that nothing which follows belongs to. */
const plainLetter = /^[A-Za-z](?=[ -~]|$)/

/** The first letter of a name on one of a few quiet tints, the same for the same name everywhere. */
export function Avatar({ person }: { person: Author }) {
  const letter = firstOf(person.name).toLocaleUpperCase() || '?'
  return (
    <span className="avatar" data-hue={hueOf(person.name)} aria-hidden="true">
      {letter}
    </span>
  )
}

function firstOf(name: string): string {
  const [plain] = plainLetter.exec(name) ?? []
  if (plain !== undefined) return plain
  const [first] = characters().segment(name)
  return first?.segment ?? ''
}

/** Which of the tints belongs to a name. */
export function hueOf(name: string): number {
  let sum = 0
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521
  return sum % hues
}
