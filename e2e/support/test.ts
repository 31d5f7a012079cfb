/** The test function of every story: a server of its own, and people with browsers of their own. */

import { type BrowserContext, type BrowserContextOptions, test as base, expect } from '@playwright/test'
import { ServerProcess } from './server.ts'

interface Stage {
  server: ServerProcess
  /** A browser profile of its own: storage, network, windows. Fails the test when a page in it reports an error. */
  browserOf: (options?: BrowserContextOptions) => Promise<BrowserContext>
}

export const test = base.extend<Stage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from its pattern
  server: async ({}, use) => {
    const server = await ServerProcess.start()
    await use(server)
    await server.dispose()
  },
  browserOf: async ({ browser, locale, timezoneId }, use) => {
    const contexts: BrowserContext[] = []
    const errors: string[] = []
    await use(async options => {
      const context = await browser.newContext({
        locale,
        timezoneId,
        viewport: { width: 1200, height: 760 },
        ...options,
      })
      context.on('weberror', error => errors.push(String(error.error())))
      context.on('console', message => {
        // That a connection fails is what some stories are about; a refused resource never is.
        if (message.type() === 'error' && !/WebSocket|ERR_|Failed to load resource/.test(message.text()))
          errors.push(message.text())
        if (/Content Security Policy/i.test(message.text())) errors.push(message.text())
      })
      contexts.push(context)
      return context
    })
    for (const context of contexts) await context.close()
    expect(errors, 'errors in the pages').toEqual([])
  },
})

export { expect }
