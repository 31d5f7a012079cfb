/** Who somebody is, by what the directory knows of them. */

import type { Author } from '../chat/message.ts'
import type { Direct } from '../chat/workspace.ts'
import { words } from '../words/words.ts'

export function personNamed(id: string, members: readonly Author[]): Author {
  const known = members.find(member => member.id === id)
  return known === undefined || known.name === '' ? { id, name: words.log.nameless } : known
}

/** The other one of a direct conversation, or oneself in the one with oneself. */
export function otherOf(direct: Pick<Direct, 'members'>, members: readonly Author[], self: string): Author {
  return personNamed(direct.members.find(id => id !== self) ?? self, members)
}
