import type { Editor } from '@tiptap/core'
import { type FormEvent, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { maxAltLength } from './picture.ts'
import { words } from './words.ts'

/** Asks for the words that stand for a picture. */
export function DescribeDialog({ editor, at, close }: { editor: Editor; at: number; close(): void }) {
  const [picture] = useState(() => editor.state.doc.nodeAt(at))
  const [alt, setAlt] = useState(() => {
    const stored: unknown = picture?.attrs.alt
    return typeof stored === 'string' ? stored : ''
  })
  const leave = () => {
    close()
    requestAnimationFrame(() => {
      if (!editor.isDestroyed) editor.view.focus()
    })
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!editor.isDestroyed && picture !== null) {
      editor.commands.command(({ tr }) => {
        // Others may have written above it meanwhile, or taken it away.
        tr.doc.descendants((node, place) => {
          if (node.type !== picture.type || node.attrs.file !== picture.attrs.file) return
          tr.setNodeAttribute(place, 'alt', alt.trim() === '' ? null : alt.trim())
        })
        return true
      })
    }
    leave()
  }
  return (
    <Dialog open title={words.picture.describeTitle} description={words.picture.describeHint} close={leave}>
      <form className="note-form" onSubmit={save}>
        <label>
          <span>{words.picture.description}</span>
          <textarea
            ref={focus}
            rows={3}
            dir="auto"
            maxLength={maxAltLength}
            value={alt}
            onChange={({ target }) => setAlt(target.value)}
          />
        </label>
        <div className="dialog-actions">
          <button type="submit" className="button-main">
            {words.picture.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** As soon as it is on the page, before the dialog looks for what to focus. */
function focus(input: HTMLTextAreaElement | null): void {
  input?.focus()
}
