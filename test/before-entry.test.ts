import { afterEach, describe, expect, test } from 'vitest'
import type { Closing } from '../protocol/close.ts'
import { type Authenticate, letEveryoneIn } from '../server/auth.ts'
import { createServer, LevelStore, type Server, silentLogger, systemClock } from '../server/index.ts'
import { Harbour, type Line } from './hostile/line.ts'
import { frameOf, RawSocket, upgrade } from './hostile/raw-socket.ts'
import { message, type TongueName, tongues } from './hostile/tongues.ts'
import { temporaryDirectory, until } from './support/live.ts'
import { Stage } from './support/stage.ts'

const never: Authenticate = () => new Promise(() => undefined)
const deny: Authenticate = () => null

describe('B11: before it is let in anywhere, a socket takes no more than the limit', () => {
  const OPEN_BYTES = 20_000
  let server: Server
  afterEach(() => server.stop())

  async function open(...headers: string[]): Promise<RawSocket> {
    const store = new LevelStore(await temporaryDirectory(), { clock: systemClock })
    const limits = { openBytes: OPEN_BYTES }
    server = createServer({ store, port: 0, webDirectory: null, limits, authenticate: never, log: silentLogger })
    const port = Number(new URL(await server.start()).port)
    const raw = await RawSocket.open(port)
    raw.socket.write(upgrade('/', ...headers))
    await raw.hearsTheHead()
    return raw
  }

  const dialects: [string, string[]][] = [
    ['hocuspocus', []],
    ['native', ['Sec-WebSocket-Protocol: y-harbor.v1']],
  ]

  test.each(dialects)('of a frame that announces far more: %s', async (_, headers) => {
    const raw = await open(...headers)
    raw.socket.write(frameOf(new Uint8Array(OPEN_BYTES), { length: 200_000 }))
    await until('it is told', () => raw.closeCode !== null)
    expect(raw.closeCode).toBe(4509)
    await until('it is gone', () => server.connections === 0 || raw.ended)
  })

  test.each(dialects)('of many small ones, whatever they say: %s', async (_, headers) => {
    const raw = await open(...headers)
    const ping = Buffer.concat(Array.from({ length: 100 }, () => frameOf(new Uint8Array(100), { opcode: 9 })))
    raw.socket.write(ping)
    raw.socket.write(ping)
    await until('it is told', () => raw.closeCode !== null)
    expect(raw.closeCode).toBe(4509)
  })
})

/** Somebody who comes to a server of these limits. */
async function comer(name: TongueName, limits: Stage['limits'] | object = {}, authenticate = letEveryoneIn) {
  const stage = await Stage.set(limits)
  const line = new Harbour(stage, authenticate).connect(tongues[name], '')
  const say = async (...frames: Uint8Array[]): Promise<Closing | null> => {
    for (const frame of frames) line.connection.receive(frame)
    await stage.run()
    return line.closing
  }
  return { stage, line, say }
}

const bytesOf = ({ arrived }: Line): number => arrived.reduce((sum, payload) => sum + payload.length, 0)

describe('B12: what a refusal says', () => {
  test.each(['native', 'hocuspocus'] as const)(
    'is no longer than a name, however long the name is that is none: %s',
    async name => {
      const { line, say } = await comer(name)
      await say(...tongues[name].enter('x'.repeat(100_000), ''))
      expect(line.arrived.length).toBe(1)
      expect(bytesOf(line)).toBeLessThan(400)
    },
  )

  test('has the whole address of a room that exists only as a name, as it came', async () => {
    const { line, say } = await comer('hocuspocus', {}, deny)
    const address = `${'y'.repeat(255)}\0${'z'.repeat(127)}`
    await say(...tongues.hocuspocus.enter(address, ''))
    expect(tongues.hocuspocus.hear(line.arrived[0])).toEqual({ type: 'out', address })
  })

  test.each(['native', 'hocuspocus'] as const)(
    'goes to nobody who asks for it again and again and does not read: %s',
    async name => {
      const { line, say } = await comer(name, { sendQueueBytes: 5_000 }, deny)
      line.isStalled = true
      let closing: Closing | null = null
      for (let i = 0; i < 1_000 && closing === null; i++)
        closing = await say(...tongues[name].enter(`room ${i % 100}`, ''))
      expect(closing).toBe('not-answering')
      expect(line.queuedBytes).toBeLessThan(6_000)
    },
  )

  test.each(['native', 'hocuspocus'] as const)('nor does the answer to a ping, which harms nobody: %s', async name => {
    const { line, say } = await comer(name, { sendQueueBytes: 5_000 })
    await say(...tongues[name].enter('room', ''))
    line.isStalled = true
    const ping = tongues[name].say({ type: 'ping' }, { room: 'room', address: 1 })
    for (let i = 0; i < 10_000; i++) line.connection.receive(ping[0])
    expect(line.queuedBytes).toBeLessThan(6_000)
    expect(line.closing).toBeNull()
  })
})

describe('B13: tokens of a connection', () => {
  const shows = (room: string, length: number): Uint8Array => message(room, 2, 0, 'x'.repeat(length), '4.8.0')

  test('are kept up to the limit in all', async () => {
    const { say } = await comer('hocuspocus', { openBytes: 10_000 })
    expect(await say(shows('one', 4_000), shows('two', 4_000))).toBeNull()
    // A fresh one takes the place of another.
    for (let i = 0; i < 10; i++) expect(await say(shows('one', 4_000))).toBeNull()
    expect(await say(shows('three', 4_000))).toBe('too-large')
  })

  test('are not kept when they were refused, or their room was left', async () => {
    const denied = await comer('hocuspocus', { openBytes: 10_000 }, deny)
    for (let i = 0; i < 30; i++) expect(await denied.say(shows(`room ${i}`, 4_000))).toBeNull()
    const { say } = await comer('hocuspocus', { openBytes: 10_000 })
    for (let i = 0; i < 30; i++) expect(await say(shows(`room ${i}`, 4_000), message(`room ${i}`, 7))).toBeNull()
  })
})
