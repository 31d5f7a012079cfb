/** What a page notes of itself while somebody opens and scrolls a long log. */

import { fileURLToPath } from 'node:url'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'

const script = fileURLToPath(new URL('./noting.js', import.meta.url))

export interface Noted {
  /** Numbers of all messages that were in the page at some time. */
  readonly seen: readonly number[]
  /** What was wrong with the messages in the page: one twice, one missing, one in the wrong place. */
  readonly faults: readonly string[]
  readonly count: number
  /** Frames that should have come between those that came, at 60 a second. */
  readonly dropped: number
  readonly longestMs: number
  /** How far what the reader looks at went against the wheel at most, in pixels. */
  readonly wrongWayPx: number
}

/** What became of a message that is read near an edge of what is loaded, while the page behind that edge came. */
export interface Held {
  readonly id: string
  /** How far it moved. */
  readonly px: number
  /** Pixels of messages that came while it was followed. */
  readonly came: number
}

/** By the clock of the page, which begins with the navigation. */
export interface Opened {
  readonly paintMs: number
  readonly usableMs: number
  readonly lastMs: number
}

/** To be called before the pages are opened. */
export async function noteIn(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: script })
}

/** CPU time of the page's process since it began, which other work on the machine makes no longer. */
export async function cpuMsOf(cdp: CDPSession): Promise<number> {
  return (await metric(cdp, 'ProcessTime')) * 1000
}

/** Opens an address, and resolves when the message `id` is at the end of the log and one can write. */
export async function timeOpening(page: Page, address: string, id: string): Promise<Opened> {
  await page.addInitScript(`noting.watchFor('${id}')`)
  await page.goto(address)
  return await page.evaluate('noting.opened')
}

/** Notes from now on; `way` is where the wheel turns. */
export async function beginNoting(page: Page, way: 'up' | 'down'): Promise<void> {
  await page.evaluate(`noting.begin(${way === 'down'})`)
}

export async function endNoting(page: Page): Promise<Noted> {
  return await page.evaluate('noting.end()')
}

/** Bytes of JavaScript that are left after what nobody uses was collected. */
export async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  return await metric(cdp, 'JSHeapUsedSize')
}

async function metric(cdp: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
}
