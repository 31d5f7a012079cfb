/** A room that is open in this page: what React reads of it, and what a person does in it. */

import type { Harbor, Persistence, Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { Connection } from '../chat/connection.ts'
import { append } from '../chat/log.ts'
import { type Author, newId, nextTime, tidyText } from '../chat/message.ts'
import type { Presence } from '../chat/presence.ts'
import { documentName } from '../chat/room-name.ts'
import { type ConnectionParts, watchConnection } from './connection.ts'
import { type Conversation, followConversation } from './conversation.ts'
import { announcePresence } from './presence.ts'
import { followRefused, type Refused } from './refused.ts'

export interface Room {
  readonly name: string
  readonly conversation: Readable<Conversation>
  readonly connection: Readable<Connection>
  readonly people: Readable<readonly Presence[]>
  /** What the server refused, until it is decided. Oldest first. */
  readonly refused: Readable<readonly Refused[]>
  /** Whether this browser keeps the room across reloads; null until that is known. */
  readonly kept: Readable<boolean | null>
  /** Adds a message to the log. False when nothing is left of the text. */
  send(text: string): boolean
  setTyping(typing: boolean): void
  setPerson(person: Author): void
  /** Tries again after the server closed for good. */
  retry(): void
  /** Says what is to become of the content of a room that was replaced on the server. */
  reconcile(choice: 'merge' | 'discard'): void
  close(): void
}

export function openRoom(harbor: Harbor, name: string, person: Author, parts: ConnectionParts = {}): Room {
  const shared = harbor.room(documentName(name, 0))
  const conversation = followConversation(shared)
  const connection = watchConnection(shared, parts)
  const people = announcePresence(shared, person)
  const refused = followRefused(shared)

  let lastOwn = 0
  return {
    name,
    conversation,
    connection,
    people,
    refused,
    kept: followKept(shared),
    send(typed) {
      const text = tidyText(typed)
      if (text === '') return false
      lastOwn = nextTime(Date.now(), lastOwn, conversation.get().entries.at(-1)?.message.at ?? 0)
      append(shared.doc, { id: newId(), author: people.person(), text, at: lastOwn })
      people.setTyping(false)
      return true
    },
    setTyping: people.setTyping,
    setPerson: people.setPerson,
    retry() {
      // Either the connection was stopped, or this room only.
      harbor.retry()
      shared.retry()
    },
    reconcile: choice => shared.reconcile(choice),
    close() {
      for (const followed of [conversation, connection, people, refused]) followed.stop()
      shared.destroy()
      shared.doc.destroy()
    },
  }
}

/** Ends with the room: it has no listeners of its own after that. */
function followKept(room: SharedRoom): Readable<boolean | null> {
  const isKept = (persistence: Persistence) => (persistence === 'loading' ? null : persistence === 'kept')
  const state = new Cell(isKept(room.persistence))
  room.on('persistence', persistence => state.set(isKept(persistence)))
  return state
}
