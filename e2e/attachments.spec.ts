/** Files go with messages: over a network that fails, into a server that is killed, and never as programs. */

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { ServerProcess } from './support/server.ts'
import { expect, test } from './support/test.ts'

// A trace reads the pictures of a page in a way that the page forbids.
test.use({ trace: 'off' })

const room = 'harbour'
const megabyte = 1024 * 1024
const widthShown = "document.querySelector('.picture img')?.naturalWidth ?? 0"
const picture = fileURLToPath(new URL('../docs/screenshot.png', import.meta.url))

test('an upload outlives the network, the server and the page, and its message follows wherever one is', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const ada = await ChatPage.open(await browserOf(), network.origin, room, 'Ada')
  await ada.isOnline()
  const elsewhere = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Noor')
  await elsewhere.isOnline()
  const requests = countRequests(ada.page)
  const before = network.sentBytes
  const bytes = randomBytes(8 * megabyte)
  const charts = ada.page
    .getByRole('list', { name: 'Files to send' })
    .getByRole('listitem')
    .filter({ hasText: 'charts' })
  const armed = ada.page.getByText('Will be sent once its files are on the server.')

  network.becomeAfter(3 * megabyte, 'stalled')
  await attach(ada, picture, { name: 'charts.bin', mimeType: 'application/octet-stream', buffer: bytes })
  await expect(charts).toContainText(/[1-9]\d?% sent/)
  await expect(charts.getByRole('progressbar', { name: 'charts.bin' })).toBeVisible()
  await ada.composer.fill('The charts, and the harbour as it is')
  await ada.composer.press('Enter')
  await expect(armed).toBeVisible()
  await expect(ada.composer).toHaveValue('The charts, and the harbour as it is')
  await ada.pictures('attachments-sending')
  await expectAccessible(ada.page)

  network.become('cut')
  await expect(charts).toContainText('Waits for the network.')
  await server.kill()
  await server.start()
  network.become('up')
  network.becomeAfter(2 * megabyte, 'cut')
  await expect.poll(() => network.state).toBe('cut')
  await expect(charts).toContainText('Waits for the network.')
  await expect(armed).toBeVisible()
  expect(await ada.entries()).toEqual([])

  network.become('up')
  network.becomeAfter(megabyte, 'stalled')
  await ada.page.reload()
  await expect(ada.composer).toHaveValue('The charts, and the harbour as it is')
  await expect(charts).toContainText(/[1-9]\d?% sent/)
  await expect(armed).toBeVisible()
  await ada.page.getByRole('link', { name: 'pier' }).click()
  await expect(ada.page).toHaveURL(/pier$/)
  network.become('up')
  const lins = await browserOf()
  const lin = await ChatPage.open(lins, server.origin, room, 'Lin')
  await expect(lin.message('The charts')).toBeVisible()
  await ada.page.getByRole('link', { name: room }).click()
  await expect(ada.message('The charts').getByRole('img', { name: 'Saved on the server' })).toBeVisible()
  await expect(armed).toBeHidden()
  await expect(charts).toBeHidden()
  await expect(ada.composer).toHaveValue('')

  // Begun once each, and gone on with from where it was: what was under way when the network went is sent again, no more.
  const sent = network.sentBytes - before
  console.log(`attachments: ${sent} bytes sent for ${bytes.length} and a picture; ${JSON.stringify(requests)}`)
  expect(requests.POST).toBe(2)
  expect(requests.HEAD).toBeGreaterThanOrEqual(2)
  expect(sent).toBeLessThan(12 * megabyte)

  const shown = lin.page.getByRole('button', { name: 'Open screenshot.png' })
  await expect.poll(() => lin.page.evaluate(widthShown)).toBe(1200)
  const downloading = lin.page.waitForEvent('download')
  await lin.page.getByRole('button', { name: 'Download charts.bin' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('charts.bin')
  expect(bytes.equals(await readFile(await download.path()))).toBe(true)
  await lin.pictures('attachments')
  await expectAccessible(lin.page)
  await shown.click()
  await expect(lin.page.getByRole('dialog').getByRole('img', { name: 'screenshot.png' })).toBeVisible()
  await lin.page.keyboard.press('Escape')

  await lin.page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await lins.setOffline(true)
  await lin.page.reload()
  await expect(lin.message('The charts')).toBeVisible()
  await expect.poll(() => lin.page.evaluate(widthShown)).toBe(1200)
  await network.dispose()
})

test('a file that is too large, and files that are too many, are refused with a sentence', async ({ browserOf }) => {
  const server = await ServerProcess.start({ env: { LIMITS: 'fileBytes=100000' } })
  const ada = await ChatPage.open(await browserOf(), server.origin, room, 'Ada')
  await ada.isOnline()
  await attach(ada, { name: 'whale.bin', mimeType: 'application/octet-stream', buffer: randomBytes(100_001) })
  const whale = ada.page.getByRole('listitem').filter({ hasText: 'whale.bin' })
  await expect(whale).toContainText('This file is larger than the server takes.')
  await expectAccessible(ada.page)
  await ada.pictures('attachments-refused')
  await ada.page.getByRole('button', { name: 'Remove whale.bin' }).click()
  await expect(whale).toBeHidden()
  await ada.write('without the whale')
  await expect(ada.markOf('without the whale')).toHaveAccessibleName('Saved on the server')

  const boats = Array.from({ length: 12 }, (_, i) => `boat-${i}.txt`)
  await attach(ada, ...boats.map(name => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })))
  await expect(ada.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(10)
  const told = ada.page.getByText('A message takes 10 files; 2 files were left out.')
  await expect(told).toBeVisible()
  await ada.pictures('attachments-many')
  await ada.write('ten boats')
  await expect(ada.message('ten boats')).toContainText('boat-9.txt')
  await expect(told).toHaveCount(0)
  await server.dispose()
})

