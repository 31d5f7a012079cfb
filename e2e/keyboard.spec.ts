/** Everything by keyboard: going somewhere, answering, reacting, editing, deleting, and back again. */

import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

test('a conversation without a pointer', async ({ server, browserOf }) => {
  const lin = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Lin')
  await lin.write('who is there?')
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  const { page } = ada
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await expect(page.getByRole('link', { name: /^pier/ })).toBeVisible()

  await press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Go to a channel, a person or a document' })).toBeFocused()
  await page.keyboard.type('pie')
  await press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'pier' })).toBeVisible()
  await expect(ada.composer).toBeFocused()

  await page.keyboard.type('me')
  await press('Control+a', 'Control+b', 'Enter')
  await expect(ada.message('me').locator('strong')).toHaveText('me')

  const log = page.locator('[role=log]:focus')
  for (let i = 0; i < 8 && (await log.count()) === 0; i++) await press('Shift+Tab')
  await expect(ada.log).toBeFocused()
  await press('ArrowUp', 'ArrowUp')
  await expect(ada.message('who is there?')).toBeFocused()
  await press('r')
  await expect(ada.composer, 'one answers where one writes').toBeFocused()
  await page.keyboard.type('it is me')
  await press('Enter')
  await expect(ada.message('it is me').locator('.message-quote')).toContainText('who is there?')

  await press('ArrowUp')
  await expect(ada.composer).toHaveValue('it is me')
  await page.keyboard.type(', Ada')
  await press('Enter')
  await expect(ada.message('it is me, Ada')).toContainText('edited')

  for (let i = 0; i < 8 && (await log.count()) === 0; i++) await press('Shift+Tab')
  await press('ArrowUp', 'ArrowUp', 'ArrowUp')
  await expect(ada.message('who is there?').first()).toBeFocused()
  await press('+')
  await expect(page.locator('.reaction-choice .emoji').first()).toBeFocused()
  await press('Enter')
  await expect(ada.message('who is there?').first().locator('[aria-pressed=true]')).toContainText('1')

  await ada.message('it is me, Ada').focus()
  await press('Delete')
  await expect(page.getByRole('dialog', { name: 'Delete this message?' })).toBeVisible()
  await press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await ada.message('it is me, Ada').focus()
  await press('Delete', 'Tab', 'Tab')
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeFocused()
  await press('Enter')
  await expect(ada.log).toContainText('This message was deleted.')
  await expect(ada.log, 'the focus does not go with the message').toBeFocused()

  await press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await ada.pictures('keys')
  await press('Escape')
  await expect(ada.log).toBeFocused()

  await page.getByRole('button', { name: 'Search in this channel' }).focus()
  await press('Enter')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await press('Escape')
  await expect(page.getByRole('complementary')).toHaveCount(0)
  await expect(ada.log, 'the focus does not go with what was closed').toBeFocused()

  const edge = page.getByRole('separator', { name: 'Width of the list of channels' })
  await edge.focus()
  const before = Number(await edge.getAttribute('aria-valuenow'))
  await press('ArrowRight')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 16))
  await page.reload()
  await expect(edge, 'it is remembered').toHaveAttribute('aria-valuenow', String(before + 16))
})
