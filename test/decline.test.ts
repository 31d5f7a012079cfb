import { EventEmitter, once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Duplex, PassThrough } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { ServerProcess } from '../e2e/support/server.ts'
import { decline } from '../server/decline.ts'
import { createServer, MemoryStore, silentLogger, systemClock } from '../server/index.ts'
import { upgrade } from './hostile/raw-socket.ts'
import { until } from './support/live.ts'
import { TestClock } from './support/test-clock.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const refused: [string, string, number][] = [
  ['a page of another origin', upgrade('/sync/room', 'Origin: https://evil.example'), 403],
  ['another path', upgrade('/other'), 404],
  ['a whole URL instead of a path', upgrade('http://x/'), 404],
]

describe('D1: an upgrade that is refused', () => {
  test('does not end the process when its peer resets before it is told', async () => {
    const server = await ServerProcess.start()
    cleanups.push(() => server.dispose())
    for (let round = 0; round < 60; round++) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      const [, said] = refused[round % refused.length]
      await new Promise(resolve => socket.write(said, resolve))
      socket.resetAndDestroy()
    }
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)
  })

  test.each(refused)('(%s) is told so and let go, although its peer never ends its side', async (_, said, status) => {
    const http = createHttpServer().listen(0, '127.0.0.1')
    const server = createServer({ store: new MemoryStore({ clock: systemClock }), log: silentLogger })
    cleanups.push(async () => {
      await server.stop()
      http.closeAllConnections()
      http.close()
    })
    await once(http, 'listening')
    await server.attach(http, { path: '/sync' })
    const socket = connect({ port: (http.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    cleanups.push(() => void socket.destroy())
    const heard: Buffer[] = []
    let isTold = false
    socket.on('data', chunk => heard.push(chunk))
    socket.on('end', () => {
      isTold = true
    })
    socket.write(said)
    await until('it is told', () => isTold)
    expect(Buffer.concat(heard).toString()).toContain(`HTTP/1.1 ${status} `)
    let left = 1
    await until('its socket is let go', () => {
      http.getConnections((_error, count) => {
        left = count
      })
      return left === 0
    })
    expect(socket.writable).toBe(true)
  })

  test('is let go after a while when its peer reads nothing', () => {
    const clock = new TestClock()
    const deaf = new Duplex({ read: () => undefined, write: () => undefined })
    decline(deaf, '403 Forbidden', 'No.', clock)
    clock.advance(4_999)
    expect(deaf.destroyed).toBe(false)
    clock.advance(1)
    expect(deaf.destroyed).toBe(true)
  })

  test('is logged, but nobody fills a disk by being refused', async () => {
    const http = new EventEmitter()
    const clock = new TestClock()
    const lines: { origin?: string }[] = []
    const log = { ...silentLogger, warn: (fields: object) => void lines.push(fields) }
    const server = createServer({ store: new MemoryStore({ clock }), clock, log })
    cleanups.push(() => server.stop())
    await server.attach(http)
    const come = (origin: string) =>
      http.emit('upgrade', { url: '/room', headers: { origin }, socket: {} }, new PassThrough(), Buffer.alloc(0))
    come('https://evil.example')
    expect(lines).toEqual([expect.objectContaining({ origin: 'https://evil.example' })])
    for (let i = 0; i < 1_000; i++) come(`https://${'x'.repeat(16_000)}.example`)
    const soFar = lines.length
    expect(soFar).toBeLessThan(25)
    expect(JSON.stringify(lines).length).toBeLessThan(soFar * 400)
    clock.advance(1_000)
    for (let i = 0; i < 1_000; i++) come('https://evil.example')
    expect(lines).toHaveLength(soFar + 1)
  })

  test('throws nothing, whatever becomes of its socket', () => {
    const socket = new PassThrough()
    decline(socket, '403 Forbidden', 'No.', new TestClock())
    expect(() => socket.emit('error', new Error('read ECONNRESET'))).not.toThrow()
    expect(socket.destroyed).toBe(true)
  })
})
