/** The page itself opens without a network, shows what is kept here, and takes what one writes. */

import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'

test('reloaded while offline, in a channel and in one that was only looked after, and sent later', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const context = await browserOf()
  const lin = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Lin')
  await lin.write('said at the pier')
  const ada = await ChatPage.open(context, network.origin, 'harbour', 'Ada')
  await ada.write('said before')
  await expect(ada.waiting).toHaveCount(0)
  await expect(ada.page.getByRole('link', { name: /^pier/ })).toBeVisible()
  await ada.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await ada.page.reload()
  await ada.isOnline()

  network.become('cut')
  await context.setOffline(true)
  await ada.page.reload()
  await expect(ada.message('said before')).toBeVisible()
  await expect(ada.banner).toContainText('You are offline. Everything you write is kept here and will be sent.')
  await ada.write('written without a network')
  await expect(ada.markOf('written without')).toHaveAccessibleName('Waiting to be sent')
  await ada.goTo('pier')
  await expect(ada.message('said at the pier'), 'kept although nobody had opened it here').toBeVisible()
  await ada.write('and here, too')
  await ada.pictures('offline')
  await ada.page.reload()
  await expect(ada.message('and here, too')).toBeVisible()
  await ada.goTo('harbour')
  await expect(ada.message('written without')).toBeVisible()

  await context.setOffline(false)
  network.become('up')
  await ada.isOnline()
  await expect(ada.markOf('written without')).toHaveAccessibleName('Saved on the server')
  await expect(lin.message('and here, too')).toBeVisible()
})

test('the page can be installed', async ({ server, browserOf }) => {
  const page = await (await browserOf()).newPage()
  await page.goto(server.origin)
  const manifest = await (await page.request.get(`${server.origin}/manifest.webmanifest`)).json()
  expect(manifest).toMatchObject({ name: 'y-harbor', start_url: '/', display: 'standalone' })
  for (const { src } of manifest.icons) expect((await page.request.get(server.origin + src)).ok(), src).toBe(true)
  const worker = await page.request.get(`${server.origin}/sw.js`)
  expect(worker.headers()['cache-control'], 'a browser always asks for a newer one').toBe('no-cache')
})
