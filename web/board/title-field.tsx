import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { maxTitleLength } from './card.ts'

/** Enter, unless an input method is choosing by it. Safari ends the composition first and says 229. */
export function isEnter(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.nativeEvent.isComposing && event.keyCode !== 229
}

interface TitleFieldProps {
  label: string
  title: string
  /** Called once: with another title, or null when it stays. `byKey` when the focus has to go somewhere. */
  done(title: string | null, byKey: boolean): void
}

/** A title that is being written anew in its place: Enter takes it, Escape does not. */
export function TitleField({ label, title, done }: TitleFieldProps) {
  const [text, setText] = useState(title)
  const box = useRef<HTMLTextAreaElement>(null)
  const isDone = useRef(false)
  useLayoutEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])

  const end = (isTaken: boolean, byKey: boolean) => {
    if (isDone.current) return
    isDone.current = true
    const isOther = isTaken && text.trim() !== '' && text !== title
    done(isOther ? text : null, byKey)
  }
  const press = (event: KeyboardEvent) => {
    if (isEnter(event)) {
      event.preventDefault()
      end(true, true)
    } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.stopPropagation()
      end(false, true)
    }
  }
  return (
    <textarea
      ref={box}
      className="board-title-field"
      rows={1}
      dir="auto"
      aria-label={label}
      maxLength={maxTitleLength}
      enterKeyHint="done"
      value={text}
      onChange={event => setText(event.target.value)}
      onKeyDown={press}
      onBlur={() => end(true, false)}
    />
  )
}
