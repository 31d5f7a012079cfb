import { type KeyboardEvent, type RefObject, useState } from 'react'
import { mentionQuery, offered } from './mention-choice.ts'
import { replaceText } from './text-field.ts'
import type { Mention } from './text-marks.ts'

export interface MentionChoice {
  /** Whom one may choose; nobody while there is nothing to choose. */
  readonly people: readonly Mention[]
  readonly active: number
  point(index: number): void
  choose(person: Mention): void
  /** To be told where the caret is; null when it is elsewhere. */
  moved(caret: number | null): void
  /** Whether the key was one for the list. */
  press(event: KeyboardEvent): boolean
}

/** The list that opens at an `@`, moved through by the keys of the field. */
export function useMentionChoice(
  field: RefObject<HTMLTextAreaElement | null>,
  text: string,
  members: readonly Mention[],
  self: string,
  chosen: (person: Mention) => void,
): MentionChoice {
  const [caret, setCaret] = useState<number | null>(null)
  /** The `@` at which somebody has chosen already, or does not want to. */
  const [settledAt, setSettledAt] = useState<number | null>(null)
  const [pointed, setPointed] = useState(0)
  const query = caret === null ? null : mentionQuery(text, caret)
  const people = query === null || query.from === settledAt ? [] : offered(members, query.typed, self)
  const active = Math.min(pointed, people.length - 1)

  const choose = (person: Mention) => {
    if (query === null || caret === null || field.current === null) return
    setSettledAt(query.from)
    chosen(person)
    const space = text.charAt(caret) === ' ' ? '' : ' '
    replaceText(field.current, query.from, caret, `@${person.name}${space}`)
  }
  const moved = (to: number | null) => {
    setCaret(to)
    setPointed(0)
    const at = to === null || field.current === null ? null : mentionQuery(field.current.value, to)
    if (at === null || at.from !== settledAt) setSettledAt(null)
  }
  const press = ({ key }: KeyboardEvent) => {
    const person = people[active]
    if (person === undefined) return false
    if (key === 'ArrowDown') setPointed((active + 1) % people.length)
    else if (key === 'ArrowUp') setPointed((active + people.length - 1) % people.length)
    else if (key === 'Enter' || key === 'Tab') choose(person)
    else if (key === 'Escape') setSettledAt(query?.from ?? null)
    else return false
    return true
  }
  return { people, active, point: setPointed, choose, moved, press }
}