test('the files of a deleted message go from the server, also when it was deleted without a network', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const ada = await ChatPage.open(await browserOf(), network.origin, room, 'Ada')
  await ada.isOnline()
  const addresses = addressesOf(ada.page, server.origin)
  const statuses = () => Promise.all(addresses.map(async address => (await fetch(address)).status))
  await attach(
    ada,
    { name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('not for everybody') },
    { name: 'also.txt', mimeType: 'text/plain', buffer: Buffer.from('nor is this') },
  )
  await ada.write('these are the wrong ones')
  await expect(ada.markOf('these are the wrong ones')).toHaveAccessibleName('Saved on the server')
  await expect.poll(statuses).toEqual([200, 200])

  network.become('cut')
  await ada.remove('these are the wrong ones')
  await expect(ada.log.getByText('This message was deleted.')).toBeVisible()
  expect(await statuses()).toEqual([200, 200])
  network.become('up')
  await expect.poll(statuses).toEqual([404, 404])
  await network.dispose()
})

test('what a file holds never runs', async ({ server, browserOf }) => {
  const context = await browserOf()
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.isOnline()
  // The browser says what it keeps from running in there; the page itself is to be without errors.
  const elsewhere = await context.browser()?.newContext()
  if (elsewhere === undefined) throw new Error('There is no browser.')
  const addresses = addressesOf(ada.page, server.origin)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = 'harm'"><script>document.title = 'harm'</script></svg>`
  const html = `<!doctype html><title>still</title><script>document.title = 'harm'</script><img src="x" onerror="document.title = 'harm'">`
  await attach(
    ada,
    { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) },
    { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from(html) },
    { name: 'not-a-picture.png', mimeType: 'image/png', buffer: Buffer.from(html) },
  )
  await ada.composer.fill('look at these')
  await ada.composer.press('Enter')
  const sent = ada.message('look at these')
  await expect(sent).toBeVisible()
  await expect(sent.getByRole('button', { name: 'Download drawing.svg' })).toBeVisible()
  await expect(sent.getByRole('button', { name: 'Download page.html' })).toBeVisible()
  await expect(sent.locator('iframe, object, embed')).toHaveCount(0)
  await expect(ada.page).toHaveTitle(/harbour/)

  expect(addresses).toHaveLength(3)
  for (const address of addresses) {
    const page = await elsewhere.newPage()
    const loaded = await page.goto(address).catch(() => null)
    // Either it is shown and does nothing, or it is saved.
    expect(await page.title()).not.toBe('harm')
    if (loaded !== null) expect(loaded.headers()['content-security-policy']).toContain('sandbox')
    await page.close()
  }
  await elsewhere.close()
})

async function attach(chat: ChatPage, ...files: (string | { name: string; mimeType: string; buffer: Buffer })[]) {
  const input = chat.page.locator('.composer input[type=file]')
  // A choice is all paths or all contents.
  const paths = files.filter(file => typeof file === 'string')
  const contents = files.filter(file => typeof file !== 'string')
  if (paths.length > 0) await input.setInputFiles(paths)
  if (contents.length > 0) await input.setInputFiles(contents)
}

/** Where the files are that the page sends from now on. */
function addressesOf(page: Page, origin: string): readonly string[] {
  const addresses: string[] = []
  page.on('response', response => {
    const { location } = response.headers()
    if (response.request().method() === 'POST' && location !== undefined) addresses.push(new URL(location, origin).href)
  })
  return addresses
}

/** Requests for files, by their method. */
function countRequests(page: Page): Record<'POST' | 'HEAD' | 'PATCH', number> {
  const count = { POST: 0, HEAD: 0, PATCH: 0 }
  page.on('request', request => {
    const method = request.method()
    if (new URL(request.url()).pathname.startsWith('/files') && method in count) count[method as keyof typeof count]++
  })
  return count
}
