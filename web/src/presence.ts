/** Says who is here and whether they type, and reads the same of the others. */

import type { Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import type { Author } from '../chat/message.ts'
import { type Presence, peopleHere } from '../chat/presence.ts'

const typingForMs = 5_000

export interface AnnouncedPresence extends Readable<readonly Presence[]> {
  person(): Author
  setPerson(person: Author): void
  setTyping(typing: boolean): void
  /** Leaves. */
  stop(): void
}

export function announcePresence(room: SharedRoom, first: Author): AnnouncedPresence {
  let person = first
  let { awareness } = room
  let pause: ReturnType<typeof setTimeout> | undefined
  const here = new Cell<readonly Presence[]>([])
  const update = () => here.set(peopleHere(awareness.getStates().values(), person.id))
  const setTyping = (typing: boolean) => {
    clearTimeout(pause)
    if (typing) pause = setTimeout(() => setTyping(false), typingForMs)
    if (awareness.getLocalState()?.typing !== typing) awareness.setLocalStateField('typing', typing)
  }
  const another = () => {
    awareness.off('change', update)
    awareness = room.awareness
    awareness.on('change', update)
    update()
  }
  room.on('doc', another)
  awareness.on('change', update)
  let said = { ...person }
  awareness.setLocalState({ person: said, typing: false })
  return {
    get: here.get,
    subscribe: here.subscribe,
    person: () => person,
    setPerson(next) {
      person = next
      said = { ...next }
      awareness.setLocalStateField('person', said)
    },
    setTyping,
    stop() {
      clearTimeout(pause)
      room.off('doc', another)
      awareness.off('change', update)
      // The room may be followed on; somebody else in this page may have said meanwhile that they are here.
      if (awareness.getLocalState()?.person === said) awareness.setLocalState(null)
    },
  }
}
