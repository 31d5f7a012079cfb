import { useEffect } from 'react'

interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Whether keys mean undo or redo, on whichever system. */
export function undoKey({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): 'undo' | 'redo' | null {
  if (ctrlKey === metaKey || altKey) return null
  const letter = key.toLowerCase()
  if (letter === 'z') return shiftKey ? 'redo' : 'undo'
  return letter === 'y' && ctrlKey && !shiftKey ? 'redo' : null
}

/** The keys work wherever one is on the page, but for texts, which have steps of their own. */
export function useUndoKeys(isOff: boolean, undo: () => void, redo: () => void): void {
  useEffect(() => {
    if (isOff) return
    const press = (event: KeyboardEvent) => {
      const key = undoKey(event)
      const { target } = event
      if (key === null || event.defaultPrevented || !(target instanceof Element)) return
      if (target.closest('input, textarea, select, [contenteditable]') !== null) return
      event.preventDefault()
      if (key === 'undo') undo()
      else redo()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [isOff, undo, redo])
}
