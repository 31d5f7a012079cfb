import type { Shown } from '../chat/shown.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'

interface RemoveDialogProps {
  shown: Shown | null
  remove(shown: Shown): void
  close(): void
}

/** Asks before a message goes for good. */
export function RemoveDialog({ shown, remove, close }: RemoveDialogProps) {
  return (
    <Dialog
      open={shown !== null}
      title={words.message.removeTitle}
      description={words.message.removeHint}
      close={close}
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
            close()
          }}
        >
          {words.message.remove}
        </button>
      </div>
    </Dialog>
  )
}
