/** What is new: on both devices of one person, until they have read it on one of them. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserContext } from '@playwright/test'
import { mayLookElsewhere, use } from './support/attention.ts'
import { ChatPage } from './support/chat.ts'
import { ServerProcess } from './support/server.ts'
import { test as base, expect } from './support/test.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const env = { AUTH_SECRET: 'a secret that is long enough for anybody' }

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from its pattern
  server: async ({}, use) => {
    const server = await ServerProcess.start({ env })
    await use(server)
    await server.dispose()
  },
})

async function mint(sub: string, name: string): Promise<string> {
  const rooms = ['workspace', 'chat/**', `user/${sub}`].flatMap(room => ['--room', `${room}=write`])
  const args = [program, 'token', '--sub', sub, '--name', name, ...rooms]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })
  return stdout.trim()
}

async function device(context: BrowserContext, link: string): Promise<ChatPage> {
  await mayLookElsewhere(context)
  const chat = new ChatPage(await context.newPage())
  await chat.page.goto(link)
  await chat.composer.waitFor()
  await chat.isOnline()
  return chat
}

test('a mention shows on both devices of a person, and is read on both when it is read on one', async ({
  server,
  browserOf,
}) => {
  const tokens = { ada: await mint('ada', 'Ada'), lin: await mint('lin', 'Lin') }
  const lin = await device(await browserOf(), `${server.origin}/r/pier#token=${tokens.lin}`)
  await lin.write('before anybody else was here')
  const desks = await browserOf()
  const desk = await device(desks, `${server.origin}/r/harbour#token=${tokens.ada}`)
  const phone = await device(
    await browserOf({ viewport: { width: 1001, height: 700 } }),
    `${server.origin}/r/harbour#token=${tokens.ada}`,
  )
  await expect(desk.page.getByRole('link', { name: /^pier/ })).toBeVisible()
  await expect(desk.unreadIn('pier'), 'what was said before one came is not new').toHaveCount(0)

  await lin.write('nobody in particular')
  await lin.composer.pressSequentially('@Ad')
  await lin.page.getByRole('option', { name: 'Ada' }).click()
  await lin.composer.pressSequentially('can you look at this?')
  await lin.composer.press('Enter')
  for (const chat of [desk, phone]) {
    await expect(chat.unreadIn('pier')).toHaveText('@1 2')
    await expect(chat.page).toHaveTitle(/^\(2\) harbour/)
  }
  await desk.pictures('unread-list')

  await use(desk, false)
  await desk.goTo('pier')
  await expect(desk.message('can you look at this').locator('.mention')).toHaveText('@Ada')
  await expect(phone.unreadIn('pier'), 'a window that is not looked at reads nothing').toHaveText('@1 2')
  await expect(desk.log.locator('.unread-line')).toHaveCount(0)

  await use(desk, true)
  await expect(phone.unreadIn('pier'), 'read here, read there').toHaveCount(0)
  await expect(phone.page).toHaveTitle(/^harbour/)

  await desk.goTo('harbour')
  await lin.write('one more')
  await expect(desk.unreadIn('pier')).toContainText('1')
  await desk.goTo('pier')
  await expect(desk.log.locator('.unread-line + .row, .unread-line')).not.toHaveCount(0)
  await expect(desk.log.locator('.unread-line')).toHaveText('New')
  await expect(phone.unreadIn('pier')).toHaveCount(0)
  await desk.pictures('unread-line')

  await desk.page.reload()
  await desk.isOnline()
  await expect(desk.unreadIn('harbour')).toHaveCount(0)
  await expect(desk.log.locator('.unread-line'), 'all of it was read').toHaveCount(0)

  // What this browser has kept was read; what was said since is new, and so is what comes while nobody looks.
  await desk.page.close()
  await lin.write('in the night')
  await expect(phone.unreadIn('pier')).toHaveText('1')
  const morning = await device(desks, `${server.origin}/r/pier#token=${tokens.ada}`)
  const firstNew = morning.log.locator('div:has(> .unread-line) + div')
  await expect(firstNew).toContainText('in the night')
  await expect(phone.unreadIn('pier')).toHaveCount(0)
  await use(morning, false)
  await lin.write('while nobody looked')
  await expect(morning.unreadIn('pier')).toHaveText('1')
  await expect(morning.page).toHaveTitle(/^\(1\) pier/)
  await use(morning, true)
  await expect(firstNew).toContainText('while nobody looked')
  await expect(morning.unreadIn('pier')).toHaveCount(0)
  await expect(morning.page).toHaveTitle(/^pier/)
})

test('a direct conversation is found by both, and by nobody else', async ({ server, browserOf }) => {
  const [adas, lins, maxs] = [await mint('ada', 'Ada'), await mint('lin', 'Lin'), await mint('max', 'Max')]
  const lin = await device(await browserOf(), `${server.origin}/r/harbour#token=${lins}`)
  const ada = await device(await browserOf(), `${server.origin}/r/harbour#token=${adas}`)
  const max = await device(await browserOf(), `${server.origin}/r/harbour#token=${maxs}`)
  await expect(ada.people).toHaveCount(3)

  await ada.page.getByRole('button', { name: 'Write to somebody' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Lin' }).click()
  await expect(ada.page.getByRole('heading', { level: 1, name: 'Lin' })).toBeVisible()
  await ada.composer.waitFor()
  await ada.write('only for you')
  await expect(lin.unreadIn('Ada')).toContainText('1')
  await lin.goTo('Ada')
  await expect(lin.message('only for you')).toBeVisible()
  await expect(max.page.getByRole('link', { name: /^(Ada|Lin)/ })).toHaveCount(0)
  await lin.pictures('direct')
})
