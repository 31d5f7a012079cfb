/** What the server refused in a room, with the words of it. */

import type { RefusedEdits, Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { Message } from '../chat/message.ts'
import { refusedMessages } from '../chat/refused.ts'

/** Edits that the server refused at once, and the messages in them: none when they are of some other program. */
export interface Refused {
  readonly edits: RefusedEdits
  readonly messages: readonly Message[]
}

export interface FollowedRefused extends Readable<readonly Refused[]> {
  stop(): void
}

export function followRefused(room: SharedRoom): FollowedRefused {
  const state = new Cell<readonly Refused[]>([])
  const read = () => {
    const known = new Map(state.get().map(refused => [refused.edits, refused]))
    if (room.refused.length === 0 && known.size === 0) return
    state.set(room.refused.map(edits => known.get(edits) ?? { edits, messages: messagesIn(edits, room) }))
  }
  room.on('refused', read)
  read()
  return { get: state.get, subscribe: state.subscribe, stop: () => room.off('refused', read) }
}

function messagesIn(edits: RefusedEdits, room: SharedRoom): readonly Message[] {
  const copy = edits.copy()
  const messages = refusedMessages(copy, room.doc)
  copy.destroy()
  return messages
}
