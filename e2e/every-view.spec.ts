/** An automatic check of every view and of what opens over it, in both themes. */

import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

test('channels and what opens over them', async ({ server, browserOf }) => {
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  const { page } = ada
  await lin.write(
    'The **tide** turns at [four](https://example.org/tides), @Ada',
    '```\nnpm start\n```',
    '> said before\n\nyes',
  )
  await ada.write('a slip')
  await ada.edit('a slip', 'a slip, mended')
  await ada.react('said before')
  await ada.choose('said before', 'Reply')
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await ada.message('a slip, mended').getByRole('button', { name: 'edited' }).click()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await ada.choose('a slip, mended', 'Delete')
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'More about this channel' }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Name and topic' }).click()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Topic' }).fill('Boats, and when they come')
  await page.keyboard.press('Enter')
  await expect(page.locator('.place-topic')).toHaveText('Boats, and when they come')

  await page.getByRole('button', { name: 'Search in this channel' }).click()
  await page.getByRole('searchbox', { name: 'Search in messages' }).fill('tide')
  await page.keyboard.press('Enter')
  await expect(page.locator('.search-hits').getByRole('button')).toHaveCount(1)
  await expectAccessible(page)

  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
})

test('settings, people, an archived channel, and an address of nothing', async ({ server, browserOf }) => {
  await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  const { page } = ada
  await page.getByRole('button', { name: 'Settings' }).click()
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'Appearance' }).selectOption({ label: 'Dark' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.screenshot({ path: 'test-results/settings.png' })
  await page.getByRole('combobox', { name: 'Appearance' }).selectOption({ label: 'As this device has it' })
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Write to somebody' }).click()
  await expect(page.getByRole('dialog').getByRole('button', { name: /^Lin/ })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'New channel' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('last year')
  await page.keyboard.press('Enter')
  await ada.write('long ago')
  await page.getByRole('button', { name: 'More about this channel' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await expect(page.getByText('This channel is archived.')).toBeVisible()
  await expect(ada.composer).toHaveCount(0)
  await page.getByRole('button', { name: 'Archived (1)' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'More about this channel' }).click()
  await page.getByRole('menuitem', { name: 'Bring back' }).click()
  await expect(ada.composer).toBeVisible()

  await page.goto(`${server.origin}/r/harbour`)
  await page.evaluate(`history.pushState(null, '', '/nothing'); dispatchEvent(new PopStateEvent('popstate'))`)
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  await expectAccessible(page)
})
