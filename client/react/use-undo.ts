import { useMemo } from 'react'
import type * as Y from 'yjs'
import type { Room } from '../room.ts'
import { useLatest } from './latest.ts'
import { useMade } from './made.ts'
import { useSource } from './source.ts'
import { UndoHistory, type UndoOptions, type UndoScope, type UndoSteps } from './undo-history.ts'

export interface Undo extends UndoSteps {
  readonly undo: () => void
  readonly redo: () => void
  /** Forgets all steps. */
  readonly clear: () => void
  /** What is written next is a step of its own; otherwise edits within half a second are one. */
  readonly stopCapturing: () => void
}

/**
 * Undo and redo of what was written here, with whatever origin, in the shared types that `scope` returns, such as
 * `doc => doc.getText('text')`. What others wrote stays, whether it came from the server, another tab or the browser's
 * storage.
 *
 * Renders anew only when `canUndo` or `canRedo` change; the functions are the same as long as the room is. The history
 * begins when the component is mounted and ends with it: use the hook once for an editor, and hand down what it
 * returns. Another document begins with no steps. `scope` and `options`, which are Yjs' own, may be written inline and
 * count when a history begins.
 */
export function useUndo(room: Room, scope: (doc: Y.Doc) => UndoScope, options: UndoOptions = {}): Undo {
  const latest = useLatest({ scope, options })
  const history = useMade(room, () => new UndoHistory(room, latest))
  const steps = useSource(history)
  return useMemo(() => {
    const { undo, redo, clear, stopCapturing } = history
    return { ...steps, undo, redo, clear, stopCapturing }
  }, [history, steps])
}
