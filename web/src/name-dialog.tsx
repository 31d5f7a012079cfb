import { type FormEvent, type ReactNode, useState } from 'react'
import { maxTitleLength, tidyTitle } from '../chat/workspace.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'
import { Field } from './field.tsx'

interface NameDialogProps {
  open: boolean
  title: string
  description?: string | null
  label: string
  /** What to say when there is no name. */
  missing: string
  /** The name it has; null makes a new thing. */
  name: string | null
  submit(name: string, form: FormData): void
  close(): void
  /** What else is asked for. */
  children?: ReactNode
}

/** Asks how something is called, new or old. */
export function NameDialog({
  open,
  title,
  description,
  label,
  missing,
  name,
  submit,
  close,
  children,
}: NameDialogProps) {
  const [isMissing, setMissing] = useState(false)
  const take = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // A portal's events reach the tree around it, too.
    event.stopPropagation()
    const form = new FormData(event.currentTarget)
    const typed = tidyTitle(String(form.get('name')))
    setMissing(typed === '')
    if (typed === '') return
    submit(typed, form)
    close()
  }
  return (
    <Dialog
      open={open}
      title={title}
      description={description}
      close={() => {
        setMissing(false)
        close()
      }}
    >
      <form className="dialog-form" onSubmit={take} noValidate>
        <Field
          label={label}
          name="name"
          fault={isMissing ? missing : null}
          value={name ?? ''}
          maxLength={maxTitleLength}
          autoComplete="off"
        />
        {children}
        <div className="dialog-actions">
          <button type="submit" className="button-main">
            {name === null ? words.channel.createNow : words.me.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
