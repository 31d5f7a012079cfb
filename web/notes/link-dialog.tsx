import type { Editor } from '@tiptap/core'
import { getMarkRange } from '@tiptap/core'
import { type FormEvent, useId, useState } from 'react'
import { safeHref } from '../chat/links.ts'
import { Dialog } from '../ui/dialog.tsx'
import { typedHref } from './link-mark.ts'
import { words } from './words.ts'

/** Makes, changes, opens or takes away the link at the cursor. */
export function LinkDialog({ editor, close }: { editor: Editor; close(): void }) {
  const [stored] = useState(() => hrefAt(editor))
  const [needsText] = useState(() => stored === null && editor.state.selection.empty)
  const [address, setAddress] = useState(stored ?? '')
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const fault = useId()
  const leave = () => {
    close()
    // After the dialog has given the focus back.
    requestAnimationFrame(() => {
      if (!editor.isDestroyed) editor.view.focus()
    })
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    const href = typedHref(address)
    if (href === null) {
      setWrong(true)
      return
    }
    if (!editor.isDestroyed) {
      if (needsText) {
        const content = {
          type: 'text',
          text: text.trim() || address.trim(),
          marks: [{ type: 'link', attrs: { href } }],
        }
        editor.chain().insertContent(content).unsetMark('link').run()
      } else {
        editor.commands.linkTo(href)
      }
    }
    leave()
  }
  const remove = () => {
    if (!editor.isDestroyed) editor.commands.unlink()
    leave()
  }

  const opens = safeHref(stored ?? '')
  return (
    <Dialog open title={words.link.dialog} close={leave}>
      <form className="note-form" onSubmit={save}>
        <label>
          <span>{words.link.address}</span>
          <input
            ref={selectAll}
            type="text"
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            value={address}
            placeholder="https://"
            aria-invalid={isWrong}
            aria-describedby={isWrong ? fault : undefined}
            onChange={({ target }) => {
              setAddress(target.value)
              setWrong(false)
            }}
          />
        </label>
        {needsText && (
          <label>
            <span>{words.link.text}</span>
            <input type="text" dir="auto" value={text} onChange={({ target }) => setText(target.value)} />
          </label>
        )}
        <p id={fault} className="fault" role={isWrong ? 'alert' : undefined}>
          {isWrong ? words.link.wrong : ''}
        </p>
        <div className="dialog-actions">
          {stored !== null && (
            <button type="button" className="button-plain" onClick={remove}>
              {words.link.remove}
            </button>
          )}
          {opens !== null && (
            <a className="button-plain" href={opens} target="_blank" rel="noopener noreferrer nofollow">
              {words.link.open}
              <span className="hidden">, {words.link.newTab}</span>
            </a>
          )}
          <button type="submit" className="button-main">
            {words.link.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** As soon as it is on the page, before the dialog looks for what to focus. */
function selectAll(input: HTMLInputElement | null): void {
  input?.focus()
  input?.select()
}

/** The address of the link that the cursor is in or the selection begins with. */
function hrefAt(editor: Editor): string | null {
  const { doc, schema, selection } = editor.state
  const type = schema.marks.link
  const range = getMarkRange(doc.resolve(selection.from), type) ?? getMarkRange(selection.$from, type)
  const mark = range && doc.resolve(range.from).nodeAfter?.marks.find(found => found.type === type)
  const href: unknown = mark?.attrs.href
  return typeof href === 'string' ? href : null
}
