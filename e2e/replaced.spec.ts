/** A room that is another one on the server is never mixed with the old one unless somebody says so. */

import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import type { ServerProcess } from './support/server.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

const room = 'harbour'

/** The same server with nothing on its disk: every room on it is a new one. */
async function replace(server: ServerProcess): Promise<void> {
  await server.kill()
  await server.forget()
  await server.start()
}

test('a replaced room asks what to do, and takes in what one brings', async ({ server, browserOf }) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.write('one', 'two')
  await expect(ada.waiting).toHaveCount(0)
  await replace(server)

  await expect(ada.banner).toContainText('This room was replaced on the server')
  await expect(ada.banner).toContainText('2 messages of the old one are kept here, and nothing is sent')
  await expect(ada.waiting, 'nothing of it is on the disk of this server').toHaveCount(2)
  await ada.write('three, before it is decided')
  await expect(ada.waiting).toHaveCount(3)
  await expectAccessible(ada.page)
  await ada.pictures('replaced')
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await lin.isOnline()
  await expect(lin.log).toContainText('No messages yet')

  await ada.page.reload()
  await expect(ada.banner, 'it asks until there is an answer').toContainText('This room was replaced on the server')
  await expect(ada.waiting).toHaveCount(3)
  wire.holdAcks()
  await ada.page.getByRole('button', { name: 'Bring mine into it' }).click()
  await expect(lin.message('three, before it is decided')).toBeVisible()
  await ada.isOnline()
  await expect(ada.waiting, 'nobody has said that it is saved').toHaveCount(3)
  wire.passAcks()
  await expect(ada.waiting).toHaveCount(0)
  await expect(ada.banner).toBeEmpty()
  expect((await lin.entries()).map(entry => entry.text)).toEqual(['one', 'two', 'three, before it is decided'])
  expect(await ada.entries()).toEqual(await lin.entries())

  await ada.page.reload()
  await ada.isOnline()
  await expect(ada.banner).toBeEmpty()
  await expect(ada.waiting).toHaveCount(0)
})

test('a replaced room replaces what is here when that is discarded', async ({ server, browserOf }) => {
  const adas = await browserOf()
  const ada = await ChatPage.open(adas, server.origin, room, 'Ada')
  await ada.write('old')
  await expect(ada.waiting).toHaveCount(0)
  await replace(server)
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await lin.write('new')
  await expect(lin.waiting).toHaveCount(0)

  await expect(ada.banner).toContainText('1 message of the old one is kept here')
  await ada.page.getByRole('button', { name: 'Discard mine' }).focus()
  await ada.page.keyboard.press('Enter')
  await expect(ada.log, 'the focus does not go with the button').toBeFocused()
  await expect(ada.message('new')).toBeVisible()
  await expect(ada.message('old')).toHaveCount(0)
  await ada.isOnline()
  await expect(ada.banner).toBeEmpty()
  await expect(ada.people).toHaveText([/Ada.*you/, /Lin/])
  await ada.write('and I am in it')
  await expect(lin.message('and I am in it')).toBeVisible()

  await ada.page.reload()
  await ada.isOnline()
  expect((await ada.entries()).map(entry => entry.text)).toEqual(['new', 'and I am in it'])
  expect(await lin.entries()).toEqual(await ada.entries())
})
