/** Whether a window is used or not, as the story says: a browser without a screen has all windows in use. */

import type { BrowserContext } from '@playwright/test'
import type { ChatPage } from './chat.ts'

/** To be called before the pages are opened. */
export async function mayLookElsewhere(context: BrowserContext): Promise<void> {
  await context.addInitScript('document.hasFocus = () => window.isUsed !== false')
}

export async function use({ page }: ChatPage, isUsed: boolean): Promise<void> {
  await page.evaluate(`window.isUsed = ${isUsed}; window.dispatchEvent(new Event('${isUsed ? 'focus' : 'blur'}'))`)
}
