/** What the server refuses is shown with its reason and its words, and stays until somebody decides. */

import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

const room = 'harbour'
const reason = 'A single change is larger than this server accepts.'

test('a refused message says why, survives a reload, and is sent by trying again', async ({ server, browserOf }) => {
  const context = await browserOf({ permissions: ['clipboard-read', 'clipboard-write'] })
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await ada.write('taken')
  await expect(lin.message('taken')).toBeVisible()

  wire.refuse('too-large')
  await ada.write('refused,\nin two lines')
  await expect(ada.refused).toContainText(`The server refused 1 message of yours. ${reason}`)
  await expect(ada.refused.getByRole('listitem')).toHaveText(['refused,\nin two lines'])
  await expect(ada.message('refused'), 'it is not in the log, where others would be thought to see it').toHaveCount(0)
  await expect(ada.waiting).toHaveCount(0)
  await expectAccessible(ada.page)
  await ada.pictures('refused')
  await ada.isOnline()

  await ada.refused.getByRole('button', { name: 'Copy' }).click()
  await expect(ada.refused.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await ada.page.evaluate('navigator.clipboard.readText()')).toBe('refused,\nin two lines')

  await ada.page.reload()
  await ada.isOnline()
  await expect(ada.refused.getByRole('listitem')).toHaveText(['refused,\nin two lines'])
  await ada.refused.getByRole('button', { name: 'Try again' }).click()
  await expect(ada.refused, 'it is refused again, and not doubled').toContainText('The server refused 1 message')
  await expect(ada.refused.getByRole('listitem')).toHaveText(['refused,\nin two lines'])

  wire.refuse(null)
  await ada.refused.getByRole('button', { name: 'Try again' }).click()
  await expect(ada.markOf('refused')).toHaveAccessibleName('Saved on the server')
  await expect(ada.refused).toHaveCount(0)
  await expect(lin.message('refused')).toBeVisible()
  await expect(lin.message('taken')).toBeVisible()
  expect(await ada.entries()).toEqual(await lin.entries())
})

test('a refused message is gone when it is discarded, and what was written after it goes on', async ({
  server,
  browserOf,
}) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, room, 'Lin')
  await ada.write('taken')
  await expect(lin.message('taken')).toBeVisible()
  wire.refuse('room-full')
  await ada.write('refused')
  await expect(ada.refused).toContainText('This room has reached the largest size this server keeps.')
  wire.refuse(null)
  await ada.write('taken again')
  await expect(ada.markOf('taken again')).toHaveAccessibleName('Saved on the server')
  await expect(lin.message('taken again')).toBeVisible()

  await ada.refused.getByRole('button', { name: 'Discard' }).focus()
  await ada.page.keyboard.press('Enter')
  await expect(ada.refused).toHaveCount(0)
  await expect(ada.log, 'the focus does not go with the button').toBeFocused()
  await ada.page.reload()
  await ada.isOnline()
  await expect(ada.refused).toHaveCount(0)
  expect((await ada.entries()).map(entry => entry.text)).toEqual(['taken', 'taken again'])
  expect(await lin.entries()).toEqual(await ada.entries())
})

test('a long refusal can be read to its end and leaves the log usable, also on a phone', async ({
  server,
  browserOf,
}) => {
  const context = await browserOf({ viewport: { width: 360, height: 640 } })
  const wire = await Wire.of(context)
  const ada = await ChatPage.open(context, server.origin, room, 'Ada')
  await ada.write(...Array.from({ length: 12 }, (_, i) => `Line ${i + 1}.`))
  await expect(ada.waiting).toHaveCount(0)
  const last = ada.message('Line 12.')
  const before = await last.boundingBox()
  wire.refuse('too-large')
  await ada.write(`${'long '.repeat(400)}end`)
  await expect(ada.refused).toBeVisible()
  await expectAccessible(ada.page)
  const after = await last.boundingBox()
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0)), 'nothing has jumped').toBeLessThan(1)

  await ada.log.press('Home')
  await expect(ada.page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  const panel = await ada.refused.boundingBox()
  await expect
    .poll(async () => (await ada.message('Line 1.').boundingBox())?.y, 'the first message can be read below the line')
    .toBeGreaterThan((panel?.y ?? 0) + (panel?.height ?? 0))
})

test('a refused message is in no window of the browser, whichever it was written in', async ({ server, browserOf }) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const one = await ChatPage.open(context, server.origin, room, 'Ada')
  const two = await ChatPage.open(context, server.origin, room, 'Ada')
  await one.write('taken')
  await expect(two.message('taken')).toBeVisible()
  wire.refuse('too-large')
  await one.write('refused')
  await expect(one.refused.getByRole('listitem')).toHaveText(['refused'])
  wire.refuse(null)
  await one.write('taken again')
  await expect(two.message('taken again')).toBeVisible()
  // The other window has heard of both by now, and of the refusal in between.
  await expect(two.message('refused')).toHaveCount(0)
  await two.write('from the other window')
  await expect(one.message('from the other window')).toBeVisible()
  await expect(two.markOf('from the other window')).toHaveAccessibleName('Saved on the server')
  await expect(one.waiting).toHaveCount(0)
  expect((await one.entries()).map(entry => entry.text)).toEqual(['taken', 'taken again', 'from the other window'])
  expect(await two.entries()).toEqual(await one.entries())
})
