import type { Editor } from '@tiptap/core'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Room } from '../../client/index.ts'
import { noteSchema, openEditor } from './editor.ts'
import { type Binding, NoteSource } from './note-source.ts'
import type { PictureStore } from './picture-store.ts'
import { words } from './words.ts'

export interface NoteEditorParts {
  room: Room
  /** What scrolls, and in it where the text goes. */
  scroller: RefObject<HTMLElement | null>
  place: RefObject<HTMLElement | null>
  pictures: PictureStore
  addPictures: ((files: readonly File[], at: number | null) => void) | null
  describePicture(at: number): void
  editLink(): void
}

export interface NoteEditor {
  readonly binding: Binding
  /** Null while there is none: the room is loading, or the document is being exchanged. */
  readonly editor: Editor | null
}

/** The editor of a room's note: another one whenever the document it is bound to is another. */
export function useNoteEditor(parts: NoteEditorParts): NoteEditor {
  const { room, pictures } = parts
  const [source] = useMade(() => new NoteSource(room, noteSchema()), room)
  const binding = useSyncExternalStore(source.subscribe, source.get)
  const [editor, setEditor] = useState<Editor | null>(null)
  const latest = useRef(parts)
  useLayoutEffect(() => {
    latest.current = parts
  })
  const last = useRef<Place>({ top: 0, hadFocus: false, at: 0 })

  useEffect(() => source.start(), [source])

  // Before the first paint of the new binding, so that nothing flickers and nothing is scrolled away.
  useLayoutEffect(() => {
    const { place, scroller } = latest.current
    if (binding.kind === 'loading' || place.current === null) return
    const canAdd = latest.current.addPictures !== null
    const made = openEditor({
      element: place.current,
      doc: binding.doc,
      awareness: room.awareness,
      editable: binding.kind === 'write',
      pictures,
      placeholder: () => (room.synced ? words.empty : words.notHere),
      addPictures: canAdd ? (files, at) => latest.current.addPictures?.(files, at) : null,
      describePicture: at => latest.current.describePicture(at),
      editLink: () => latest.current.editLink(),
    })
    const { top, hadFocus, at } = last.current
    if (scroller.current !== null) scroller.current.scrollTop = top
    if (hadFocus && binding.kind === 'write') {
      made.commands.focus(Math.min(at, made.state.doc.content.size), { scrollIntoView: false })
    }
    const close = () => {
      if (made.isDestroyed) return
      last.current = {
        top: scroller.current?.scrollTop ?? 0,
        // Of a copy that was only looked at, nothing is known.
        hadFocus: made.isFocused || (binding.kind === 'read' && last.current.hadFocus),
        at: binding.kind === 'write' ? made.state.selection.head : last.current.at,
      }
      made.destroy()
    }
    const off = source.onLeave(close)
    // The placeholder says another thing then.
    const synced = () => {
      if (!made.isDestroyed) made.view.dispatch(made.state.tr)
    }
    room.on('synced', synced)
    setEditor(made)
    return () => {
      off()
      room.off('synced', synced)
      close()
      setEditor(null)
    }
  }, [binding, room, source, pictures])

  return { binding, editor: editor?.isDestroyed === true ? null : editor }
}

interface Place {
  readonly top: number
  readonly hadFocus: boolean
  readonly at: number
}

/** One object for each value of `key`. */
function useMade<T>(make: () => T, key: unknown): [T] {
  const [made, setMade] = useState(() => ({ key, value: make() }))
  if (made.key === key) return [made.value]
  const next = { key, value: make() }
  setMade(next)
  return [next.value]
}
