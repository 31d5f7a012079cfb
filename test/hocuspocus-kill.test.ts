import { HocuspocusProvider as Provider4, HocuspocusProviderWebsocket as Socket4 } from '@hocuspocus/provider'
import { HocuspocusProvider as Provider3, HocuspocusProviderWebsocket as Socket3 } from 'hocuspocus-provider-3'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ServerProcess } from '../e2e/support/server.ts'
import { connect as connectStock, disconnect, synced, until } from './support/live.ts'
import { Random, seeds } from './support/random.ts'

const CYCLES = 30
const WITHIN_MS = 300_000

const versions = [
  { Provider: Provider4, Socket: Socket4 },
  { Provider: Provider3 as unknown as typeof Provider4, Socket: Socket3 as unknown as typeof Socket4 },
]

test(
  'K3: kill -9 at the very moment a Hocuspocus provider counts its last change off: the change is there',
  async () => {
    const [seed] = seeds(1)
    const random = new Random(seed)
    const server = await ServerProcess.start()
    const url = server.origin.replace('http', 'ws')
    let lines = 0
    try {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const { Provider, Socket } = versions[cycle % versions.length]
        const socket = new Socket({ url, WebSocketPolyfill: WebSocket })
        const provider = new Provider({ name: 'room', websocketProvider: socket })
        provider.attach()
        await until('it is in', () => provider.synced && !provider.hasUnsyncedChanges)
        const log = provider.document.getArray<string>('log')
        const killed = new Promise<void>(resolve => {
          provider.on('unsyncedChanges', ({ number }: { number: number }) => {
            if (number === 0) void server.kill().then(resolve)
          })
        })
        const count = 1 + random.below(8)
        for (let i = 0; i < count; i++) {
          log.insert(log.length, [`${cycle}/${i} ${'x'.repeat(random.below(300))}`])
          if (random.chance(0.3)) await new Promise(setImmediate)
          // It may have counted off what there was so far: then the next is not made any more.
          if (!provider.hasUnsyncedChanges) break
        }
        await killed
        const expected = log.toArray()
        lines = expected.length
        provider.destroy()
        socket.destroy()

        await server.start()
        const reader = connectStock(url, 'room')
        await synced(reader)
        expect(reader.doc.getArray('log').toArray(), `seed ${seed}, cycle ${cycle}`).toEqual(expected)
        disconnect(reader)
      }
      console.log(`${CYCLES} kills, ${lines} lines`)
    } finally {
      await server.dispose()
    }
  },
  WITHIN_MS,
)
