import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { maxTextLength, tidyText } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { ArrowUp } from './icons.tsx'
import type { KeyValue } from './identity.ts'

interface ComposerProps {
  room: string
  /** Where the draft is kept, so that a reload loses no word. */
  storage: KeyValue
  /** False when there was nothing to send. */
  send(text: string): boolean
  typing(typing: boolean): void
}

const sizesItself = CSS.supports('field-sizing', 'content')

/** Where one writes. It works the same with and without a connection. */
export function Composer({ room, storage, send, typing }: ComposerProps) {
  const draftKey = `y-harbor.draft.${room}`
  const [text, setText] = useState(() => storage.getItem(draftKey) ?? '')
  const box = useRef<HTMLTextAreaElement>(null)
  const hint = useId()
  const over = text.length - maxTextLength

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current
    if (element === null || sizesItself) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])

  // On a touch screen this would push a keyboard over the messages one came to read.
  useEffect(() => {
    if (window.matchMedia('(pointer: fine)').matches) box.current?.focus()
  }, [])

  const take = (value: string) => {
    setText(value)
    if (value === '') storage.removeItem(draftKey)
    else storage.setItem(draftKey, value)
  }
  const change = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    take(target.value)
    typing(target.value.trim() !== '')
  }
  const submit = () => {
    if (over <= 0 && send(text)) take('')
    box.current?.focus()
  }
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method is composing, Enter chooses a candidate. Safari ends the composition first and says 229.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
    event.preventDefault()
    submit()
  }

  return (
    <form
      className="composer"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="composer-box">
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          aria-label={words.composer.label}
          aria-describedby={hint}
          aria-invalid={over > 0}
          placeholder={words.composer.placeholder(room)}
          enterKeyHint="send"
          value={text}
          onChange={change}
          onKeyDown={press}
          onBlur={() => typing(false)}
        />
        <button
          type="submit"
          className="composer-send"
          aria-label={words.composer.send}
          disabled={over > 0 || tidyText(text) === ''}
        >
          <ArrowUp />
        </button>
      </div>
      <p id={hint} className={over > 0 ? 'fault' : 'hidden'} role={over > 0 ? 'alert' : undefined}>
        {over > 0 ? words.composer.tooLong(over) : words.composer.hint}
      </p>
    </form>
  )
}
