/** Whoever loses the network goes on writing, and nothing they wrote is lost, doubled or shown as sent too early. */

import { ChatPage } from './support/chat.ts'
import { losses } from './support/loss.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

const room = 'harbour'

for (const [who, lose] of Object.entries(losses)) {
  test(`somebody ${who}: written offline, page closed, server killed, and both logs end equal`, async ({
    server,
    browserOf,
  }) => {
    const network = await Network.before(server.port)
    const adas = await browserOf()
    let ada = await ChatPage.open(adas, network.origin, room, 'Ada')
    const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
    await ada.write('one from Ada')
    await expect(lin.message('one from Ada')).toBeVisible()
    await lin.write('two from Lin')
    await expect(ada.message('two from Lin')).toBeVisible()
    await expect(ada.waiting).toHaveCount(0)

    const comeBack = await lose(adas, network)
    await expect(ada.banner).toContainText(/You are offline|Connection lost/)
    await expect(ada.banner).toContainText('Everything you write is kept here and will be sent.')
    await ada.write('three from Ada, offline', 'four from Ada, offline')
    await expect(ada.waiting).toHaveCount(2)
    await expect(ada.banner).toContainText('2 messages waiting.')
    await lin.write('five from Lin, meanwhile')
    await expect(lin.waiting).toHaveCount(0)
    await expect(lin.message('three from Ada')).toHaveCount(0)
    await ada.page.close()

    await server.kill()
    await expect(lin.banner).toContainText('Connection lost, trying again.')
    await lin.write('six from Lin, while the server is down')
    await expect(lin.waiting).toHaveCount(1)
    await server.start()
    await lin.isOnline()
    await expect(lin.waiting).toHaveCount(0)

    await comeBack()
    ada = await ChatPage.open(adas, network.origin, room, 'Ada')
    await ada.isOnline()
    await expect(ada.message('six from Lin')).toBeVisible()
    await expect(lin.message('four from Ada')).toBeVisible()
    await expect(ada.waiting).toHaveCount(0)
    await expect(ada.banner).toBeEmpty()

    const entries = await ada.entries()
    expect(entries.map(entry => entry.text)).toEqual([
      'one from Ada',
      'two from Lin',
      'three from Ada, offline',
      'four from Ada, offline',
      'five from Lin, meanwhile',
      'six from Lin, while the server is down',
    ])
    expect(await lin.entries()).toEqual(entries)
    expect(new Set(entries.map(entry => entry.id)).size).toBe(entries.length)
    await network.dispose()
  })
}

test('what waits survives a reload of the page, still marked as waiting', async ({ server, browserOf }) => {
  const network = await Network.before(server.port)
  const ada = await ChatPage.open(await browserOf(), network.origin, room, 'Ada')
  await ada.write('sent')
  await expect(ada.waiting).toHaveCount(0)
  await ada.isOnline()

  network.become('pages')
  await expect(ada.banner).toContainText('Connection lost')
  await ada.write('waits')
  await ada.composer.fill('a draft')
  await expect(ada.waiting).toHaveCount(1)
  await ada.page.reload()
  await expect(ada.message('waits').getByRole('img', { name: 'Waiting to be sent' })).toBeVisible()
  await expect(ada.message('sent')).toBeVisible()
  await expect(ada.waiting).toHaveCount(1)
  await expect(ada.composer).toHaveValue('a draft')

  network.become('up')
  await ada.isOnline()
  await expect(ada.waiting).toHaveCount(0)
  await network.dispose()
})

test('a connection that looks open but carries nothing never shows a message as sent', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const ada = await ChatPage.open(await browserOf(), network.origin, room, 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await ada.write('through')
  await expect(lin.message('through')).toBeVisible()
  await expect(ada.waiting).toHaveCount(0)

  network.become('stalled')
  await ada.write('held up')
  await expect(ada.waiting).toHaveCount(1)
  await expect(ada.waiting).toBeVisible()
  await expect(ada.banner).toContainText('not confirmed everything yet')
  await expect(lin.message('held up')).toHaveCount(0)

  network.become('up')
  await expect(lin.message('held up')).toBeVisible()
  await expect(ada.waiting).toHaveCount(0)
  expect(await ada.entries()).toEqual(await lin.entries())
  await network.dispose()
})

