import type { Node } from '@tiptap/pm/model'
import type { NodeView } from '@tiptap/pm/view'
import { type Picture, readPicture } from './picture.ts'
import type { PictureStore } from './picture-store.ts'
import { words } from './words.ts'

interface PictureViewParts {
  store: PictureStore | null
  /** Where one writes, Tab leaves the text, and Enter presses the buttons of the selected picture. */
  isTabStop: boolean
  describe(): void
}

type State = 'waiting' | 'loading' | 'shown' | 'offline' | 'missing' | 'unknown'

/** Loads what is about to be seen. */
const margin = '600px'

/** A picture in the editor: a box of its size from the start, and in it the picture or why there is none. */
export class PictureView implements NodeView {
  readonly dom = document.createElement('figure')
  readonly #parts: PictureViewParts
  readonly #said = document.createElement('span')
  readonly #retry = button(words.picture.retry, () => void this.#load())
  readonly #describe: HTMLButtonElement
  readonly #nearby: IntersectionObserver
  #node: Node
  #image: HTMLImageElement | null = null
  #isDestroyed = false

  constructor(node: Node, parts: PictureViewParts) {
    this.#node = node
    this.#parts = parts
    this.#describe = button(words.picture.describe, () => parts.describe())
    this.#describe.classList.add('note-picture-describe')
    if (!parts.isTabStop) this.#retry.tabIndex = -1
    // Only where one can write is it seen.
    this.#describe.tabIndex = -1
    this.dom.className = 'note-picture'
    const state = document.createElement('div')
    state.className = 'note-picture-state'
    state.append(this.#said, this.#retry)
    this.dom.append(state, this.#describe)
    this.#nearby = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting) && this.#state === 'waiting') void this.#load()
      },
      // Of the page and of what scrolls in it.
      { rootMargin: margin, scrollMargin: margin },
    )
    this.#show()
    window.addEventListener('online', this.#online)
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type) return false
    const isSame = node.attrs.file === this.#node.attrs.file
    this.#node = node
    if (isSame && this.#image !== null) this.#place()
    else this.#show()
    return true
  }

  selectNode(): void {
    this.dom.classList.add('is-selected')
  }

  deselectNode(): void {
    this.dom.classList.remove('is-selected')
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof HTMLButtonElement
  }

  ignoreMutation(): boolean {
    return true
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#nearby.disconnect()
    window.removeEventListener('online', this.#online)
  }

  get #picture(): Picture | null {
    return readPicture(this.#node.attrs)
  }

  get #state(): State {
    return this.dom.dataset.state as State
  }

  #show(): void {
    this.#image?.remove()
    this.#image = null
    this.#place()
    this.#become(this.#picture === null || this.#parts.store?.isThere !== true ? 'unknown' : 'waiting')
    this.#nearby.disconnect()
    if (this.#state === 'waiting') this.#nearby.observe(this.dom)
  }

  #place(): void {
    const { width, height, alt } = this.#picture ?? { width: 640, height: 160, alt: '' }
    // Through the object model, which the page's policy allows.
    this.dom.style.setProperty('--width', `${width}px`)
    this.dom.style.setProperty('--ratio', `${width} / ${height}`)
    this.dom.dataset.file = this.#picture?.file ?? ''
    this.dom.setAttribute('role', 'group')
    this.dom.setAttribute('aria-label', alt === '' ? words.picture.noDescription : alt)
    if (this.#image !== null) this.#image.alt = alt
  }

  async #load(): Promise<void> {
    const picture = this.#picture
    const { store } = this.#parts
    if (picture === null || store === null) return
    this.#become('loading')
    try {
      const url = await store.url(picture.file)
      const image = new Image()
      image.src = url
      image.alt = picture.alt
      image.draggable = false
      await image.decode()
      if (this.#isDestroyed || this.#picture?.file !== picture.file) return
      this.#image?.remove()
      this.#image = image
      this.#place()
      this.dom.prepend(image)
      this.#become('shown')
    } catch {
      if (!this.#isDestroyed && this.#picture?.file === picture.file) {
        this.#become(navigator.onLine ? 'missing' : 'offline')
      }
    }
  }

  #become(state: State): void {
    this.dom.dataset.state = state
    this.#said.textContent = state === 'shown' ? '' : words.picture[state === 'waiting' ? 'loading' : state]
    this.#retry.hidden = state !== 'missing'
  }

  readonly #online = (): void => {
    if (this.#state === 'offline') void this.#load()
  }
}

function button(label: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = 'button-plain'
  element.textContent = label
  // The selection stays where it is.
  element.addEventListener('mousedown', event => event.preventDefault())
  element.addEventListener('click', press)
  return element
}
