/** The page in Simplified Chinese, for a browser that asks for it and for somebody who chooses it. */

import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

/** What everybody reads or hears, of the page's own words. */
const english = /\b(the|you|message|channel|write|here|search|settings|close|more|new|send)\b/i

test('a browser that prefers Chinese is spoken to in Chinese, everywhere', async ({ server, browserOf }) => {
  const context = await browserOf({ locale: 'zh-CN' })
  const page = await context.newPage()
  await page.goto(`${server.origin}/r/港口`)
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await page.getByRole('textbox', { name: '你的名字' }).fill('林小雨')
  await page.getByRole('button', { name: '打开聊天室' }).click()
  const composer = page.getByRole('textbox', { name: '消息', exact: true })
  await composer.fill('晚班船又晚点了，信号断的时候我给同事写了交接说明。')
  await composer.press('Enter')
  await composer.fill('潮汐表在**东码头**，四点转潮。')
  await composer.press('Enter')
  const log = page.getByRole('log', { name: '港口 的消息' })
  await expect(log.getByRole('img', { name: '已存到服务器' })).toHaveCount(2)
  await expect(log.locator('strong')).toHaveText('东码头')
  await expect(log.getByRole('heading', { name: '今天' })).toBeVisible()
  await expectAccessible(page)
  await new ChatPage(page).pictures('chinese')

  const spoken = await page.evaluate(`[
    document.title,
    document.body.innerText,
    ...[...document.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap(element =>
      ['aria-label', 'title', 'placeholder'].map(name => element.getAttribute(name) ?? '')),
  ].join('\\n')`)
  expect(String(spoken).match(english), 'no word of another language').toBeNull()

  await page.getByRole('button', { name: '设置' }).click()
  await page.screenshot({ path: 'test-results/chinese-settings.png' })
  await page.getByRole('combobox', { name: '语言' }).selectOption({ label: 'English' })
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
  await page.reload()
  await expect(page.locator('html'), 'it is remembered').toHaveAttribute('lang', 'en')
})
