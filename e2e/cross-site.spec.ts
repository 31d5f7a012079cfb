/** A page of somebody else, opened in the same browser, gets nowhere. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

test('a page of another origin opens no connection, in any dialect, and the own page does', async ({
  server,
  browserOf,
}) => {
  const elsewhere = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>elsewhere</title>')
  }).listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  const { port } = elsewhere.address() as { port: number }
  const context = await browserOf()
  const page = await context.newPage()
  await page.goto(`http://evil.localhost:${port}/`)
  const tried = await page.evaluate(
    async address => {
      const outcome = (path: string, protocols: string[]) =>
        new Promise<string>(resolve => {
          const socket = new WebSocket(address + path, protocols)
          socket.onopen = () => resolve('open')
          socket.onerror = () => resolve('refused')
        })
      return [await outcome('/room', []), await outcome('/', []), await outcome('/', ['y-harbor.v1'])]
    },
    server.origin.replace('http', 'ws'),
  )
  expect(tried).toEqual(['refused', 'refused', 'refused'])

  const ada = await ChatPage.open(context, server.origin, 'harbour', 'Ada')
  await ada.isOnline()
  elsewhere.close()
  elsewhere.closeAllConnections()
})
