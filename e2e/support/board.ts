/** What a person does and sees on a board. */

import { type BrowserContext, expect, type Locator } from '@playwright/test'
import { DocumentPage } from './document.ts'

export class BoardPage extends DocumentPage {
  static async make(context: BrowserContext, origin: string, title: string, name: string): Promise<BoardPage> {
    const board = new BoardPage(await context.newPage())
    await board.make(origin, 'board', title, name)
    await board.board.waitFor()
    return board
  }

  static async open(context: BrowserContext, url: string, name: string): Promise<BoardPage> {
    const board = new BoardPage(await context.newPage())
    await board.enter(url, name)
    await board.board.waitFor()
    return board
  }

  get board(): Locator {
    return this.page.getByRole('region', { name: 'Board', exact: true })
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  /** What is told to those who do not see it. */
  get said(): Locator {
    return this.page.locator('.board > [aria-live=polite]')
  }

  column(title: string): Locator {
    return this.board.getByRole('region', { name: title, exact: true })
  }

  card(title: string): Locator {
    return this.board.getByRole('button', { name: title, exact: true })
  }

  /** Adds cards to the end of a column, one after the other. */
  async add(column: string, ...titles: string[]): Promise<void> {
    await this.board.getByRole('button', { name: `Add a card to “${column}”` }).click()
    const field = this.board.getByRole('textbox', { name: `Title of a new card in “${column}”` })
    for (const title of titles) {
      await field.fill(title)
      await field.press('Enter')
      await expect(field).toHaveValue('')
    }
    await field.press('Escape')
  }

  /** By its menu. */
  async choose(card: string, item: string): Promise<void> {
    await this.board.getByRole('button', { name: `Actions for “${card}”` }).click()
    await this.page.getByRole('menuitem', { name: item, exact: true }).click()
  }

  async rename(card: string, title: string): Promise<void> {
    await this.card(card).press('F2')
    const field = this.board.getByRole('textbox', { name: 'Title', exact: true })
    await field.fill(title)
    await field.press('Enter')
    await expect(this.card(title)).toBeFocused()
  }

  /** Column by column, the cards in their order. */
  async arrangement(): Promise<readonly string[]> {
    const columns = await this.board.locator('.board-column').all()
    return Promise.all(
      columns.map(async column => {
        const cards = await column.locator('.board-card-title').allTextContents()
        return [await column.getByRole('heading').textContent(), ...cards].join(' | ')
      }),
    )
  }

  async isArranged(...columns: string[]): Promise<void> {
    await expect.poll(() => this.arrangement()).toEqual(columns)
  }
}
