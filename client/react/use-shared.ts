import { useCallback, useMemo } from 'react'
import * as Y from 'yjs'
import type { Room } from '../room.ts'
import { isSame } from './same.ts'
import { useSelection } from './selection.ts'
import { acrossDocuments, Snapshots } from './snapshots.ts'

/** A document between two changes. */
interface Version {
  readonly doc: Y.Doc
}

const versions = new Snapshots<Y.Doc, Version>(
  // Every change of a document, wherever in it, is a change of some type of it.
  (doc, changed) => doc.on('afterTransaction', ({ changed: types }) => types.size > 0 && changed()),
  doc => ({ doc }),
)

/**
 * What `selector` reads in a room's document, such as `doc => doc.getText('text').toString()` or
 * `doc => doc.getArray('todos').toJSON()`; it must not write, and may be written inline.
 *
 * The selector is evaluated after every change of the document, whoever made it; the component renders anew only when
 * the result is another. By default JSON is compared by content and anything else by identity (which for a shared type
 * never changes: select what is in it). The returned object stays the same as long as its content does. Follows the
 * room to another document. Subdocuments are not looked into. Rendered on a server, the document is empty.
 */
export function useShared<T>(room: Room, selector: (doc: Y.Doc) => T, isEqual: (a: T, b: T) => boolean = isSame): T {
  const source = useMemo(() => {
    let empty: Version | null = null
    const getServer = () => {
      empty ??= { doc: new Y.Doc() }
      return empty
    }
    return acrossDocuments(room, () => room.doc, versions, getServer)
  }, [room])
  const select = useCallback(({ doc }: Version) => selector(doc), [selector])
  return useSelection(source, select, isEqual)
}
