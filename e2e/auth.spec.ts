/** A server that wants tokens: who has one is let in by a link, may do what it says, and who has none is told. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserContext } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { ServerProcess } from './support/server.ts'
import { test as base, expect } from './support/test.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const env = { AUTH_SECRET: 'a secret of thirty-two bytes, for the stories' }

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from its pattern
  server: async ({}, use) => {
    const server = await ServerProcess.start({ env })
    await use(server)
    await server.dispose()
  },
})

async function mint(sub: string, access: string): Promise<string> {
  const args = [program, 'token', '--sub', sub, '--room', `chat/harbour/*=${access}`]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })
  expect(stderr).toBe('')
  return stdout.trim()
}

/** Follows a link to a room. */
async function follow(context: BrowserContext, link: string, name: string): Promise<ChatPage> {
  const chat = new ChatPage(await context.newPage())
  await chat.page.goto(link)
  await chat.enter(name)
  return chat
}

test('two people with different rights talk, and somebody without a token is told', async ({ server, browserOf }) => {
  const room = `${server.origin}/r/harbour`
  const [toWrite, toRead] = [await mint('ada', 'write'), await mint('lin', 'read')]

  const ada = await follow(await browserOf(), `${room}#token=${toWrite}`, 'Ada')
  expect(ada.page.url(), 'nobody can read it over a shoulder or copy it with the address').toBe(room)
  await ada.isOnline()
  await ada.write('for those who may read')
  await expect(ada.markOf('for those')).toHaveAccessibleName('Saved on the server')

  const lin = await follow(await browserOf(), `${room}#token=${toRead}`, 'Lin')
  await expect(lin.message('for those who may read')).toBeVisible()
  await expect(ada.people).toHaveText([/Ada.*you/, /Lin/])
  await lin.write('from a reader')
  await expect(lin.refused).toContainText('You may read this room, but not change it.')
  await ada.write('still here')
  await expect(lin.message('still here')).toBeVisible()
  await expect(ada.message('from a reader')).toHaveCount(0)

  const context = await browserOf()
  const max = await follow(context, room, 'Max')
  await expect(max.banner).toContainText('The server closed this room: You are not allowed into this room.')
  await expect(max.message('for those who may read')).toHaveCount(0)
  await expect(ada.people).toHaveText([/Ada.*you/, /Lin/])
  await expectAccessible(max.page)

  await max.page.goto(`${room}#token=${toRead}`)
  await expect(max.message('for those who may read'), 'a link to where the page is already').toBeVisible()
  expect(max.page.url()).toBe(room)
  await max.page.reload()
  await max.isOnline()
  await expect(max.message('for those who may read'), 'the tab keeps it').toBeVisible()

  const other = await follow(context, `${server.origin}/r/elsewhere#token=${toRead}`, 'Max')
  await expect(other.banner, 'it is for the other room only').toContainText('You are not allowed into this room.')
})
