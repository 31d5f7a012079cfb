/** A page of a channel fills up while somebody is offline: what they wrote on the old one is missed by nobody. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { append } from '../web/chat/log.ts'
import { pageSize } from '../web/chat/pages.ts'
import { ChatPage } from './support/chat.ts'
import { writeByProgram, writeIntoDocument } from './support/program.ts'
import type { ServerProcess } from './support/server.ts'
import { expect, test } from './support/test.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const channel = 'harbour'
const author = { id: 'tide', name: 'Tide' }
/** Room on the first page for what is said before it is full. */
const free = 4
/** Enough on the second page that somebody who reads its end has not loaded the first. */
const further = 90

/** Texts of the messages a program writes, and how it writes them. */
function lines(name: string, count: number, since: number) {
  const texts = Array.from({ length: count }, (_, n) => `${name} ${n + 1}.`)
  return {
    texts,
    write(doc: Parameters<typeof append>[0]) {
      doc.transact(() => {
        for (const [n, text] of texts.entries()) append(doc, { id: `${name}-${n}`, author, text, at: since + n })
      })
    },
  }
}

async function roomsOf({ data }: ServerProcess): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'rooms', '--json', '--data', data])
  return JSON.parse(stdout).map(({ name }: { name: string }) => name)
}

// So many messages would be copied into it at every step that the story would take twice as long.
test.use({ trace: 'off' })

test('somebody whose device goes offline writes on, reloads and comes back after the page was turned', async ({
  server,
  browserOf,
}) => {
  const old = lines('Old', pageSize - free, Date.now() - 86_400_000)
  await writeByProgram(server.origin, channel, old.write)
  const lins = await browserOf()
  const noors = await browserOf()
  const ada = await ChatPage.open(await browserOf(), server.origin, channel, 'Ada')
  const lin = await ChatPage.open(lins, server.origin, channel, 'Lin')
  await lin.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await lin.page.reload()
  await lin.isOnline()

  // A third person has read what there is, and is elsewhere then.
  const noor = await ChatPage.open(noors, server.origin, 'pier', 'Noor')
  const unread = noor.unreadSaidOf(channel)
  await ada.write('in time')
  await expect(unread).toHaveText('1 new message')
  const reading = await ChatPage.open(noors, server.origin, channel, 'Noor')
  await expect(unread, 'read in another window').toHaveCount(0)
  await reading.page.close()

  await expect(lin.message('in time')).toBeVisible()
  await lins.setOffline(true)
  await expect(lin.banner).toContainText('Everything you write is kept here and will be sent.')
  const late = ['late one', 'late two', 'late three', 'late four']
  const last = ['the first that is new', 'fills the page', 'the last of the page']
  await ada.write(...last.slice(0, 1))
  await lin.write(...late.slice(0, 3))
  await ada.write(...last.slice(1))
  await expect(ada.waiting).toHaveCount(0)
  await expect(unread).toHaveText('3 new messages')
  expect(await roomsOf(server), 'a full page is not turned before there is more').not.toContain(`chat/${channel}/1`)
  await ada.write('over the edge')
  await expect(ada.waiting).toHaveCount(0)
  expect(await roomsOf(server)).toContain(`chat/${channel}/1`)
  await expect(unread, 'what was new before the page was turned is new still').toHaveText('4 new messages')
  const more = lines('New', further, Date.now())
  await writeIntoDocument(server.origin, `chat/${channel}/1`, more.write)
  await expect(ada.message(more.texts.at(-1) ?? '')).toBeInViewport()

  await lin.page.reload()
  for (const text of late.slice(0, 3)) await expect(lin.markOf(text)).toHaveAccessibleName('Waiting to be sent')
  await lin.write(...late.slice(3))
  await expect(lin.waiting).toHaveCount(4)
  await expect(lin.banner).toContainText('4 messages waiting.')
  await expect(ada.message('late')).toHaveCount(0)

  await lins.setOffline(false)
  await lin.isOnline()
  await expect(lin.waiting).toHaveCount(0)
  await expect(lin.message('late four')).toBeInViewport()
  await expect(lin.markOf('late four')).toHaveAccessibleName('Saved on the server')
  await expect(ada.message('late four')).toBeInViewport()
  await ada.pictures('page-turn')
  await expect(unread).toHaveText(`${last.length + 1 + further + late.length} new messages`)

  const max = await ChatPage.open(await browserOf(), server.origin, channel, 'Max')
  await expect(max.message('late four'), 'who comes later reads it where one reads').toBeInViewport()
  const back = await ChatPage.open(noors, server.origin, channel, 'Noor')
  await expect(back.message('late four')).toBeInViewport()
  // In the order of their times, whenever they arrived.
  const onFirst = [...old.texts, 'in time', ...last.slice(0, 1), ...late.slice(0, 3), ...last.slice(1)]
  const texts = [...onFirst, 'over the edge', ...more.texts, ...late.slice(3)]
  const logs = []
  for (const chat of [ada, lin, max, back]) {
    // So tall a window has both pages in view.
    await chat.page.setViewportSize({ width: 1200, height: 18_000 })
    await expect(chat.message('Old 1.')).toBeInViewport()
    await expect.poll(async () => (await chat.entries()).map(({ text }) => text)).toEqual(texts)
    logs.push(await chat.entries())
  }
  for (const log of logs) expect(log).toEqual(logs[0])
  const firstNew = back.log.locator('xpath=//*[@class="unread-line"]/following::*[@data-message][1]')
  await expect(firstNew, 'what is new begins on the page before').toContainText('the first that is new')
  await expect(lin.waiting).toHaveCount(0)
})
