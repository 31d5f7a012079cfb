import * as Y from 'yjs'
import type { Parked, Stretch } from './storage.ts'
import { stretchesOf } from './unsaved.ts'

/** Edits that the server refused. They are set aside, across reloads, until one of the last two is called. */
export interface RefusedEdits {
  /** When they were refused, in milliseconds since the epoch. */
  readonly at: number
  /** Why: a code of the server's table, and a sentence for people. */
  readonly code: number
  readonly message: string
  /** The document as it would be with them: to show, or to copy from. */
  copy(): Y.Doc
  /**
   * Makes them again, on top of what the document is now. False when that is not possible, because they build on something
   * that is not there any more: then they stay set aside.
   */
  retry(): boolean
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
  readonly #stretches = new Map<RefusedEdits, readonly Stretch[]>()
  #edits: readonly RefusedEdits[] = []

  constructor(parts: RefusedListParts) {
    this.#parts = parts
  }

  get all(): readonly RefusedEdits[] {
    return this.#edits
  }

  /** Whether the struct of that client and clock was refused. */
  has(client: number, clock: number): boolean {
    return this.#edits.some(edits => {
      return this.#stretches.get(edits)?.some(s => s.client === client && s.from <= clock && clock < s.to)
    })
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
        if (!this.#edits.includes(edits) || !integrates(document(), update)) return false
        Y.applyUpdate(document(), update, edits)
        this.#decide(edits, key)
        return true
      },
      discard: () => this.#decide(edits, key),
    }
    this.#stretches.set(edits, stretchesOf(update))
    this.#become([...this.#edits, edits])
    return edits
  }

  #decide(edits: RefusedEdits, key: Promise<number | null>): void {
    if (!this.#edits.includes(edits)) return
    this.#parts.decided(key)
    this.#stretches.delete(edits)
    this.#become(this.#edits.filter(other => other !== edits))
  }

  #become(edits: readonly RefusedEdits[]): void {
    this.#edits = edits
    this.#parts.changed()
  }
}

/** Whether a document has everything that an update builds on. */
function integrates(to: Y.Doc, update: Uint8Array): boolean {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(to))
  Y.applyUpdate(doc, update)
  return !hasPending(doc)
}

/** Whether something waits for what is not there. */
export function hasPending({ store: { pendingStructs, pendingDs } }: Y.Doc): boolean {
  return pendingStructs !== null || pendingDs !== null
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
  return isChanged || hasPending(doc)
}
