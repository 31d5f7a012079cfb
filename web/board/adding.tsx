import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Close, Plus } from '../src/icons.tsx'
import { words as page } from '../words/words.ts'
import { maxTitleLength } from './card.ts'
import { isEnter } from './title-field.tsx'
import { words } from './words.ts'

interface AddingProps {
  /** What the closed button says; `longLabel` says it to those who do not see where it is. */
  label: string
  longLabel: string
  fieldLabel: string
  add(title: string): void
  children?: ReactNode
}

/** A button that becomes a field: Enter adds and stays for the next, Escape ends it. */
export function Adding({ label, longLabel, fieldLabel, add }: AddingProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  const submit = () => {
    if (text.trim() === '') return
    flushSync(() => {
      add(text)
      setText('')
    })
    form.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    field.current?.focus()
  }
  const close = () => {
    flushSync(() => {
      setIsOpen(false)
      setText('')
    })
    button.current?.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (isEnter(event)) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.stopPropagation()
      close()
    }
  }

  if (!isOpen) {
    const open = () => {
      flushSync(() => setIsOpen(true))
      field.current?.focus()
    }
    return (
      <button ref={button} type="button" className="button-plain board-add" aria-label={longLabel} onClick={open}>
        <Plus />
        {label}
      </button>
    )
  }
  return (
    <form
      ref={form}
      className="board-adding"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
      // What was begun stays when one looks elsewhere; an empty field goes.
      onBlur={event => {
        const { relatedTarget, currentTarget } = event
        if (text.trim() === '' && !(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) {
          setIsOpen(false)
        }
      }}
    >
      <textarea
        ref={field}
        className="board-title-field"
        rows={1}
        dir="auto"
        aria-label={fieldLabel}
        maxLength={maxTitleLength}
        enterKeyHint="enter"
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={press}
      />
      <div className="board-adding-actions">
        <button type="submit" className="board-adding-add" disabled={text.trim() === ''}>
          {words.card.confirm}
        </button>
        <button type="button" className="button-icon" aria-label={page.ui.cancel} onClick={close}>
          <Close />
        </button>
      </div>
    </form>
  )
}
