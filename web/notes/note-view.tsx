import type { Editor } from '@tiptap/core'
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Room } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'
import { readPresence } from '../chat/presence.ts'
import type { DocumentViewProps } from '../src/document-view.ts'
import { type AddedPicture, useAddedPictures } from './added-pictures.ts'
import { DescribeDialog } from './describe-dialog.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { useNoteEditor } from './note-editor.ts'
import './notes.css'
import type { ReadOnly } from './note-source.ts'
import { PictureStore } from './picture-store.ts'
import { Toolbar } from './toolbar.tsx'
import { words } from './words.ts'

type Asked = { readonly kind: 'link' } | { readonly kind: 'describe'; readonly at: number }

/** A note: a text that everybody in the room writes at the same time. */
export default function NoteView({ room, person, pictures }: DocumentViewProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const current = useRef<Editor | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const store = useMemo(() => new PictureStore(pictures), [pictures])
  const { added, add } = useAddedPictures(current, pictures, store)
  const { binding, editor } = useNoteEditor({
    room,
    scroller,
    place,
    pictures: store,
    addPictures: add,
    describePicture: at => setAsked({ kind: 'describe', at }),
    editLink: () => setAsked({ kind: 'link' }),
  })
  useLayoutEffect(() => {
    current.current = editor
  }, [editor])
  usePerson(room, person)
  useEffect(() => () => store.close(), [store])

  return (
    <div className="note" data-kind={binding.kind}>
      {binding.kind === 'read' ? (
        <ReadLine why={binding.why} />
      ) : (
        <Toolbar editor={editor} editLink={() => setAsked({ kind: 'link' })} addPictures={add} />
      )}
      <div className="note-below">
        <AddedPictures added={added} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the pointer; the keyboard has the text itself */}
        <div ref={scroller} className="note-scroll" onMouseDown={event => writeBelow(event, editor)}>
          {binding.kind === 'loading' && <p className="note-loading hint">{words.opening}</p>}
          <div ref={place} className="note-page" />
        </div>
      </div>
      {editor !== null && asked?.kind === 'link' && <LinkDialog editor={editor} close={() => setAsked(null)} />}
      {editor !== null && asked?.kind === 'describe' && (
        <DescribeDialog editor={editor} at={asked.at} close={() => setAsked(null)} />
      )}
    </div>
  )
}

function ReadLine({ why }: { why: ReadOnly }) {
  return (
    <p className="note-read" role="status" data-why={why}>
      {words.readOnly[why]}
    </p>
  )
}

function AddedPictures({ added }: { added: readonly AddedPicture[] }) {
  return (
    <ul className="note-added" aria-live="polite">
      {added.map(({ id, name, fault, retry, dismiss }) => (
        <li key={id} data-failed={fault !== null || undefined}>
          <p>
            <bdi>{fault ?? words.picture.adding(name)}</bdi>
          </p>
          {retry !== null && (
            <button type="button" className="button-plain" onClick={retry}>
              {words.picture.retry}
            </button>
          )}
          {fault !== null && (
            <button type="button" className="button-plain" onClick={dismiss}>
              {words.picture.dismiss}
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}

/** The empty space under the text is text, too: a click there goes to the end, and past a table or a picture. */
function writeBelow(event: MouseEvent<HTMLElement>, editor: Editor | null): void {
  if (editor === null || editor.isDestroyed || !editor.isEditable || event.button !== 0) return
  if (!(event.target instanceof Element) || event.target.closest('.note-text') !== null) return
  if (event.clientY < editor.view.dom.getBoundingClientRect().bottom) return
  // The scrollbar is not the text.
  if (event.nativeEvent.offsetX > event.currentTarget.clientWidth) return
  event.preventDefault()
  const { lastChild, content } = editor.state.doc
  if (lastChild === null || lastChild.type.name === 'paragraph') editor.commands.focus('end')
  else editor.chain().insertContentAt(content.size, { type: 'paragraph' }).focus('end').run()
}

/** The others see a name at the caret, which is announced here unless it has been already. */
function usePerson(room: Room, person: Author): void {
  useEffect(() => {
    const announce = () => {
      const { awareness } = room
      if (readPresence(awareness.getLocalState()) === null) awareness.setLocalStateField('person', person)
    }
    announce()
    room.on('doc', announce)
    return () => room.off('doc', announce)
  }, [room, person])
}
