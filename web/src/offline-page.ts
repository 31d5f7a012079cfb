/** The page as an app that opens without a network, and how it gets to be a newer one. */

import { registerSW } from 'virtual:pwa-register'
import { Cell, type Readable } from '../chat/cell.ts'

export interface OfflinePage {
  /** A newer version of the page is here, and waits for somebody to say so. */
  readonly isOutdated: Readable<boolean>
  update(): void
}

/** How often a page that stays open asks for a newer one. */
const askEveryMs = 60 * 60_000

export function keepPage(): OfflinePage {
  const isOutdated = new Cell(false)
  if (!('serviceWorker' in navigator)) return { isOutdated, update: () => undefined }
  const update = registerSW({
    onNeedRefresh: () => isOutdated.set(true),
    onRegisteredSW(_url, registration) {
      setInterval(() => void registration?.update().catch(() => undefined), askEveryMs)
    },
    onRegisterError: error => console.warn(error),
  })
  return { isOutdated, update: () => void update(true) }
}
