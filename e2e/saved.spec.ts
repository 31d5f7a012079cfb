/** A mark says where a message is, and two ticks say that it is on the server's disk: never sooner, and never by mistake. */

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

const room = 'harbour'
const marks = { waiting: 'Waiting to be sent', sent: 'On its way', saved: 'Saved on the server' }

/** All that a backup has: the socket for commands is not among it. */
const files = { recursive: true, filter: (path: string) => !path.endsWith('.sock') }

test('one tick while the server has not acknowledged, two when it has', async ({ server, browserOf }) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await ada.isOnline()
  wire.holdAcks()
  await ada.write('held')
  await expect(ada.markOf('held')).toHaveAccessibleName(marks.sent)
  const before = await ada.message('held').boundingBox()
  // That others see it is no acknowledgement.
  await lin.write('seen')
  await expect(ada.message('seen')).toBeVisible()
  await expect(ada.markOf('held')).toHaveAccessibleName(marks.sent)
  await expect(ada.waiting).toHaveCount(1)

  wire.passAcks()
  await expect(ada.markOf('held')).toHaveAccessibleName(marks.saved)
  await expect(ada.waiting).toHaveCount(0)
  const after = await ada.message('held').boundingBox()
  expect([after?.height, after?.width], 'the row has not moved').toEqual([before?.height, before?.width])
  await expect(ada.markOf('seen'), 'what others wrote is saved, and needs no mark').toHaveCount(0)
})

test('two ticks survive a reload, and one that was not acknowledged does not become two by it', async ({
  server,
  browserOf,
}) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.write('saved')
  await expect(ada.markOf('saved')).toHaveAccessibleName(marks.saved)
  wire.holdAcks()
  await ada.write('sent')
  await expect(ada.markOf('sent')).toHaveAccessibleName(marks.sent)
  await ada.page.reload()
  await expect(ada.markOf('saved')).toHaveAccessibleName(marks.saved)
  await expect(ada.markOf('sent')).toHaveAccessibleName(marks.sent)
  wire.passAcks()
  await expect(ada.markOf('sent')).toHaveAccessibleName(marks.saved)
})

test('a server that comes back without a message is sent it again, and it has one tick until that is saved', async ({
  server,
  browserOf,
}) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.write('in the backup')
  await expect(ada.markOf('in the backup')).toHaveAccessibleName(marks.saved)
  await server.kill()
  const backup = await mkdtemp(join(tmpdir(), 'y-harbor-backup-'))
  await cp(server.data, backup, files)
  await server.start()
  await ada.isOnline()
  await ada.write('after the backup')
  await expect(ada.markOf('after the backup')).toHaveAccessibleName(marks.saved)

  await server.kill()
  await server.forget()
  await cp(backup, server.data, files)
  wire.holdAcks()
  await server.start()
  await expect(ada.markOf('after the backup')).toHaveAccessibleName(marks.sent)
  await expect(ada.markOf('in the backup')).toHaveAccessibleName(marks.saved)
  wire.passAcks()
  await expect(ada.markOf('after the backup')).toHaveAccessibleName(marks.saved)
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await expect(lin.message('after the backup')).toBeVisible()
  await rm(backup, { recursive: true })
})

test('going to another room keeps the connection', async ({ server, browserOf }) => {
  const ada = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Ada')
  const sockets: string[] = []
  ada.page.on('websocket', socket => sockets.push(socket.url()))
  await ada.page.goto(`${server.origin}/r/${room}`)
  await ada.isOnline()
  await ada.page.getByRole('link', { name: 'pier' }).click()
  await expect(ada.page.getByRole('heading', { level: 1, name: 'pier' })).toBeVisible()
  await ada.isOnline()
  await ada.write('from the pier')
  await expect(ada.markOf('from the pier')).toHaveAccessibleName(marks.saved)
  expect(sockets).toEqual([`ws://127.0.0.1:${server.port}/`])
})
