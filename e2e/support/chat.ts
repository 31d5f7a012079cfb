/** What a person does and sees in the chat, in the words of the stories. */

import { fileURLToPath } from 'node:url'
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

const results = fileURLToPath(new URL('../../test-results/', import.meta.url))

export class ChatPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Opens a room by its address, and gives a name when asked for one. */
  static async open(context: BrowserContext, origin: string, room: string, name: string): Promise<ChatPage> {
    const chat = new ChatPage(await context.newPage())
    await chat.page.goto(`${origin}/r/${encodeURIComponent(room)}`)
    await chat.enter(name)
    return chat
  }

  async enter(name: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Your name', exact: true })
    await field.or(this.composer).first().waitFor()
    if (await this.composer.isVisible()) return
    await field.fill(name)
    await this.page.getByRole('button', { name: 'Open room' }).click()
    await this.composer.waitFor()
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true })
  }

  get banner(): Locator {
    return this.page.locator('.banner-place')
  }

  /** The marks of messages that are not on the server's disk, whether they were sent or not. */
  get waiting(): Locator {
    return this.log.getByRole('img', { name: /^(Waiting to be sent|On its way)$/ })
  }

  /** The mark of a message of one's own. */
  markOf(text: string): Locator {
    return this.message(text).getByRole('img')
  }

  /** What the server refused. */
  get refused(): Locator {
    return this.page.getByRole('region', { name: 'Refused by the server' })
  }

  get people(): Locator {
    return this.page.getByRole('complementary').getByRole('list', { name: 'Here now' }).getByRole('listitem')
  }

  /** What says so, and not what quotes it. */
  message(text: string): Locator {
    return this.log.locator('[data-message]', { has: this.page.locator('.message-body', { hasText: text }) })
  }

  async write(...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.composer.fill(text)
      await this.composer.press('Enter')
      await expect(this.composer).toHaveValue('')
    }
  }

  /** Every message in the order it stands in the log, with its id. */
  async entries(): Promise<readonly { id: string; text: string }[]> {
    return await this.page.evaluate(`[...document.querySelectorAll('[role=log] [data-message]')].map(message => ({
      id: message.dataset.message,
      text: message.querySelector('.message-text')?.innerText ?? '',
    }))`)
  }

  /** The whole log, also what is not in view: from its beginning on. */
  async all(): Promise<readonly { id: string; text: string }[]> {
    const found = new Map<string, { id: string; text: string }>()
    await this.log.press('Home')
    await expect.poll(() => this.log.evaluate(log => log.scrollTop)).toBe(0)
    for (;;) {
      const before = found.size
      for (const entry of await this.entries()) found.set(entry.id, entry)
      const isEnd = await this.log.evaluate(log => log.scrollHeight - log.scrollTop - log.clientHeight < 4)
      if (isEnd && found.size === before) return [...found.values()]
      await this.log.press('PageDown')
      await this.page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
    }
  }

  /** Does something with a message by its tools. */
  async choose(text: string, choice: 'Reply' | 'Edit' | 'Delete' | 'Copy text'): Promise<void> {
    const message = this.message(text)
    await message.hover()
    if (choice === 'Reply') {
      await message.getByRole('button', { name: 'Reply' }).click()
      return
    }
    await message.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitem', { name: choice }).click()
  }

  async edit(text: string, to: string): Promise<void> {
    await this.choose(text, 'Edit')
    await expect(this.composer).toHaveValue(text)
    await this.composer.fill(to)
    await this.composer.press('Enter')
  }

  async remove(text: string): Promise<void> {
    await this.choose(text, 'Delete')
    await this.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  }

  /** With the first of the reactions at hand. */
  async react(text: string): Promise<void> {
    const message = this.message(text)
    await message.hover()
    await message.getByRole('toolbar').getByRole('button').first().click()
    await this.page.locator('.reaction-choice .emoji').first().click()
  }

  /** Goes to a channel that the list has. */
  async goTo(channel: string): Promise<void> {
    await this.page.getByRole('link', { name: new RegExp(`^${channel}`) }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: channel })).toBeVisible()
    await this.composer.waitFor()
  }

  /** How much is new in a channel, as one sees it in the list. */
  unreadIn(channel: string): Locator {
    return this.#unread(channel).locator('.unread-counts')
  }

  /** The same, as it is read out. */
  unreadSaidOf(channel: string): Locator {
    return this.#unread(channel).locator('.hidden')
  }

  #unread(channel: string): Locator {
    return this.page.getByRole('link', { name: new RegExp(`^${channel}`) }).locator('.unread-mark')
  }

  /** Takes pictures of the page as it is, to be looked at: in light, in dark and on a phone. */
  async pictures(name: string): Promise<void> {
    const viewport = this.page.viewportSize()
    const take = (of: string) => this.page.screenshot({ path: `${results}${name}-${of}.png` })
    await take('light')
    await this.page.emulateMedia({ colorScheme: 'dark' })
    await take('dark')
    await this.page.emulateMedia({ colorScheme: null })
    await this.page.setViewportSize({ width: 390, height: 780 })
    await take('phone')
    if (viewport !== null) await this.page.setViewportSize(viewport)
  }

  /** It tries again after half a minute at the latest. */
  async isOnline(): Promise<void> {
    await expect(this.page.locator('[data-connection]')).toHaveAttribute('data-connection', 'online', {
      timeout: 45_000,
    })
  }
}
