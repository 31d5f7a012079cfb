import { type FormEvent, useId, useState } from 'react'
import { createDocument, maxTitleLength, renameDocument, type SharedDocument } from '../chat/workspace.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'
import { documentPath, go } from './route.ts'
import type { Workspace } from './workspace.ts'

interface DocumentDialogProps {
  /** Null shows nothing. */
  kind: 'note' | 'board' | null
  workspace: Workspace
  /** The one to rename; null makes a new one. */
  document: SharedDocument | null
  close(): void
}

/** The title of a note or a board, new or old. */
export function DocumentDialog({ kind, workspace, document, close }: DocumentDialogProps) {
  const [isMissing, setMissing] = useState(false)
  const id = useId()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    event.stopPropagation()
    const title = String(new FormData(event.currentTarget).get('title')).trim()
    setMissing(title === '')
    if (title === '' || kind === null) return
    const { doc } = workspace.room
    if (document === null) {
      const made = createDocument(doc, { kind, title, by: workspace.person.id, at: Date.now() })
      go(documentPath(kind, made))
    } else if (title !== document.title) renameDocument(doc, document.id, title)
    close()
  }
  const isNew = document === null
  return (
    <Dialog
      open={kind !== null}
      title={
        isNew ? (kind === 'board' ? words.document.createBoard : words.document.createNote) : words.document.rename
      }
      close={() => {
        setMissing(false)
        close()
      }}
    >
      <form className="dialog-form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor={id}>{words.document.title}</label>
          <input
            id={id}
            name="title"
            dir="auto"
            defaultValue={document?.title ?? ''}
            maxLength={maxTitleLength}
            autoComplete="off"
            aria-invalid={isMissing}
            aria-describedby={isMissing ? `${id}-fault` : undefined}
          />
          {isMissing && (
            <p id={`${id}-fault`} className="fault" role="alert">
              {words.document.titleMissing}
            </p>
          )}
        </div>
        <div className="dialog-actions">
          <button type="submit" className="button-main">
            {isNew ? words.channel.createNow : words.me.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
