/** What a person does and sees with a shared note or board, in the words of the stories. */

import { expect, type Locator, type Page } from '@playwright/test'
import { ChatPage } from './chat.ts'

export class DocumentPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Opens the address of a document, and gives a name when asked for one. */
  async enter(url: string, name: string): Promise<void> {
    await this.page.goto(url)
    const field = this.page.getByRole('textbox', { name: 'Your name', exact: true })
    await field.or(this.title).first().waitFor()
    if (await field.isVisible()) {
      await field.fill(name)
      await this.page.getByRole('button', { name: /^(Go on|Open room)$/ }).click()
    }
    await this.title.waitFor()
  }

  /** Makes a new one, starting from a channel, with what the sidebar offers. */
  async make(origin: string, kind: 'note' | 'board', title: string, name: string): Promise<void> {
    await this.enter(`${origin}/r/harbour`, name)
    await this.page.getByRole('button', { name: 'New note or board' }).click()
    await this.page.getByRole('menuitem', { name: `New ${kind}` }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Title' }).fill(title)
    await dialog.getByRole('button', { name: 'Create' }).click()
    await expect(this.title).toHaveText(title)
  }

  get title(): Locator {
    return this.page.getByRole('heading', { level: 1 })
  }

  /** Where it is, without the server it is on. */
  get path(): string {
    return new URL(this.page.url()).pathname
  }

  /** The name of the document on the server. */
  get room(): string {
    return this.path.replace(/^\/n\//, 'note/').replace(/^\/b\//, 'board/')
  }

  /** What the header says about what was written. */
  get saved(): Locator {
    return this.page.locator('.saved-word')
  }

  get banner(): Locator {
    return this.page.locator('.banner-place')
  }

  /** From now on the page opens without the network. */
  async isKept(): Promise<void> {
    await this.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  }

  pictures(name: string): Promise<void> {
    return new ChatPage(this.page).pictures(name)
  }
}
