/** Words of others are only ever words: nothing that was stored in a room runs in the page of whoever reads it. */

import * as Y from 'yjs'
import { ChatPage } from './support/chat.ts'
import { writeByProgram } from './support/program.ts'
import { expect, test } from './support/test.ts'

const payloads = [
  '<script>window.harm = 1</script>',
  '<img src=x onerror="window.harm = 1">',
  '<svg onload="window.harm = 1"></svg>',
  '<iframe srcdoc="<script>parent.harm = 1</script>"></iframe>',
  'javascript:window.harm=1',
  'https://example.org/"onmouseover="window.harm=1',
  '"><b>bold</b>',
]

test('stored script payloads stay text, and only safe addresses become links', async ({ server, browserOf }) => {
  const writer = await ChatPage.open(await browserOf(), server.origin, 'inert', '<b>Eve</b>')
  await writer.write(...payloads)
  const reader = await ChatPage.open(await browserOf(), server.origin, 'inert', 'Ada')
  await expect(reader.log.locator('[data-message]')).toHaveCount(payloads.length)

  for (const page of [writer.page, reader.page]) {
    const log = page.getByRole('log')
    const texts = (await log.getByRole('paragraph').allTextContents()).map(text =>
      text.replace(' (opens in a new tab)', ''),
    )
    expect(texts).toEqual(payloads)
    await expect(log.locator('script, img, iframe, b, :not(.icon) > svg:not(.icon)')).toHaveCount(0)
    await expect(log.locator('.author')).toHaveText(['<b>Eve</b>'])
    for (const link of await log.getByRole('link').all()) {
      expect(await link.getAttribute('href')).toMatch(/^https:\/\/example\.org\//)
      expect(await link.getAttribute('rel')).toContain('noopener')
      await link.hover()
    }
    expect(await page.evaluate('window.harm')).toBeUndefined()
  }
})

test('content that other programs wrote in other shapes leaves the page whole', async ({ server, browserOf }) => {
  const author = { id: 'p', name: 'Program' }
  await writeByProgram(server.origin, 'strange', doc => {
    doc
      .getArray<unknown>('messages')
      .insert(0, [
        null,
        42,
        'text',
        ['list'],
        { id: 'no text', author, at: 1 },
        { id: 'no author', text: 'x', at: 1 },
        { id: 'no time', author, text: 'x', at: Number.NaN },
        { id: 'far time', author, text: 'x', at: 1e300 },
        { id: 'sound', author: { id: 'p', name: '  ' }, text: 'the one sound message', at: 1 },
        { id: 'sound', author, text: 'the same id again', at: 2 },
        new Y.Map([['id', 'map']]),
        new Y.Text('rich'),
      ])
  })
  await writeByProgram(server.origin, 'strange', doc => void doc.getMap('messages').set('id', 'a map of that name'))
  await writeByProgram(server.origin, 'strange', doc => void doc.getText('messages').insert(0, 'a text of that name'))
  const ada = await ChatPage.open(await browserOf(), server.origin, 'strange', 'Ada')
  await ada.write('still works')
  await expect(ada.log.getByRole('paragraph')).toHaveText(['the one sound message', 'still works'])
  await expect(ada.log.locator('.author')).toHaveText(['Someone', 'Ada'])
  await expect(ada.waiting).toHaveCount(0)
})

test('the page is served under a strict policy and asks no other host for anything', async ({ server, browserOf }) => {
  const context = await browserOf()
  const hosts = new Set<string>()
  context.on('request', request => hosts.add(new URL(request.url()).host))
  const ada = await ChatPage.open(context, server.origin, 'inert', 'Ada')
  await ada.isOnline()
  expect([...hosts]).toEqual([`127.0.0.1:${server.port}`])

  const policy = (await ada.page.request.get(server.origin)).headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'self'")
  expect(policy).not.toContain('unsafe')
})