test('what is sent before anything is known of the channel is sent once something is', async ({
  server,
  browserOf,
}) => {
  const network = await Network.before(server.port)
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  const ada = new ChatPage(await (await browserOf()).newPage())
  await ada.page.goto(`${network.origin}/r/${room}`)
  await ada.page.getByRole('textbox', { name: 'Your name', exact: true }).waitFor()
  network.become('stalled')
  await ada.enter('Ada')
  await ada.composer.fill('in a hurry')
  await ada.composer.press('Enter')
  await expect(ada.page.getByText('Will be sent once the channel has loaded.')).toBeVisible()
  await expect(ada.composer).toHaveValue('in a hurry')
  network.become('up')
  await expect(lin.message('in a hurry')).toBeVisible()
  await expect(ada.markOf('in a hurry')).toHaveAccessibleName('Saved on the server')
  await expect(ada.composer).toHaveValue('')
  await expect(ada.page.getByText('Will be sent once')).toBeHidden()
  await network.dispose()
})

const recoveries: Record<string, (ada: ChatPage, wire: Wire) => Promise<void>> = {
  'the next one comes': ada => ada.write('another'),
  'the connection is made anew': (_ada, wire) => wire.cut(),
}

for (const [name, recover] of Object.entries(recoveries)) {
  test(`a message whose acknowledgement was lost is not shown as saved until ${name}`, async ({
    server,
    browserOf,
  }) => {
    const context = await browserOf()
    const wire = await Wire.of(context)
    const ada = await ChatPage.open(context, server.origin, room, 'Ada')
    const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
    await ada.isOnline()
    wire.loseAcks()
    await ada.write('saved, but nobody says so')
    await expect(lin.message('saved, but nobody says so')).toBeVisible()
    await expect(ada.markOf('saved, but nobody says so')).toHaveAccessibleName('On its way')
    await expect(ada.banner).toContainText('not confirmed everything yet')
    await expect(ada.waiting).toHaveCount(1)

    wire.passAcks()
    await recover(ada, wire)
    await expect(ada.markOf('saved, but nobody says so')).toHaveAccessibleName('Saved on the server')
    await expect(ada.waiting).toHaveCount(0)
    await ada.isOnline()
    await expect(ada.banner).toBeEmpty()
    expect(await ada.entries()).toEqual(await lin.entries())
  })
}

test('a browser that cannot keep messages says so, and asks before it is closed', async ({ server, browserOf }) => {
  const context = await browserOf()
  await context.addInitScript("indexedDB.open = () => { throw new DOMException('no storage', 'SecurityError') }")
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.isOnline()
  await context.setOffline(true)
  await ada.write('only here')
  await expect(ada.banner).toContainText('This browser cannot keep messages')
  await expect(ada.banner).toContainText('1 message waiting.')
  const asked = ada.page.waitForEvent('dialog')
  const closed = ada.page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await closed
  await context.setOffline(false)
  await ada.isOnline()
  await expect(ada.waiting).toHaveCount(0)
})

test('two windows of one browser are one person, and share what they write offline', async ({ server, browserOf }) => {
  const context = await browserOf()
  const one = await ChatPage.open(context, server.origin, room, 'Ada')
  const two = await ChatPage.open(context, server.origin, room, 'Ada')
  await one.write('from the first window')
  await expect(two.message('from the first window')).toBeVisible()
  await expect(two.people).toHaveCount(1)
  await context.setOffline(true)
  await expect(two.banner).toContainText('You are offline.')
  await one.write('offline')
  await expect(two.message('offline').getByRole('img', { name: 'Waiting to be sent' })).toBeVisible()
  await context.setOffline(false)
  await expect(one.waiting).toHaveCount(0)
  await expect(two.waiting).toHaveCount(0)
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await expect(lin.message('offline')).toBeVisible()
  expect(await lin.entries()).toEqual(await two.entries())
})
