/** What a person does and sees in a note. */

import { type BrowserContext, expect, type Locator } from '@playwright/test'
import { DocumentPage } from './document.ts'

export class NotePage extends DocumentPage {
  static async make(context: BrowserContext, origin: string, title: string, name: string): Promise<NotePage> {
    const note = new NotePage(await context.newPage())
    await note.make(origin, 'note', title, name)
    await note.isOpen()
    return note
  }

  static async open(context: BrowserContext, url: string, name: string): Promise<NotePage> {
    const note = new NotePage(await context.newPage())
    await note.enter(url, name)
    await note.isOpen()
    return note
  }

  get text(): Locator {
    return this.page.getByRole('textbox', { name: 'Note', exact: true })
  }

  /** The names at the carets of the others. */
  get carets(): Locator {
    return this.text.locator('.note-caret-name')
  }

  tool(name: string): Locator {
    return this.page.getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name, exact: true })
  }

  paragraph(text: string): Locator {
    return this.text.getByRole('paragraph').filter({ hasText: text })
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  /** The pictures that are not only there, but drawn. */
  get picturesShown(): Locator {
    return this.text.locator('[data-state=shown] img')
  }

  async addPicture(path: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser')
    await this.tool('Picture').click()
    await (await chooser).setFiles(path)
  }

  /** Goes on under everything there is, by a click into the empty space. */
  async writeBelow(): Promise<void> {
    const box = await this.page.locator('.note-scroll').boundingBox()
    if (box === null) throw new Error('The note is not on the page.')
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height - 8)
  }

  async isOpen(): Promise<void> {
    await expect(this.text).toHaveAttribute('contenteditable', 'true')
  }

  /**
   * Puts the cursor at the end of a paragraph of one line, or at its beginning. Again, when the caret of somebody else arrived in
   * the moment between the key and the editor's hearing of it: then it is put back to where it was.
   */
  async go(text: string, to: 'End' | 'Home' = 'End'): Promise<void> {
    await this.paragraph(text).click()
    await expect(async () => {
      await this.page.keyboard.press(to)
      expect(await this.page.evaluate<string>(`(${besideCursor})('${to}')`)).toBe('')
    }).toPass({ timeout: 15_000 })
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  /** What is written, block by block, without what the page draws over it. */
  content(): Promise<string> {
    return this.page.evaluate<string>(`(${contentOf})(document.querySelector('.note-text'))`)
  }
}

/** Runs in the page. */
const contentOf = `text => {
  const copy = text.cloneNode(true)
  for (const drawn of copy.querySelectorAll('.note-caret, .ProseMirror-separator, br, figure > *')) drawn.remove()
  for (const selected of copy.querySelectorAll('.note-selection')) selected.replaceWith(...selected.childNodes)
  copy.normalize()
  const lines = element => {
    const name = [element.localName, element.dataset.checked, element.dataset.file].filter(Boolean).join(' ')
    const blocks = [...element.children].filter(child => !inline.includes(child.localName))
    if (blocks.length === 0) return [name + ': ' + element.innerHTML]
    return [name, ...blocks.flatMap(lines).map(line => '  ' + line)]
  }
  const inline = ['a', 'strong', 'em', 's', 'code', 'span', 'input', 'label', 'colgroup']
  return [...copy.children].flatMap(lines).join('\\n')
}`

/** Runs in the page, once what was pressed has been heard of: what is between the cursor and that end of its paragraph. */
const besideCursor = `async to => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
  const { anchorNode, anchorOffset } = getSelection()
  const paragraph = (anchorNode.nodeType === 1 ? anchorNode : anchorNode.parentElement).closest('p')
  const range = document.createRange()
  range.selectNodeContents(paragraph)
  if (to === 'Home') range.setEnd(anchorNode, anchorOffset)
  else range.setStart(anchorNode, anchorOffset)
  const between = range.cloneContents()
  for (const caret of between.querySelectorAll('.note-caret')) caret.remove()
  return between.textContent
}`
