import { Node } from '@tiptap/core'
import { NodeSelection, Plugin } from '@tiptap/pm/state'
import { isPicture, type Picture, pictureTypes, readPicture } from './picture.ts'
import type { PictureStore } from './picture-store.ts'
import { PictureView } from './picture-view.ts'

interface PictureOptions {
  store: PictureStore | null
  /** Asks for words for the picture at that place. */
  describe(at: number): void
  /** Pictures were pasted or dropped; null where they cannot be added. */
  add: ((files: readonly File[], at: number | null) => void) | null
}

const attribute = (name: keyof Picture) => ({
  default: null,
  parseHTML: (element: HTMLElement) => element.getAttribute(name === 'file' ? 'data-file' : name),
  renderHTML: (values: Record<string, unknown>) => ({ [name === 'file' ? 'data-file' : name]: values[name] }),
})

/** A picture in the text. The document names the file; the bytes come from the server and never from another page. */
export const PictureNode = Node.create<PictureOptions>({
  name: 'picture',
  group: 'block',
  atom: true,
  draggable: true,

  addOptions() {
    return { store: null, describe: () => undefined, add: null }
  },

  addAttributes() {
    return {
      file: attribute('file'),
      width: { ...attribute('width'), parseHTML: element => sideOf(element, 'width') },
      height: { ...attribute('height'), parseHTML: element => sideOf(element, 'height') },
      alt: attribute('alt'),
    }
  },

  parseHTML() {
    // What is copied out of a note and pasted into it; pictures of other pages are not taken.
    const getAttrs = (element: HTMLElement) => {
      const { width, height } = { width: sideOf(element, 'width'), height: sideOf(element, 'height') }
      const attributes = { file: element.getAttribute('data-file'), width, height, alt: element.getAttribute('alt') }
      return isPicture(attributes) && readPicture(attributes) !== null ? null : false
    }
    return [{ tag: 'img[data-file]', getAttrs }]
  },

  renderHTML({ HTMLAttributes }) {
    return ['img', HTMLAttributes]
  },

  addNodeView() {
    return ({ node, getPos, editor }) =>
      new PictureView(node, {
        store: this.options.store,
        isTabStop: !editor.isEditable,
        describe: () => {
          const at = getPos()
          if (at !== undefined && editor.isEditable) this.options.describe(at)
        },
      })
  },

  addKeyboardShortcuts() {
    return {
      // What can be done with the selected picture: load it again, or describe it.
      Enter: ({ editor }) => {
        const { selection } = editor.state
        if (!(selection instanceof NodeSelection) || selection.node.type !== this.type) return false
        const box = editor.view.nodeDOM(selection.from)
        if (box instanceof HTMLElement) box.querySelector<HTMLElement>('button:not([hidden])')?.click()
        return true
      },
    }
  },

  addProseMirrorPlugins() {
    const { add } = this.options
    if (add === null) return []
    return [
      new Plugin({
        props: {
          handlePaste: (_, event) => {
            const files = filesIn(event.clipboardData)
            // A text processor puts a picture of the text beside the text.
            if (files.length === 0 || event.clipboardData?.getData('text/plain') !== '') return false
            add(files, null)
            return true
          },
          handleDrop: (view, event, _, moved) => {
            const files = moved ? [] : filesIn(event.dataTransfer)
            if (files.length === 0) return false
            event.preventDefault()
            add(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? null)
            return true
          },
        },
      }),
    ]
  },
})

function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter(({ type }) => type.startsWith('image/') || pictureTypes.includes(type))
}

function sideOf(element: HTMLElement, name: 'width' | 'height'): number | null {
  const side = Number(element.getAttribute(name))
  return Number.isInteger(side) && side > 0 ? side : null
}
