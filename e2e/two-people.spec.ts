/** Two people chat: what one writes, the other reads; each sees who is here and who is typing. */

import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ChatPage } from './support/chat.ts'
import { writeByProgram } from './support/program.ts'
import { expect, test } from './support/test.ts'

const results = fileURLToPath(new URL('../test-results/', import.meta.url))

test('two people talk, see each other, and see each other typing', async ({ server, browserOf }) => {
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  await expect(ada.log).toContainText('No messages yet')
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')

  await expect(ada.people).toHaveText([/Ada.*you/, /Lin/])
  await expect(lin.people).toHaveText([/Lin.*you/, /Ada/])

  await ada.composer.pressSequentially('Good morn')
  await expect(lin.page.getByText('Ada is typing')).toBeVisible()
  await ada.composer.pressSequentially('ing')
  await ada.composer.press('Enter')
  await expect(lin.message('Good morning')).toBeVisible()
  await expect(lin.page.getByText('Ada is typing')).toBeHidden()
  await expect(lin.log.locator('.author')).toHaveText(['Ada'])
  await expect(lin.log.locator('time')).toHaveText([/^\d\d:\d\d$/])

  await lin.composer.fill('Morning')
  await lin.composer.press('Shift+Enter')
  await lin.composer.pressSequentially('all quiet here')
  await lin.composer.press('Enter')
  await expect(ada.message('Morning\nall quiet here')).toBeVisible()

  await ada.isOnline()
  await expect(ada.waiting).toHaveCount(0)
  await expect(ada.banner).toBeEmpty()
  expect(await ada.entries()).toEqual(await lin.entries())

  await lin.page.close()
  await expect(ada.people).toHaveText([/Ada.*you/])
})

test('a reader who scrolled up stays where they are, and can jump to the latest', async ({ server, browserOf }) => {
  const ada = await ChatPage.open(await browserOf(), server.origin, 'long', 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, 'long', 'Lin')
  await ada.write(...Array.from({ length: 40 }, (_, i) => `Line ${i + 1}`))
  await expect(lin.message('Line 40')).toBeInViewport()

  // As a reader does, by a key: rows that are measured scroll as well, and must not count as one.
  await lin.log.press('Home')
  await expect(lin.page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  await ada.write('Line 41', 'Line 42')
  const jump = lin.page.getByRole('button', { name: '2 new messages' })
  await expect(jump).toBeVisible()
  await expect(lin.message('Line 1').first()).toBeInViewport()
  await jump.click()
  await expect(lin.message('Line 42')).toBeInViewport()
  await expect(jump).toBeHidden()
})

test('a long log has in the page what is near, and every message where the reader scrolls', async ({
  server,
  browserOf,
}) => {
  await writeByProgram(server.origin, 'longer', doc => {
    const author = { id: 'tide', name: 'Tide' }
    const line = (_: unknown, i: number) => ({
      id: `line ${i}`,
      author,
      text: `Line ${i + 1}.`,
      at: 1_750_000_000_000 + i,
    })
    doc.getArray('messages').insert(0, Array.from({ length: 210 }, line))
  })
  const ada = await ChatPage.open(await browserOf(), server.origin, 'longer', 'Ada')
  await expect(ada.message('Line 210.')).toBeInViewport()
  expect(await ada.log.locator('[data-message]').count()).toBeLessThan(100)

  await ada.log.press('Home')
  await expect(ada.message('Line 1.')).toBeInViewport()
  await expect(ada.page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  await ada.log.press('End')
  await expect(ada.message('Line 210.')).toBeInViewport()
  await expect(ada.page.getByRole('button', { name: 'Jump to latest' })).toBeHidden()
})

test('the conversation looks right in light, in dark and on a phone', async ({ server, browserOf }) => {
  await mkdir(results, { recursive: true })
  const viewport = { width: 1200, height: 720 }
  const ada = await ChatPage.open(await browserOf({ viewport }), server.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(await browserOf({ viewport }), server.origin, 'harbour', 'Lin')
  const people = { Ada: ada, Lin: lin }
  const script: readonly (readonly [keyof typeof people, string, string])[] = [
    [
      'Lin',
      '2026-05-04T16:40:00Z',
      'The evening boat is late again. I wrote the note for the crew while the signal was gone.',
    ],
    ['Lin', '2026-05-04T16:41:10Z', 'It went out by itself when we came round the pier.'],
    ['Ada', '2026-05-04T16:52:00Z', 'Got it, thank you. I will move the handover to half past six.'],
    [
      'Ada',
      '2026-05-05T07:58:00Z',
      'Good morning. Two things for today:\n1. the tide table for the east quay\n2. who takes the night watch',
    ],
    ['Lin', '2026-05-05T08:01:00Z', 'I can take the watch until two.'],
    ['Lin', '2026-05-05T08:02:00Z', 'Tide table: https://example.org/tides/east-quay'],
    ['Ada', '2026-05-05T08:04:00Z', 'Perfect. I have it open now and it still works with the network off.'],
  ]
  for (const [name, time, text] of script) {
    for (const chat of Object.values(people)) await chat.page.clock.setFixedTime(new Date(time))
    await people[name].write(text)
    for (const chat of Object.values(people)) await expect(chat.message(text.split('\n')[0] ?? text)).toBeVisible()
  }
  await expect(ada.waiting).toHaveCount(0)
  await lin.composer.pressSequentially('See you')
  await expect(ada.page.getByText('Lin is typing')).toBeVisible()
  await ada.page.screenshot({ path: `${results}light.png` })

  await ada.page.emulateMedia({ colorScheme: 'dark' })
  await ada.page.screenshot({ path: `${results}dark.png` })
  await ada.page.emulateMedia({ colorScheme: 'light' })
  await ada.page.setViewportSize({ width: 390, height: 780 })
  await ada.page.getByRole('button', { name: '2 here' }).click()
  await ada.page.screenshot({ path: `${results}phone.png` })
  await ada.page.keyboard.press('Escape')
  const sizes = await ada.page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
  expect(sizes).toEqual([390, 390])
})
