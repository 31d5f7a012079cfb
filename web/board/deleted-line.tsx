import { useSyncExternalStore } from 'react'
import { Close } from '../src/icons.tsx'
import { words as page } from '../words/words.ts'
import { useBoardParts } from './board-context.ts'
import { words } from './words.ts'

/** What was deleted last, and the way back. It stays until something else is done: nobody has to be quick. */
export function DeletedLine({ undo }: { undo(): void }) {
  const { editing, focusAfter } = useBoardParts()
  const deleted = useSyncExternalStore(editing.deleted.subscribe, editing.deleted.get)
  if (deleted === null) return null
  return (
    <div className="board-deleted">
      <p dir="auto">{deleted.text}</p>
      <button type="button" className="button-plain" onClick={() => focusAfter(undo, deleted.card)}>
        {words.undo}
      </button>
      <button
        type="button"
        className="button-icon"
        aria-label={page.ui.close}
        onClick={() => focusAfter(() => editing.deleted.set(null), null)}
      >
        <Close />
      </button>
    </div>
  )
}
