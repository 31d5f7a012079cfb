/** One page of a channel: what is said on it, and what of that is not on the server's disk, always read together. */

import type { Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { isOnline } from '../chat/connection.ts'
import { PageLog } from '../chat/page-log.ts'
import type { Shown } from '../chat/shown.ts'
import { nothingUnsaved, sameUnsaved, type Unsaved, unsavedAmong } from '../chat/unsaved.ts'
import { followRefused, type Refused } from './refused.ts'

export interface PageContent {
  readonly shown: readonly Shown[]
  readonly unsaved: Unsaved
  /** What the server refused, until it is decided. Oldest first. */
  readonly refused: readonly Refused[]
}

export interface FollowedPage extends Readable<PageContent> {
  readonly page: number
  readonly room: SharedRoom
  stop(): void
}

/** Follows the page's room, also when it gets another document. */
export function followPage(room: SharedRoom, page: number): FollowedPage {
  let { doc } = room
  let log = new PageLog(doc, page)
  // The room that had all of it on disk is gone. What the new one has shows when it has let us in.
  let isReplaced = false
  const refused = followRefused(room)
  const state = new Cell<PageContent>({ shown: log.get(), unsaved: nothingUnsaved, refused: [] })

  const unsavedNow = (shown: readonly Shown[]): Unsaved => {
    if (isReplaced) return unsavedAmong(shown, () => 'waiting')
    return room.status.pending === 0 ? nothingUnsaved : unsavedAmong(shown, entry => room.fateOf(entry))
  }
  const read = () => {
    const before = state.get()
    const shown = log.get()
    const unsaved = unsavedNow(shown)
    const set = { shown, unsaved, refused: refused.get() }
    if (shown === before.shown && set.refused === before.refused && sameUnsaved(unsaved, before.unsaved)) return
    state.set(set)
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
    log = new PageLog(doc, page)
    bind()
    changed()
  }
  bind()
  refused.subscribe(changed)
  room.on('status', statusChanged)
  room.on('replaced', replaced)
  room.on('doc', another)
  changed()
  return {
    page,
    room,
    get: state.get,
    subscribe: state.subscribe,
    stop() {
      unbind()
      refused.stop()
      room.off('status', statusChanged)
      room.off('replaced', replaced)
      room.off('doc', another)
    },
  }
}
