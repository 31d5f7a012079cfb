/** Who is here, read from the awareness states of a room. Nothing of it is stored. */

import { type Author, ownValue, readAuthor } from './message.ts'

export interface Presence {
  readonly person: Author
  readonly typing: boolean
}

/** The value as presence, or null when some program announced another shape. */
export function readPresence(state: unknown): Presence | null {
  const said = readAuthor(ownValue(state, 'person'))
  const person = said === null ? null : asKnown(said, ownValue(state, 'identity'))
  return person === null ? null : { person, typing: ownValue(state, 'typing') === true }
}

/** Where the server knows its users it writes into each state whose it is, and that counts: what they call themselves may be a lie. */
function asKnown(said: Author, identity: unknown): Author {
  const id = ownValue(identity, 'id')
  if (typeof id !== 'string' || id === '' || id === said.id) return said
  return readAuthor({ id, name: ownValue(identity, 'name') ?? id }) ?? said
}

/** Everyone once, however many windows they have open: oneself first, then by name. */
export function peopleHere(states: Iterable<unknown>, self: string): readonly Presence[] {
  const people = new Map<string, Presence>()
  for (const state of states) {
    const presence = readPresence(state)
    if (presence === null) continue
    const known = people.get(presence.person.id)
    people.set(presence.person.id, {
      person: known === undefined || presence.person.name < known.person.name ? presence.person : known.person,
      typing: presence.typing || known?.typing === true,
    })
  }
  return [...people.values()].sort((a, b) => {
    if ((a.person.id === self) !== (b.person.id === self)) return a.person.id === self ? -1 : 1
    return a.person.name.localeCompare(b.person.name) || (a.person.id < b.person.id ? -1 : 1)
  })
}
