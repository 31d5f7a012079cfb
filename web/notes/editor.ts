import { Editor, Extension, type Extensions, getSchema } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { Placeholder } from '@tiptap/extensions'
import type { Schema } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import StarterKit from '@tiptap/starter-kit'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { Carets } from './carets.ts'
import { LinkMark } from './link-mark.ts'
import { BODY } from './note-source.ts'
import { withoutStyles } from './pasted-html.ts'
import { PictureNode } from './picture-node.ts'
import type { PictureStore } from './picture-store.ts'
import { tables } from './tables.ts'
import { tasks } from './tasks.ts'
import { words } from './words.ts'

export interface EditorParts {
  element: HTMLElement
  doc: Y.Doc
  awareness: Awareness
  editable: boolean
  pictures: PictureStore
  /** What an empty note says. */
  placeholder(): string
  addPictures: ((files: readonly File[], at: number | null) => void) | null
  describePicture(at: number): void
  editLink(): void
}

const byContent = { HTMLAttributes: { dir: 'auto' } }

/**
 * What a note can hold. A later version that lets something that is here hold more must give it another name or
 * attribute: older versions judge by those, and leave such a note alone (see fit.ts).
 */
const content: Extensions = [
  StarterKit.configure({
    // Yjs undoes; the last paragraph would be written by whoever opens a note; the link is our own.
    undoRedo: false,
    trailingNode: false,
    link: false,
    underline: false,
    heading: { levels: [1, 2, 3] },
    // The marks of a list and the edge of a quotation stand where their lines begin.
    bulletList: byContent,
    orderedList: byContent,
    blockquote: byContent,
    dropcursor: { color: false, class: 'note-drop' },
  }),
  ...tasks,
  LinkMark,
  ...tables,
]

/** What is said of the connection lies over the lowest lines that are in view: whoever writes is kept above it. */
const besideCaret = { top: 8, right: 0, bottom: 88, left: 0 }

let schema: Schema | null = null

/** What the content of a note is judged by. */
export function noteSchema(): Schema {
  schema ??= getSchema([...content, PictureNode])
  return schema
}

/** Opens an editor of the note in the document. It writes nothing by itself. */
export function openEditor(parts: EditorParts): Editor {
  const { element, doc, awareness, editable, pictures, placeholder, addPictures, describePicture, editLink } = parts
  return new Editor({
    element,
    editable,
    // The page's policy allows no style elements: what Tiptap would put into one is in notes.css.
    injectCSS: false,
    extensions: [
      ...content,
      PictureNode.configure({ store: pictures, describe: describePicture, add: editable ? addPictures : null }),
      Placeholder.configure({ placeholder, showOnlyWhenEditable: false }),
      Collaboration.configure({ document: doc, field: BODY }),
      Carets.configure({ awareness, doc }),
      keys(editLink),
    ],
    editorProps: {
      scrollMargin: besideCaret,
      scrollThreshold: besideCaret,
      transformPastedHTML: withoutStyles,
      attributes: {
        class: 'note-text',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': words.label,
        ...(editable ? {} : { 'aria-readonly': 'true', tabindex: '0' }),
      },
    },
  })
}

/** Escape and then Tab leaves the editor, also where Tab would indent or go to the next cell. */
function keys(editLink: () => void): Extension {
  let isLeaving = false
  return Extension.create({
    name: 'noteKeys',
    addKeyboardShortcuts() {
      return {
        'Mod-k': () => {
          editLink()
          return true
        },
      }
    },
    addProseMirrorPlugins() {
      return [
        new Plugin({
          props: {
            handleDOMEvents: {
              keydown: (_, event) => {
                const leaves = isLeaving && event.key === 'Tab'
                if (event.key !== 'Shift') isLeaving = event.key === 'Escape'
                return leaves
              },
            },
          },
        }),
      ]
    },
  })
}
