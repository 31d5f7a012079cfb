import type * as Y from 'yjs'
import type { Room as SharedRoom } from '../../client/index.ts'

/**
 * Binds to the document of a room, and anew to the one that replaces it after edits were refused. `bind` returns how to let
 * go; so does this.
 */
export function eachDoc(room: SharedRoom, bind: (doc: Y.Doc) => () => void): () => void {
  let unbind = bind(room.doc)
  const another = () => {
    unbind()
    unbind = bind(room.doc)
  }
  room.on('doc', another)
  return () => {
    unbind()
    room.off('doc', another)
  }
}

/** The same for whoever wants to know of every change. Not `update`: for its listeners Yjs encodes everything anew. */
export function eachChange(room: SharedRoom, changed: () => void): () => void {
  let isFirst = true
  return eachDoc(room, doc => {
    doc.on('afterTransaction', changed)
    if (!isFirst) changed()
    isFirst = false
    return () => doc.off('afterTransaction', changed)
  })
}
