/** What has been said in a room, and what of it is not on the server's disk: always read together. */

import type { Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { isOnline } from '../chat/connection.ts'
import { type Entry, MessageLog } from '../chat/log.ts'
import { nothingUnsaved, sameUnsaved, type Unsaved, unsavedAmong } from '../chat/unsaved.ts'

export interface Conversation {
  readonly entries: readonly Entry[]
  readonly unsaved: Unsaved
}

export interface FollowedConversation extends Readable<Conversation> {
  stop(): void
}

/** Follows a room, also when it gets another document. */
export function followConversation(room: SharedRoom): FollowedConversation {
  let { doc } = room
  let log = new MessageLog(doc)
  // The room that had all of it on disk is gone. What the new one has shows when it has let us in.
  let isReplaced = false
  const state = new Cell<Conversation>({ entries: log.get(), unsaved: nothingUnsaved })

  const unsavedNow = (entries: readonly Entry[]): Unsaved => {
    if (isReplaced) return unsavedAmong(entries, () => 'waiting')
    return room.status.pending === 0 ? nothingUnsaved : unsavedAmong(entries, entry => room.fateOf(entry))
  }
  const read = () => {
    const before = state.get()
    const entries = log.get()
    const unsaved = unsavedNow(entries)
    if (entries === before.entries && sameUnsaved(unsaved, before.unsaved)) return
    state.set({ entries, unsaved })
  }
  // The room sends what was written at the end of this turn, and tells nobody of that.
  const changed = () => {
    read()
    queueMicrotask(read)
  }
  const statusChanged = () => {
    if (isOnline(room.status)) isReplaced = false
    changed()
  }
  const replaced = () => {
    isReplaced = true
    changed()
  }
  // Of what is written here the status tells, when the room knows that it waits. Not `update`: for its listeners Yjs
  // encodes everything that arrives anew.
  const arrived = ({ local }: { local: boolean }) => {
    if (!local) changed()
  }
  const bind = () => doc.on('afterTransaction', arrived)
  const unbind = () => {
    doc.off('afterTransaction', arrived)
    log.destroy()
  }
  const another = () => {
    unbind()
    doc = room.doc
    log = new MessageLog(doc)
    bind()
    changed()
  }
  bind()
  room.on('status', statusChanged)
  room.on('replaced', replaced)
  room.on('doc', another)
  changed()
  return {
    get: state.get,
    subscribe: state.subscribe,
    stop() {
      unbind()
      room.off('status', statusChanged)
      room.off('replaced', replaced)
      room.off('doc', another)
    },
  }
}
