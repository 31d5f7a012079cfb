/** A channel of a hundred thousand messages opens at once, and is read from end to end without losing one's place. */

import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { ChatPage } from './support/chat.ts'
import { idOf, labelOf, writeLongChannel } from './support/long-channel.ts'
import { beginNoting, cpuMsOf, endNoting, type Held, heapOf, noteIn, timeOpening } from './support/scrolling.ts'
import { ServerProcess } from './support/server.ts'
import { test as base, expect } from './support/test.ts'

const channel = 'annals'
const pages = 200
/** Messages that are scrolled over, each way: far more than the page has loaded at any time. */
const scrolled = 10_000
const count = pages * 500
const last = idOf(count - 1)
/** Bytes, gzipped, of the JavaScript that has to come before a channel can be shown. */
const mostScript = 250_000
/** What may be held more after reading than before: the pages around the reader, whatever lies behind them. */
const mostHeapGrowth = 60 * 1024 * 1024
/** What is read may be off by so much while pages come and go around it: sizes are rounded. */
const mostMovedPx = 2
/** The directory, the person, the head of the channel, and pages: those in the window, and those just left. */
const mostRooms = 20

// A trace would be of the tracing. The channel is written once.
const test = base.extend<object, { annals: ServerProcess }>({
  annals: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from its pattern
    async ({}, use) => {
      const server = await ServerProcess.start()
      const began = performance.now()
      await writeLongChannel(server.origin, channel, pages, Date.now())
      say(`${count} messages written in ${ms(performance.now() - began)}`)
      await use(server)
      await server.dispose()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})
test.use({ trace: 'off' })

const say = (what: string) => console.log(`long channel: ${what}`)
const ms = (time: number) => `${Math.round(time)} ms`
const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

test('it opens with its last message in view', async ({ annals, browserOf }) => {
  const context = await browserOf()
  await noteIn(context)
  const lobby = await ChatPage.open(context, annals.origin, 'lobby', 'Ada')
  await lobby.isOnline()

  for (const when of ['for the first time', 'again']) {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Performance.enable')
    const opened = await timeOpening(page, `${annals.origin}/r/${channel}`, last)
    say(
      `opened ${when} in ${ms(opened.lastMs)}, first paint after ${ms(opened.paintMs)}, ` +
        `composer after ${ms(opened.usableMs)}; ${ms(await cpuMsOf(cdp))} of CPU time`,
    )
    await page.close()
  }
  say(`server memory ${mb(await memoryOf(annals))}`)
})

test('the program of a channel is small', async ({ annals, browserOf }) => {
  const context = await browserOf({ serviceWorkers: 'block' })
  const lobby = await ChatPage.open(context, annals.origin, 'lobby', 'Ada')
  await lobby.page.close()
  const page = await context.newPage()
  const scripts: Promise<Buffer>[] = []
  page.on('response', response => {
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  await page.goto(`${annals.origin}/r/${channel}`)
  await expect(page.locator(`[data-message="${last}"]`)).toBeInViewport()
  const sizes = (await Promise.all(scripts)).map(script => gzipSync(script).length)
  const size = sizes.reduce((sum, size) => sum + size, 0)
  say(`${sizes.length} scripts, ${(size / 1000).toFixed(0)} KB gzipped`)
  expect(sizes.length).toBeGreaterThan(0)
  expect(size).toBeLessThan(mostScript)
})

test('far up and all the way down: every message once, in order, and none is kept', async ({ annals, browserOf }) => {
  test.setTimeout(300_000)
  const context = await browserOf()
  await noteIn(context)
  const ada = new ChatPage(await context.newPage())
  const rooms = countRooms(ada.page)
  await ada.page.goto(`${annals.origin}/r/${channel}`)
  await ada.enter('Ada')
  await expect(ada.message(labelOf(count - 1))).toBeInViewport()
  const cdp = await context.newCDPSession(ada.page)
  await cdp.send('Performance.enable')
  const before = await heapOf(cdp)

  await scroll(ada, 'up', count - scrolled)
  const there = await heapOf(cdp)
  await expect.poll(rooms).toBeLessThanOrEqual(mostRooms)
  say(`${rooms()} rooms open far up`)

  await scroll(ada, 'down', count - 1)
  // The last message is in the page before it is in view.
  await expect(async () => {
    await ada.page.mouse.wheel(0, 700)
    await expect(ada.page.getByRole('button', { name: 'Jump to latest' })).toBeHidden({ timeout: 1_000 })
  }).toPass()
  const after = await heapOf(cdp)
  say(`heap ${mb(before)} before, ${mb(there)} far up, ${mb(after)} after; server memory ${mb(await memoryOf(annals))}`)
  expect(there - before).toBeLessThan(mostHeapGrowth)
  expect(after - before).toBeLessThan(mostHeapGrowth)
  await expect.poll(rooms).toBeLessThanOrEqual(mostRooms)
})

test('what is read stays in its place while pages come and go around it', async ({ annals, browserOf }) => {
  const context = await browserOf()
  await noteIn(context)
  const ada = new ChatPage(await context.newPage())
  await ada.page.goto(`${annals.origin}/r/${channel}`)
  await ada.enter('Ada')
  await expect(ada.message(labelOf(count - 1))).toBeInViewport()

  // Pages that were just left are there again before anything can be seen to move: so many that others have to come.
  const edges = [...Array<'top'>(14).fill('top'), ...Array<'bottom'>(10).fill('bottom')]
  const followed: Held[] = []
  for (const edge of edges) followed.push(await ada.page.evaluate<Held>(`noting.readNear('${edge}')`))
  const whileItCame = followed.filter(({ came }) => came > 0)
  const mostPx = Math.max(...followed.map(({ px }) => px))
  say(`what is read moved by at most ${mostPx.toFixed(1)} px, while a page came ${whileItCame.length} times`)
  // How often depends on how busy the machine is; at the bottom, pages may all come before the first look.
  expect(whileItCame.length).toBeGreaterThan(5)
  expect(mostPx).toBeLessThanOrEqual(mostMovedPx)
})

test('the way back to the end, what came meanwhile, and what was looked for far away', async ({
  annals,
  browserOf,
}) => {
  const context = await browserOf()
  const ada = await ChatPage.open(context, annals.origin, channel, 'Ada')
  const lin = await ChatPage.open(await browserOf(), annals.origin, channel, 'Lin')
  await expect(ada.message(labelOf(count - 1))).toBeInViewport()

  await ada.page.getByRole('button', { name: 'Search in this channel' }).click()
  const field = ada.page.getByRole('searchbox', { name: 'Search in messages' })
  const sought = 12_345
  await field.fill(labelOf(sought))
  await field.press('Enter')
  const hit = ada.page.getByRole('search').getByRole('button', { name: labelOf(sought) })
  const more = ada.page.getByRole('button', { name: 'Search earlier messages' })
  await expect(async () => {
    if (await more.isVisible()) await more.click()
    await expect(hit).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await hit.click()
  await expect(ada.page.locator(`[data-message="${idOf(sought)}"]`)).toBeInViewport()
  await ada.pictures('long-channel-found')
  await expectAccessible(ada.page)

  await lin.write('while you were reading old things')
  await expect(ada.page.getByRole('button', { name: /^1 new message$/ })).toBeVisible()
  await ada.page.getByRole('button', { name: /^1 new message$/ }).click()
  await expect(ada.message('while you were reading old things')).toBeInViewport()
  await expect(ada.page.getByRole('button', { name: /Jump to latest|new message/ })).toBeHidden()
  await ada.pictures('long-channel')
})

/** Turns the wheel until message `to` was in the page: each is there once, in order, and what is read goes with the wheel. */
async function scroll(chat: ChatPage, way: 'up' | 'down', to: number): Promise<void> {
  const began = performance.now()
  await beginNoting(chat.page, way)
  await chat.log.hover()
  const pixels = way === 'up' ? -700 : 700
  for (let at = await farthest(chat, way); way === 'up' ? at > to : at < to; at = await farthest(chat, way)) {
    for (let i = 0; i < 4; i++) await chat.page.mouse.wheel(0, pixels)
  }
  const { seen, faults, count: frames, dropped, longestMs, wrongWayPx } = await endNoting(chat.page)
  say(
    `${seen.length} messages ${way} in ${ms(performance.now() - began)}: ${frames} frames, ${dropped} dropped, ` +
      `the longest ${ms(longestMs)}, ${wrongWayPx.toFixed(1)} px against the wheel`,
  )
  expect(faults).toEqual([])
  // A turn of the wheel may pass over a few that were never put into the page; those in it always follow each other.
  expect(seen.length).toBeGreaterThan(0.9 * scrolled)
  expect(wrongWayPx).toBeLessThanOrEqual(mostMovedPx)
}

/** The number of the first message in the page, or of the last: a turn of the wheel can pass over any other. */
async function farthest({ page }: ChatPage, way: 'up' | 'down'): Promise<number> {
  const messages = page.locator('.log [data-message]')
  const one = way === 'up' ? messages.first() : messages.last()
  return Number((await one.getAttribute('data-message'))?.slice(1))
}

/** Rooms that the page has said it opened, less those it has said it left. */
function countRooms(page: Page): () => number {
  const kinds = { open: 2, leave: 3 }
  let open = 0
  page.on('websocket', socket => {
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string') return
      if (payload[0] === kinds.open) open++
      if (payload[0] === kinds.leave) open--
    })
  })
  return () => open
}

async function memoryOf({ pid }: { pid: number }): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
