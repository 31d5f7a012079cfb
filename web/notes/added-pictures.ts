import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap'
import { type RefObject, useCallback, useState } from 'react'
import type { RelativePosition } from 'yjs'
import type { Pictures } from '../src/document-view.ts'
import { type Picture, pictureTypes, sizeOf } from './picture.ts'
import type { PictureStore } from './picture-store.ts'
import { words } from './words.ts'

/** A picture that is on its way to the server, or did not get there. It is not in the note yet. */
export interface AddedPicture {
  readonly id: number
  readonly name: string
  /** Null while it is being sent. */
  readonly fault: string | null
  /** Null when trying again is of no use. */
  readonly retry: (() => void) | null
  readonly dismiss: () => void
}

let lastId = 0

/** Adds pictures to the note: each is put into the text, where the cursor was, once the server has it. */
export function useAddedPictures(editor: RefObject<Editor | null>, pictures: Pictures | null, store: PictureStore) {
  const [added, setAdded] = useState<readonly AddedPicture[]>([])

  const add = useCallback(
    (files: readonly File[], at: number | null = null) => {
      if (pictures === null) return
      const place = placeOf(editor.current, at)
      for (const file of files) {
        lastId++
        const id = lastId
        const name = file.name === '' ? words.picture.nameless : file.name
        const dismiss = () => setAdded(all => all.filter(picture => picture.id !== id))
        const say = (fault: string | null, retry: (() => void) | null) =>
          setAdded(all => [...all.filter(picture => picture.id !== id), { id, name, fault, retry, dismiss }])
        const send = async () => {
          say(null, null)
          const size = pictureTypes.includes(file.type) ? await sizeOf(file).catch(() => null) : null
          if (size === null) {
            say(words.picture.notPicture(name), null)
            return
          }
          try {
            const stored = await pictures.add(file)
            store.remember(stored, file)
            insert(editor.current, place, { file: stored, ...size, alt: '' })
            dismiss()
          } catch (error) {
            const reason = error instanceof Error ? ` ${error.message}` : ''
            say(`${words.picture.failed(name)}${reason}`, () => void send())
          }
        }
        void send()
      }
    },
    [editor, pictures, store],
  )
  return { added, add: pictures === null ? null : add }
}

/** A place that stays where it is while others write. */
function placeOf(editor: Editor | null, at: number | null): RelativePosition | null {
  if (editor === null || editor.isDestroyed) return null
  const { binding } = ySyncPluginKey.getState(editor.state)
  return absolutePositionToRelativePosition(at ?? editor.state.selection.to, binding.type, binding.mapping)
}

function insert(editor: Editor | null, place: RelativePosition | null, attrs: Picture): void {
  if (editor === null || editor.isDestroyed || !editor.isEditable) throw new Error(words.picture.notNow)
  const { binding } = ySyncPluginKey.getState(editor.state)
  const at = place && relativePositionToAbsolutePosition(binding.doc, binding.type, place, binding.mapping)
  const { doc, selection } = editor.state
  const cursor = Math.min(at ?? doc.content.size, doc.content.size)
  const isHere = cursor === selection.to
  editor.commands.insertContentAt(besideText(doc, cursor), { type: 'picture', attrs }, { updateSelection: false })
  // Who has not gone on elsewhere wants to see it.
  if (isHere) editor.view.dom.querySelector(`[data-file="${attrs.file}"]`)?.scrollIntoView({ block: 'nearest' })
}

/** A picture stands between paragraphs: none is torn apart for it. */
function besideText(doc: Node, at: number): number {
  const place = doc.resolve(at)
  if (!place.parent.isTextblock || place.parent.content.size === 0) return at
  // In a list, a paragraph comes first.
  return place.parentOffset === 0 && place.depth === 1 ? place.before() : place.after()
}
