import { createDocument, renameDocument, type SharedDocument } from '../chat/workspace.ts'
import { words } from '../words/words.ts'
import { NameDialog } from './name-dialog.tsx'
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
  const submit = (title: string) => {
    const { doc } = workspace.room
    if (document !== null) {
      if (title !== document.title) renameDocument(doc, document.id, title)
    } else if (kind !== null) {
      const made = createDocument(doc, { kind, title, by: workspace.person.id, at: Date.now() })
      go(documentPath(kind, made))
    }
  }
  const create = kind === 'board' ? words.document.createBoard : words.document.createNote
  return (
    <NameDialog
      open={kind !== null}
      title={document === null ? create : words.document.rename}
      label={words.document.title}
      missing={words.document.titleMissing}
      name={document?.title ?? null}
      submit={submit}
      close={close}
    />
  )
}
