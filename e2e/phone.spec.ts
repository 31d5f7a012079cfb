/** On a phone: one thing at a time, with the way back that the phone has. */

import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

const phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true }

test('from the list to a channel and back, writing and looking who is here', async ({ server, browserOf }) => {
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  await lin.write(
    'The evening boat is late again, and nobody at the quay knows by how much.',
    'Can you look at the lamps?',
  )
  const ada = await ChatPage.open(await browserOf(phone), server.origin, 'harbour', 'Ada')
  const { page } = ada
  await expect(ada.message('Can you look')).toBeInViewport()
  await ada.write('On my way.')
  await expect(lin.message('On my way.')).toBeVisible()

  await ada.message('Can you look').tap()
  await ada.message('Can you look').getByRole('button', { name: 'Reply' }).tap()
  await ada.write('They are fine')
  await expect(ada.message('They are fine').locator('.message-quote')).toContainText('Can you look')
  await page.screenshot({ path: 'test-results/phone-channel.png' })

  await page.getByRole('button', { name: '2 here' }).tap()
  await expect(ada.people).toHaveText([/Ada.*you/, /Lin/])
  await page.screenshot({ path: 'test-results/phone-people.png' })
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).tap()

  await page.getByRole('button', { name: 'Search in this channel' }).tap()
  await page.getByRole('searchbox').fill('lamps')
  await page.getByRole('searchbox').press('Enter')
  await page
    .getByRole('search')
    .getByRole('button', { name: /Can you look at the lamps/ })
    .tap()
  await expect(page.getByRole('complementary'), 'what was found is seen').toHaveCount(0)
  await expect(ada.message('Can you look at the lamps?')).toBeInViewport()

  await page.getByRole('link', { name: 'Rooms' }).tap()
  await expect(page.getByRole('link', { name: /^harbour/ })).toBeVisible()
  await expect(ada.composer).toBeHidden()
  await page.screenshot({ path: 'test-results/phone-list.png' })
  await page.getByRole('button', { name: 'New channel' }).tap()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('lamps')
  await page.getByRole('button', { name: 'Create' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'lamps' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: /^lamps/ })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'harbour' })).toBeVisible()
  const sizes = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
  expect(sizes, 'nothing is wider than the window').toEqual([390, 390])
})
