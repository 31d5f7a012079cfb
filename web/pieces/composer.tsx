import { ComposerField, type FieldProps } from './composer-field.tsx'
import type { Mention } from './text-marks.ts'

export type { PendingAttachment } from './pending-attachments.tsx'

/** Where drafts are kept. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface Draft {
  readonly text: string
  /** Whom it mentions by `@` and name. */
  readonly mentions: readonly Mention[]
}

/** A message of one's own that is being changed in the place where one writes. */
export interface Editing extends Draft {
  readonly id: string
  /** Told of what is written so far. */
  keep(text: string): void
  /** False when it could not be saved: it stays in the field. */
  save(draft: Draft): boolean
  cancel(): void
}

interface ComposerProps extends Omit<FieldProps, 'isEdit' | 'first' | 'cancelEdit' | 'keep' | 'submit'> {
  /** Where in the storage the draft is, so that a reload loses no word. */
  draftKey: string
  storage: DraftStorage
  /** False when there was nothing to send. */
  send(draft: Draft): boolean
  editing: Editing | null
}

/**
 * Where one writes. It works the same with and without a connection. While an older message is edited here, the draft
 * waits in the storage.
 */
export function Composer({ draftKey, storage, send, editing, ...field }: ComposerProps) {
  const keep = (text: string) => {
    if (text === '') storage.removeItem(draftKey)
    else storage.setItem(draftKey, text)
  }
  if (editing === null) {
    return (
      <ComposerField
        {...field}
        key={`draft ${draftKey}`}
        isEdit={false}
        first={{ text: storage.getItem(draftKey) ?? '', mentions: [] }}
        keep={keep}
        cancelEdit={nothing}
        submit={send}
      />
    )
  }
  return (
    <ComposerField
      {...field}
      key={`edit ${editing.id}`}
      isEdit
      first={editing}
      keep={editing.keep}
      typing={nothing}
      changed={nothing}
      cancelEdit={editing.cancel}
      submit={editing.save}
      sentElsewhere={0}
      onAttach={null}
      attachments={[]}
      leftOut={0}
      replyingTo={null}
    />
  )
}

function nothing(): void {
  // What belongs to a draft does not happen while one edits, and the other way round.
}
