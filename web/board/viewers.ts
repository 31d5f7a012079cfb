/** Who looks at which card, read from the presence of others. Nothing of it is stored. */

import { type Author, ownValue } from '../chat/message.ts'
import { readPresence } from '../chat/presence.ts'

/** A card and the others who look at it, in the order in which they came. JSON, so that it can be compared. */
export type Viewed = readonly [card: string, viewers: readonly Author[]]

const maxIdLength = 64

/** `states` are what everybody says of themselves, which may be anything. */
export function readViewers(states: Iterable<unknown>, self: string): readonly Viewed[] {
  const viewers = new Map<string, Map<string, Author>>()
  for (const state of states) {
    const person = readPresence(state)?.person
    const card = ownValue(state, 'card')
    if (person === undefined || person.id === self || typeof card !== 'string' || card.length > maxIdLength) continue
    const people = viewers.get(card) ?? new Map<string, Author>()
    viewers.set(card, people.set(person.id, person))
  }
  return [...viewers].map(([card, people]) => [card, [...people.values()]])
}
