/** A browser that has no room left says so, and nothing that was typed is lost by it. */

import type { BrowserContext } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'

const room = 'harbour'

/** How often the page has asked the browser to keep what it keeps. A browser without a screen answers as it likes. */
async function countAsking(context: BrowserContext): Promise<(chat: ChatPage) => Promise<number>> {
  await context.addInitScript(`
    window.asked = 0
    const storage = navigator.storage
    const persist = storage?.persist.bind(storage)
    if (persist !== undefined) storage.persist = () => {
      asked++
      return persist()
    }
  `)
  return async ({ page }) => await page.evaluate('asked')
}

test('the browser is asked to keep what is kept here once somebody has written, and not before', async ({
  server,
  browserOf,
}) => {
  const context = await browserOf()
  const asked = await countAsking(context)
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await lin.write('somebody else writes')
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await expect(ada.message('somebody else writes')).toBeVisible()
  expect(await asked(ada)).toBe(0)
  await ada.write('my first')
  await expect.poll(() => asked(ada)).toBe(1)
  await ada.write('my second')
  await expect(lin.message('my second')).toBeVisible()
  expect(await asked(ada), 'once is enough').toBe(1)
})

test('a full browser says so with what to do, and what is typed is sent all the same', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const { origin } = network
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await lin.write('said before')
  const context = await browserOf()
  const ada = new ChatPage(await context.newPage())
  const cdp = await context.newCDPSession(ada.page)
  // Before anything is kept: Chromium does not ask again for a while whether there is room.
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 })
  await ada.page.goto(`${origin}/r/${room}`)
  await ada.enter('Ada')
  const notice = ada.page.locator('.notice').filter({ hasText: 'no room left', visible: true })
  await expect(notice).toContainText('This device has no room left to keep messages.')
  await expect(notice).toContainText('Make room on it, then reload this page.')
  await ada.write('not kept, and sent')
  await expect(ada.markOf('not kept, and sent')).toHaveAccessibleName('Saved on the server')
  await expect(lin.message('not kept, and sent')).toBeVisible()
  await expectAccessible(ada.page)
  await ada.pictures('storage-full')
  await ada.page.setViewportSize({ width: 390, height: 780 })
  await expect(notice, 'a phone shows it in the channel').toBeInViewport()
  await expectAccessible(ada.page)
  await ada.page.setViewportSize({ width: 1200, height: 760 })

  network.become('cut')
  await expect(ada.banner).toContainText(
    'This browser cannot keep messages: leave this page open until nothing is waiting.',
  )
  await ada.write('typed without a network')
  await expect(ada.markOf('typed without')).toHaveAccessibleName('Waiting to be sent')
  await ada.composer.fill('half a sentence')
  const asked = ada.page.waitForEvent('dialog')
  const closed = ada.page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type(), 'who would lose something is asked').toBe('beforeunload')
  await dialog.dismiss()
  await closed
  network.become('up')
  await ada.isOnline()
  await expect(ada.markOf('typed without')).toHaveAccessibleName('Saved on the server')
  await expect(lin.message('typed without a network')).toBeVisible()
  await expect(ada.composer).toHaveValue('half a sentence')
  expect(await ada.entries()).toEqual(await lin.entries())

  await cdp.send('Storage.overrideQuotaForOrigin', { origin })
  await ada.page.reload()
  await ada.isOnline()
  await expect(ada.message('typed without a network')).toBeVisible()
  await expect(ada.composer).toHaveValue('half a sentence')
  network.become('pages')
  await expect(ada.banner).toContainText('Everything you write is kept here and will be sent.')
  await expect(notice, 'there is room again').toHaveCount(0)
  await ada.composer.press('Enter')
  await expect(ada.markOf('half a sentence')).toHaveAccessibleName('Waiting to be sent')
  await ada.page.reload()
  await expect(ada.markOf('half a sentence'), 'it is kept').toHaveAccessibleName('Waiting to be sent')
  network.become('up')
  await expect(lin.message('half a sentence')).toBeVisible({ timeout: 45_000 })
  await network.dispose()
})
