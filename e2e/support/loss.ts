/** How somebody can lose the network while they have a page open through a `Network`, by name. */

import type { BrowserContext } from '@playwright/test'
import type { Network } from './network.ts'

/** Takes the network away; resolves with what gives it back. */
export type Loss = (context: BrowserContext, network: Network) => Promise<() => Promise<void>>

export const losses: Readonly<Record<string, Loss>> = {
  'whose device goes offline': async context => {
    await context.setOffline(true)
    return () => context.setOffline(false)
  },
  'whose connection is cut': async (_context, network) => {
    network.become('cut')
    return async () => network.become('up')
  },
}
