/** Whoever wants to be notified is, once, of what names them or is written to them alone, when they look elsewhere. */

import type { BrowserContext } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { mayLookElsewhere, use } from './support/attention.ts'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

interface Notified {
  title: string
  body: string
  tag: string
}

const wish = 'Notify me on this device'

/** Real notifications, also noted in the page: without a screen there is nobody who could see them, or click on one. */
async function noteNotifications(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    window.notified = []
    window.Notification = class extends Notification {
      constructor(...parts) {
        super(...parts)
        notified.push(this)
      }
    }
  `)
}

async function notified({ page }: ChatPage): Promise<readonly Notified[]> {
  return await page.evaluate('notified.map(({ title, body, tag }) => ({ title, body, tag }))')
}

/** What comes to be notified, and nothing else since the last time this was asked. */
async function expectNews(chat: ChatPage, said: string, why?: string): Promise<void> {
  await expect.poll(() => notified(chat), why).not.toEqual([])
  expect(await news(chat), why).toEqual([said])
}

/** What was notified since the last time this was asked. */
async function news(chat: ChatPage): Promise<readonly string[]> {
  const found = await notified(chat)
  await chat.page.evaluate('notified.length = 0')
  return found.map(({ title, body }) => `${title}: ${body}`)
}

async function setNotifications({ page }: ChatPage, isOn: boolean): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('checkbox', { name: wish }).setChecked(isOn)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

async function name(chat: ChatPage, person: string, text: string): Promise<void> {
  await chat.composer.pressSequentially(`@${person.slice(0, 2)}`)
  await chat.page.getByRole('option', { name: person }).click()
  await chat.composer.pressSequentially(text)
  await chat.composer.press('Enter')
}

async function mute({ page }: ChatPage, choice: 'Mute' | 'Unmute'): Promise<void> {
  await page.getByRole('button', { name: 'More about this channel' }).click()
  await page.getByRole('menuitem', { name: choice, exact: true }).click()
}

test('a mention notifies once who looks elsewhere, and a click leads there', async ({ server, browserOf }) => {
  const adas = await browserOf({ permissions: ['notifications'] })
  await noteNotifications(adas)
  await mayLookElsewhere(adas)
  const lin = await ChatPage.open(await browserOf(), server.origin, 'pier', 'Lin')
  const ada = await ChatPage.open(adas, server.origin, 'harbour', 'Ada')
  await expect(ada.page.getByRole('link', { name: /^pier/ })).toBeVisible()
  await ada.isOnline()

  await name(lin, 'Ada', 'before you wanted to know')
  await expect(ada.unreadIn('pier')).toHaveText('@1')
  expect(await news(ada), 'nobody is notified who has not asked for it').toEqual([])
  await setNotifications(ada, true)

  await lin.write('for everybody')
  await expect(ada.unreadIn('pier')).toHaveText('@1 2')
  expect(await news(ada)).toEqual([])
  await name(lin, 'Ada', 'can you look at this?')
  await expect(ada.unreadIn('pier')).toHaveText('@2 3')
  await expect.poll(() => notified(ada)).toMatchObject([{ title: 'Lin in pier', body: '@Ada can you look at this?' }])

  await ada.page.evaluate("notified[0].dispatchEvent(new Event('click'))")
  await expect(ada.page.getByRole('heading', { level: 1, name: 'pier' })).toBeVisible()
  await expect(ada.message('can you look at this?')).toBeInViewport()
  expect(await news(ada)).toHaveLength(1)

  await name(lin, 'Ada', 'while you look at it')
  await expect(ada.message('while you look at it')).toBeVisible()
  expect(await news(ada), 'who sees it is not notified').toEqual([])

  await use(ada, false)
  await name(lin, 'Ada', 'while you look elsewhere')
  await expect(ada.message('while you look elsewhere')).toBeVisible()
  await expectNews(ada, 'Lin in pier: @Ada while you look elsewhere')

  await mute(ada, 'Mute')
  await name(lin, 'Ada', 'while it is muted')
  await expect(ada.message('while it is muted')).toBeVisible()
  expect(await news(ada)).toEqual([])
  await mute(ada, 'Unmute')

  await ada.page.reload()
  await ada.isOnline()
  await expect(ada.message('while it is muted')).toBeVisible()
  expect(await news(ada), 'what was there is not news').toEqual([])
  await use(ada, false)
  await name(lin, 'Ada', 'after a reload')
  await expect(ada.message('after a reload')).toBeVisible()
  await expectNews(ada, 'Lin in pier: @Ada after a reload', 'the wish is remembered')

  await setNotifications(ada, false)
  await name(lin, 'Ada', 'when you want no more')
  await expect(ada.message('when you want no more')).toBeVisible()
  expect(await news(ada)).toEqual([])
})

test('a direct message notifies, also the first one that was ever written, and one that was written oneself does not', async ({
  server,
  browserOf,
}) => {
  const adas = await browserOf({ permissions: ['notifications'] })
  await noteNotifications(adas)
  await mayLookElsewhere(adas)
  const lins = await browserOf()
  const ada = await ChatPage.open(adas, server.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(lins, server.origin, 'harbour', 'Lin')
  await expect(ada.people).toHaveCount(2)
  await expect(lin.people).toHaveCount(2)
  await setNotifications(ada, true)
  const other = await ChatPage.open(adas, server.origin, 'pier', 'Ada')
  await other.isOnline()
  await use(ada, false)
  await use(other, false)

  // The conversation and what is said in it come at once.
  await lins.setOffline(true)
  await expect(lin.banner).toContainText('You are offline.')
  await lin.page.getByRole('button', { name: 'Write to somebody' }).click()
  await lin.page.getByRole('dialog').getByRole('button', { name: 'Ada' }).click()
  await expect(lin.page.getByRole('heading', { level: 1, name: 'Ada' })).toBeVisible()
  await lin.composer.waitFor()
  await lin.write('only for you')
  await lins.setOffline(false)
  for (const window of [ada, other]) {
    await expect(window.unreadIn('Lin')).toContainText('1')
    await expect.poll(() => notified(window)).toMatchObject([{ title: 'Lin', body: 'only for you' }])
  }
  const tags = [...(await notified(ada)), ...(await notified(other))].map(({ tag }) => tag)
  expect(tags[0], 'the browser shows one of those of its windows').toBe(tags[1])

  await ada.page.evaluate("notified[0].dispatchEvent(new Event('click'))")
  await expect(ada.page.getByRole('heading', { level: 1, name: 'Lin' })).toBeVisible()
  await news(ada)
  await news(other)
  await use(ada, true)
  await lin.write('while you look here, in one of your windows')
  await expect(ada.message('while you look here')).toBeVisible()
  await expect(other.unreadIn('Lin')).toHaveCount(0)
  await use(ada, false)
  await lin.write('when you look elsewhere in both')
  for (const window of [ada, other]) await expectNews(window, 'Lin: when you look elsewhere in both')
  await use(ada, true)
  await ada.write('from me')
  await expect(lin.message('from me')).toBeVisible()
  await other.goTo('Lin')
  await expect(other.message('from me')).toBeVisible()
  expect(await news(other)).toEqual([])
  expect(await news(ada)).toEqual([])
})

test('where the browser blocks notifications, the settings say so and what to do', async ({ server, browserOf }) => {
  const context = await browserOf()
  await context.addInitScript("Object.defineProperty(Notification, 'permission', { value: 'denied' })")
  const ada = await ChatPage.open(context, server.origin, 'harbour', 'Ada')
  await ada.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = ada.page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox', { name: wish })).toBeDisabled()
  await expect(dialog).toContainText('The browser blocks notifications of this page. Allow them in its settings')
  await expectAccessible(ada.page)
  await ada.pictures('notifications-blocked')
})
