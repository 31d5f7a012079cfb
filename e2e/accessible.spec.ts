/** Every view passes an automatic check in both themes, and everything works with the keyboard alone. */

import type { BrowserContext } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

test('the way in, with and without a room, and with something to correct', async ({ server, browserOf }) => {
  const page = await (await browserOf()).newPage()
  await page.goto(server.origin)
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Room', exact: true }).fill('.')
  await page.getByRole('button', { name: 'Open room' }).click()
  await expect(page.getByRole('alert')).toHaveText('A room cannot be called “.” or “..”. Choose another name.')
  await expectAccessible(page)
  await page.goto(`${server.origin}/r/harbour`)
  await page.getByRole('button', { name: 'Open room' }).click()
  await expect(page.getByRole('alert')).toContainText('Enter a name')
  await expectAccessible(page)
})

test('a room: empty, with messages, offline, and on a phone', async ({ server, browserOf }) => {
  const context = await browserOf()
  const ada = await ChatPage.open(context, server.origin, 'harbour', 'Ada')
  await ada.isOnline()
  await expectAccessible(ada.page)

  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', '林')
  await lin.write('你好，港口', 'see https://example.org/tides')
  await ada.write('שלום', 'مرحبا بكم في الميناء', 'again')
  await lin.composer.pressSequentially('typing')
  await expect(ada.page.getByText('林 is typing')).toBeVisible()
  await expectAccessible(ada.page)

  await context.setOffline(true)
  await ada.write('later')
  await expect(ada.waiting).toHaveCount(1)
  await expect(ada.banner).toContainText('You are offline.')
  await expectAccessible(ada.page)

  await ada.page.setViewportSize({ width: 360, height: 640 })
  await ada.page.getByRole('button', { name: 'People' }).click()
  await expectAccessible(ada.page)
})

test('from the address bar to a sent message and another room without a pointer', async ({ server, browserOf }) => {
  const page = await (await browserOf()).newPage()
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await page.goto(server.origin)
  await press('Tab')
  await page.keyboard.type('Ada')
  await press('Tab')
  await page.keyboard.type('quay')
  await press('Enter')
  const ada = new ChatPage(page)
  await expect(ada.composer).toBeFocused()
  await page.keyboard.type('first line')
  await press('Shift+Enter')
  await page.keyboard.type('second line')
  await press('Enter')
  await expect(ada.message('first line\nsecond line')).toBeVisible()
  await expect(ada.composer).toBeFocused()

  // Past what lies between, such as the way to attach a file.
  const log = page.locator('[role=log]:focus')
  for (let i = 0; i < 5 && (await log.count()) === 0; i++) await press('Shift+Tab')
  await expect(ada.log).toBeFocused()
  await expect(ada.log).toHaveCSS('outline-style', 'solid')

  const focused = page.locator(':focus')
  while ((await focused.getAttribute('aria-label')) !== 'New channel') {
    await press('Shift+Tab')
    await expect(focused, 'the focus never leaves the page on the way').toHaveCount(1)
  }
  await press('Enter')
  await page.keyboard.type('pier')
  await press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'pier' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'quay' })).toBeVisible()
})

const refusals: Record<string, (context: BrowserContext) => Promise<{ reason: string; end(): void }>> = {
  'closes the connection': async context => {
    let refusing = true
    await context.routeWebSocket(/.*/, socket => {
      if (refusing) socket.close({ code: 4403, reason: 'You may not read this room.' })
      else socket.connectToServer()
    })
    const end = () => {
      refusing = false
    }
    return { reason: 'You may not read this room.', end }
  },
  'does not let one into the room': async context => {
    const wire = await Wire.of(context)
    wire.deny('denied')
    return { reason: 'You are not allowed into this room.', end: () => wire.deny(null) }
  },
}

for (const [name, refuse] of Object.entries(refusals)) {
  test(`a server that ${name} for good is told in words, and can be tried again`, async ({ server, browserOf }) => {
    const context = await browserOf()
    const refusal = await refuse(context)
    const ada = await ChatPage.open(context, server.origin, 'closed', 'Ada')
    await expect(ada.banner).toContainText(`The server closed this room: ${refusal.reason}`)
    await ada.write('kept')
    await expect(ada.waiting).toHaveCount(1)
    await expectAccessible(ada.page)
    refusal.end()
    await ada.page.getByRole('button', { name: 'Try again' }).click()
    await expect(ada.log, 'the focus does not go with the button').toBeFocused()
    await ada.isOnline()
    await expect(ada.waiting).toHaveCount(0)
    await expect(ada.banner).toBeEmpty()
  })
}

test('pages that load while no connection opens say so', async ({ server, browserOf }) => {
  const network = await Network.before(server.port)
  network.become('pages')
  const ada = await ChatPage.open(await browserOf(), network.origin, 'harbour', 'Ada')
  await expect(ada.banner.getByText('Connecting.')).toBeVisible()
  await expectAccessible(ada.page)
  network.become('up')
  await expect(ada.banner).toBeEmpty()
  await network.dispose()
})
