/** People think better of what they wrote, and go somewhere else: what others see of it is true at once. */

import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'

const deleted = 'This message was deleted.'

test('what is deleted is not quoted any more, and takes no word with it that was typed meanwhile', async ({
  server,
  browserOf,
}) => {
  const adas = await browserOf()
  const ada = await ChatPage.open(adas, server.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  await ada.write('the key is under the mat', 'half a thought')
  await lin.choose('the key is under the mat', 'Reply')
  await lin.write('thank you')
  const quotes = [ada, lin].map(chat => chat.message('thank you').locator('.message-quote'))
  for (const quote of quotes) await expect(quote).toContainText('the key is under the mat')

  // Lin begins another answer, and Ada deletes on the desk what she edits on the phone.
  await lin.choose('the key is under the mat', 'Reply')
  await lin.composer.fill('where is it exactly?')
  await expect(lin.page.getByText('Replying to Ada')).toBeVisible()
  const phone = await ChatPage.open(adas, server.origin, 'harbour', 'Ada')
  await phone.choose('half a thought', 'Edit')
  await phone.composer.fill('a whole thought')
  await ada.remove('the key is under the mat')
  await ada.remove('half a thought')
  for (const quote of quotes) await expect(quote).toContainText(deleted)
  await expect(lin.page.getByText('Replying to Ada')).toHaveCount(0)
  await lin.composer.press('Enter')
  await expect(ada.message('where is it exactly?')).toBeVisible()
  await expect(ada.message('where is it exactly?').locator('.message-quote')).toHaveCount(0)

  await expect(phone.page.getByText('Editing your message')).toHaveCount(0)
  await expect(phone.composer).toHaveValue('a whole thought')
  await phone.composer.press('Enter')
  for (const chat of [ada, lin]) {
    await expect(chat.message('a whole thought')).toBeVisible()
    await expect(chat.message(deleted)).toHaveCount(2)
  }
})

test('what was taken back from the field is not sent when its files have arrived', async ({ server, browserOf }) => {
  const network = await Network.before(server.port)
  const ada = await ChatPage.open(await browserOf(), network.origin, 'harbour', 'Ada')
  await ada.isOnline()
  network.becomeAfter(1024 * 1024, 'cut')
  const chooser = ada.page.waitForEvent('filechooser')
  await ada.page.getByRole('button', { name: 'Attach files' }).click()
  await (await chooser).setFiles({ name: 'list.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3e6) })
  await expect.poll(() => network.state).toBe('cut')
  await ada.composer.fill('salaries attached')
  await ada.composer.press('Enter')
  const armed = ada.page.getByText('Will be sent once its files are on the server.')
  await expect(armed).toBeVisible()
  await ada.composer.fill('')
  await expect(armed).toHaveCount(0)

  network.become('up')
  await expect(ada.page.getByRole('list', { name: 'Files to send' })).toContainText('Ready', {
    timeout: 60_000,
  })
  await ada.composer.fill('the list')
  await ada.composer.press('Enter')
  await expect(ada.message('the list')).toContainText('list.bin')
  expect(await ada.entries()).toHaveLength(1)
})

test('whoever goes to another channel is not here any more, and does not type for ever', async ({
  server,
  browserOf,
}) => {
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  const ada = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Ada')
  await ada.goTo('harbour')
  await expect(lin.people).toHaveCount(2)
  await ada.composer.pressSequentially('I think')
  await expect(lin.page.getByText('Ada is typing')).toBeVisible()
  // The field goes with what is written in it; nobody has left it.
  await ada.page.goBack()
  await expect(ada.page.getByRole('heading', { level: 1, name: 'pier' })).toBeVisible()
  await expect(lin.people).toHaveCount(1)
  await expect(lin.page.getByText('Ada is typing')).toHaveCount(0)
  await ada.goTo('harbour')
  await expect(lin.people, 'and is here when they come back').toHaveCount(2)
})

test('a jump to what is in view leaves the log at its end', async ({ server, browserOf }) => {
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  await ada.write('who takes the watch?')
  await lin.choose('who takes the watch?', 'Reply')
  await lin.write('I do')
  await ada.message('I do').locator('.message-quote').click()
  await expect(ada.log.locator('[data-marked]')).toContainText('who takes the watch?')
  await ada.page.mouse.wheel(0, 100)
  for (let i = 1; i <= 24; i++) await lin.write(`line ${i}`)
  await expect(ada.message('line 24')).toBeInViewport()
})
