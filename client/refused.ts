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

export interface RefusedListParts {
  document(): Y.Doc
  /** The list is another. */
  changed(): void
  /** What was parked under that key is decided. */
  decided(key: Promise<number | null>): void
}

/** Refused edits on which somebody has to decide, oldest first. */
export class RefusedList {
  readonly #parts: RefusedListParts
  #edits: readonly RefusedEdits[] = []

  constructor(parts: RefusedListParts) {
    this.#parts = parts
  }

  get all(): readonly RefusedEdits[] {
    return this.#edits
  }

  add({ at, code, message, update }: Omit<Parked, 'key'>, key: Promise<number | null>): RefusedEdits {
    const { document } = this.#parts
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
      retry: () => {
        if (!this.#edits.includes(edits)) return
        Y.applyUpdate(document(), update, edits)
        this.#decide(edits, key)
      },
      discard: () => this.#decide(edits, key),
    }
    this.#become([...this.#edits, edits])
    return edits
  }

  #decide(edits: RefusedEdits, key: Promise<number | null>): void {
    if (!this.#edits.includes(edits)) return
    this.#parts.decided(key)
    this.#become(this.#edits.filter(other => other !== edits))
  }

  #become(edits: readonly RefusedEdits[]): void {
    this.#edits = edits
    this.#parts.changed()
  }
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
