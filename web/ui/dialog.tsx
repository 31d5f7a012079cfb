import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Close } from '../src/icons.tsx'
import { words } from '../words/words.ts'

interface DialogProps {
  open: boolean
  title: string
  /** What it is for, in a sentence; null when the title says it all. */
  description?: string | null
  close(): void
  children: ReactNode
}

/** A question over the page. Escape and a click outside close it; the focus comes back to where it was. */
export function Dialog({ open, title, description = null, close, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={isOpen => !isOpen && close()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay" />
        <Radix.Content
          className="dialog"
          onOpenAutoFocus={focusField}
          {...(description === null ? { 'aria-describedby': undefined } : {})}
        >
          <header className="dialog-header">
            <Radix.Title className="dialog-title">{title}</Radix.Title>
            <Radix.Close className="button-icon" aria-label={words.ui.close}>
              <Close />
            </Radix.Close>
          </header>
          {description !== null && <Radix.Description className="hint">{description}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** One who is asked for something can write at once; the first button would be the one that closes. */
function focusField(event: Event): void {
  const field = (event.target as HTMLElement).querySelector<HTMLElement>('input:not([type="checkbox"]), textarea')
  if (field === null) return
  event.preventDefault()
  field.focus()
}
