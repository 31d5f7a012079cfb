import type { Editor } from '@tiptap/core'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { useCallback, useRef, useSyncExternalStore } from 'react'
import type { UndoManager } from 'yjs'

export type BlockKind = 'text' | 'heading1' | 'heading2' | 'heading3' | 'codeBlock'

/** What the tools show: what the cursor is in, and what can be done there. */
export interface EditorState {
  readonly block: BlockKind
  readonly bold: boolean
  readonly italic: boolean
  readonly strike: boolean
  readonly code: boolean
  readonly bulletList: boolean
  readonly orderedList: boolean
  readonly taskList: boolean
  readonly blockquote: boolean
  readonly link: boolean
  readonly table: boolean
  readonly canMark: boolean
  readonly canUndo: boolean
  readonly canRedo: boolean
}

const NOTHING: EditorState = {
  block: 'text',
  bold: false,
  italic: false,
  strike: false,
  code: false,
  bulletList: false,
  orderedList: false,
  taskList: false,
  blockquote: false,
  link: false,
  table: false,
  canMark: false,
  canUndo: false,
  canRedo: false,
}

/** Renders anew only when what the tools show is another. */
export function useEditorState(editor: Editor | null): EditorState {
  const last = useRef(NOTHING)
  const subscribe = useCallback(
    (changed: () => void) => {
      if (editor === null) return () => undefined
      const steps = undoManager(editor)
      editor.on('transaction', changed)
      // An undone step is on the stack only after what it changed has been heard of.
      for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) steps?.on(event, changed)
      return () => {
        editor.off('transaction', changed)
        for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) {
          steps?.off(event, changed)
        }
      }
    },
    [editor],
  )
  return useSyncExternalStore(subscribe, () => {
    const next = editor === null || editor.isDestroyed ? NOTHING : stateOf(editor)
    if (JSON.stringify(next) !== JSON.stringify(last.current)) last.current = next
    return last.current
  })
}

function stateOf(editor: Editor): EditorState {
  const steps = undoManager(editor)
  return {
    block: blockOf(editor),
    bold: editor.isActive('bold'),
    italic: editor.isActive('italic'),
    strike: editor.isActive('strike'),
    code: editor.isActive('code'),
    bulletList: editor.isActive('bulletList'),
    orderedList: editor.isActive('orderedList'),
    taskList: editor.isActive('taskList'),
    blockquote: editor.isActive('blockquote'),
    link: editor.isActive('link'),
    table: editor.isActive('table'),
    canMark: !editor.isActive('codeBlock') && !editor.isActive('picture'),
    canUndo: (steps?.undoStack.length ?? 0) > 0,
    canRedo: (steps?.redoStack.length ?? 0) > 0,
  }
}

function blockOf(editor: Editor): BlockKind {
  if (editor.isActive('codeBlock')) return 'codeBlock'
  for (const level of [1, 2, 3] as const) if (editor.isActive('heading', { level })) return `heading${level}`
  return 'text'
}

function undoManager(editor: Editor): UndoManager | null {
  const state: { undoManager?: UndoManager } | undefined = yUndoPluginKey.getState(editor.state)
  return state?.undoManager ?? null
}
