import { defineConfig } from '@playwright/test'
import { findChromium } from './e2e/support/chromium.mjs'

const executablePath = findChromium()

export default defineConfig({
  testDir: 'e2e',
  timeout: 180_000,
  expect: { timeout: 15_000 },
  // Each story starts a server and two browsers of its own; more at once only makes a small machine slow.
  workers: 1,
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    ...(executablePath === null
      ? {}
      : {
          launchOptions: {
            executablePath,
            args: [
              '--disable-background-networking',
              '--no-first-run',
              '--disable-component-update',
              '--disable-sync',
              '--disable-quic',
            ],
          },
        }),
    locale: 'en-GB',
    timezoneId: 'UTC',
    // The pictures of a trace cost a quarter of all the time; what was in the page says as much.
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
})
