import { useRef } from 'react'
import type { Shown } from '../chat/shown.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'

interface RemoveDialogProps {
  shown: Shown | null
  remove(shown: Shown): void
  /** It was deleted, and the button for that with it: the focus goes somewhere else. */
  removed(): void
  close(): void
}

/** Asks before a message goes for good. */
export function RemoveDialog({ shown, remove, removed, close }: RemoveDialogProps) {
  const isRemoved = useRef(false)
  const leaveFocus = () => {
    if (!isRemoved.current) return false
    isRemoved.current = false
    removed()
    return true
  }
  return (
    <Dialog
      open={shown !== null}
      title={words.message.removeTitle}
      description={words.message.removeHint}
      close={close}
      leaveFocus={leaveFocus}
    >
      <blockquote className="quoted" dir="auto">
        {shown?.text.slice(0, 300)}
      </blockquote>
      <div className="dialog-actions">
        <button type="button" className="button-plain button-edged" onClick={close}>
          {words.ui.cancel}
        </button>
        <button
          type="button"
          className="button-main button-danger"
          onClick={() => {
            if (shown !== null) remove(shown)
            isRemoved.current = true
            close()
          }}
        >
          {words.message.remove}
        </button>
      </div>
    </Dialog>
  )
}
