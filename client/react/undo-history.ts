import * as Y from 'yjs'
import { isOwnOrigin } from '../origins.ts'
import type { Room } from '../room.ts'
import type { Source } from './source.ts'

/** Shared types of a document. */
export type UndoScope = Exclude<ConstructorParameters<typeof Y.UndoManager>[0], Y.Doc>

/** Yjs' own options, except that what is tracked is given: one's own edits. */
export type UndoOptions = Omit<NonNullable<ConstructorParameters<typeof Y.UndoManager>[1]>, 'trackedOrigins' | 'doc'>

export interface UndoSettings {
  scope(doc: Y.Doc): UndoScope
  options: UndoOptions
}

/** Whether there is something to undo, and to redo. */
export interface UndoSteps {
  readonly canUndo: boolean
  readonly canRedo: boolean
}

const NONE: UndoSteps = { canUndo: false, canRedo: false }

/** One's own edits of a room's document, step by step, from when somebody subscribes until nobody does any more. */
export class UndoHistory implements Source<UndoSteps> {
  readonly #room: Room
  readonly #latest: { readonly current: UndoSettings }
  #manager: Y.UndoManager | null = null
  #steps = NONE

  /** The settings count when an undo manager is made: at the start, and for another document. */
  constructor(room: Room, latest: { readonly current: UndoSettings }) {
    this.#room = room
    this.#latest = latest
  }

  get = (): UndoSteps => this.#steps

  getServer = (): UndoSteps => NONE

  subscribe = (changed: () => void): (() => void) => {
    let stop = this.#begin(changed)
    const beginAnew = () => {
      stop()
      stop = this.#begin(changed)
      changed()
    }
    this.#room.on('doc', beginAnew)
    return () => {
      this.#room.off('doc', beginAnew)
      stop()
    }
  }

  undo = (): void => {
    this.#manager?.undo()
  }

  redo = (): void => {
    this.#manager?.redo()
  }

  clear = (): void => {
    this.#manager?.clear()
  }

  stopCapturing = (): void => {
    this.#manager?.stopCapturing()
  }

  #begin(changed: () => void): () => void {
    const { scope, options } = this.#latest.current
    const { doc } = this.#room
    const manager = new Y.UndoManager(scope(doc), {
      ...options,
      captureTransaction: transaction =>
        isOwnOrigin(transaction.origin) && (options.captureTransaction?.(transaction) ?? true),
      trackedOrigins: new AnyOrigin(),
    })
    const refresh = () => {
      const [canUndo, canRedo] = [manager.canUndo(), manager.canRedo()]
      if (canUndo === this.#steps.canUndo && canRedo === this.#steps.canRedo) return
      this.#steps = { canUndo, canRedo }
      changed()
    }
    // After the manager, which listens to the same; it announces no step that turned out to change nothing.
    doc.on('afterTransaction', refresh)
    this.#manager = manager
    return () => {
      doc.off('afterTransaction', refresh)
      manager.destroy()
      this.#manager = null
      this.#steps = NONE
    }
  }
}

/** Yjs tracks the origins in a set. There is none of all origins but three: `isOwnOrigin` decides instead. */
class AnyOrigin extends Set<unknown> {
  override has(): boolean {
    return true
  }
}
