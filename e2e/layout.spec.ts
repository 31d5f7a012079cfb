/** The columns beside the conversation are as wide as somebody made them: by pointer or by keys, and after a reload. */

import type { Page } from '@playwright/test'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

/** Each grows away from the edge of the window it lies at. */
const columns = [
  { name: 'Width of the list of channels', side: 'banner', grows: 1, wider: 'ArrowRight', least: 180, most: 420 },
  { name: 'Width of the details', side: 'complementary', grows: -1, wider: 'ArrowLeft', least: 200, most: 480 },
] as const
const usual = 248
/** What a key moves. */
const step = 16

type Column = (typeof columns)[number]

function edgeOf(page: Page, { name }: Column) {
  return page.getByRole('separator', { name, exact: true })
}

/** As the reader sees it, and as it is told to those who do not. */
async function isWide(page: Page, column: Column, px: number, why?: string): Promise<void> {
  await expect(edgeOf(page, column), why).toHaveAttribute('aria-valuenow', String(px))
  const side = page.getByRole(column.side).first()
  await expect.poll(async () => Math.round((await side.boundingBox())?.width ?? 0), why).toBe(px)
}

async function drag(page: Page, column: Column, px: number): Promise<void> {
  const box = await edgeOf(page, column).boundingBox()
  if (box === null) throw new Error(`${column.name} is not there.`)
  const x = box.x + box.width / 2
  // Far from the middle, where something else may lie over it.
  const y = box.y + box.height / 3
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + px * column.grows, y + 40, { steps: 4 })
  await page.mouse.up()
  // Whoever has let go of it moves it no more.
  await page.mouse.move(x + 300, y)
}

test('both columns are resized by pointer and by keys within bounds, and stay so', async ({ server, browserOf }) => {
  const context = await browserOf({ viewport: { width: 1400, height: 760 } })
  const ada = await ChatPage.open(context, server.origin, 'harbour', 'Ada')
  await ada.write('The conversation has the room that is left.')
  const { page } = ada
  for (const column of columns) {
    await isWide(page, column, usual)
    await drag(page, column, 60)
    await isWide(page, column, usual + 60, 'by pointer')
    await edgeOf(page, column).focus()
    await page.keyboard.press(column.wider)
    await isWide(page, column, usual + 60 + step, 'by a key')
  }
  await ada.pictures('columns-wide')

  await page.reload()
  for (const column of columns) await isWide(page, column, usual + 60 + step, 'remembered')
  const other = await ChatPage.open(context, server.origin, 'pier', 'Ada')
  for (const column of columns) await isWide(other.page, column, usual + 60 + step, 'in another window, too')
  await other.page.close()

  for (const column of columns) {
    await drag(page, column, 500)
    await isWide(page, column, column.most, 'no wider than that')
    await drag(page, column, -500)
    await isWide(page, column, column.least, 'no narrower than that')
  }
  await expect(ada.message('The conversation has the room')).toBeInViewport()
  const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
  expect(widths, 'nothing is wider than the window').toEqual([1400, 1400])

  for (const column of columns) {
    await edgeOf(page, column).dblclick({ position: { x: 2, y: 200 } })
    await isWide(page, column, usual, 'a double click puts it back')
  }
  await page.reload()
  for (const column of columns) await isWide(page, column, usual)
})
