import * as Y from 'yjs'
import type { Parked } from './storage.ts'

/** Edits that the server refused. They are set aside, across reloads, until one of the last two is called. */
export interface RefusedEdits {
  /** When they were refused, in milliseconds since the epoch. */
  readonly at: number
  /** Why: a code of the server's table, and a sentence for people. */
  readonly code: number
  readonly message: string
  /** The document as it would be with them: to show, or to copy from. */
  copy(): Y.Doc
  /** Makes them again, on top of what the document is now. */
  retry(): void
  /** Forgets them. */
  discard(): void
}

export interface RefusedParts extends Omit<Parked, 'key'> {
  document(): Y.Doc
  /** They are decided. */
  decided(edits: RefusedEdits): void
}

export function refusedEdits({ at, code, message, update, document, decided }: RefusedParts): RefusedEdits {
  const edits: RefusedEdits = {
    at,
    code,
    message,
    copy() {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(document()))
      Y.applyUpdate(doc, update)
      return doc
    },
    retry() {
      Y.applyUpdate(document(), update, edits)
      decided(edits)
    },
    discard: () => decided(edits),
  }
  return edits
}

/** Whether applying `update` to a document of that state changes it. */
export function changes(state: Uint8Array, update: Uint8Array): boolean {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  let isChanged = false
  doc.on('update', () => {
    isChanged = true
  })
  Y.applyUpdate(doc, update)
  const { pendingStructs, pendingDs } = doc.store
  doc.destroy()
  return isChanged || pendingStructs !== null || pendingDs !== null
}
