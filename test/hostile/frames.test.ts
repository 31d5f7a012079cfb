import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { closings } from '../../protocol/close.ts'
import { connect, disconnect, LiveServer, synced, until } from '../support/live.ts'
import { Random, seeds, seedsTimeoutMs } from '../support/random.ts'
import { mutateFrame, randomBytes } from './mutations.ts'
import { type FrameShape, frameOf, RawSocket, upgrade } from './raw-socket.ts'

/** Connections of one seed, and inputs of one connection. */
const CONNECTIONS = 60
const INPUTS = 12
/** Connections that attack at the same time. */
const AT_ONCE = 20

let live: LiveServer
let stock: WebsocketProvider
let socket: HocuspocusProviderWebsocket
let hocus: HocuspocusProvider
/** Connections of the honest two that ended. */
let lost = 0
/** Things that were sent. */
let inputs = 0
const said: Uint8Array[] = []

/** Whatever the real providers say goes into the collection. */
class Recorder extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0]): void {
    said.push(new Uint8Array(data as Uint8Array))
    super.send(data)
  }
}

beforeAll(async () => {
  live = await LiveServer.start({ roomBytes: 4_000_000 })
  stock = connect(live.url, 'room')
  socket = new HocuspocusProviderWebsocket({ url: live.url, WebSocketPolyfill: Recorder })
  hocus = new HocuspocusProvider({ name: 'room', websocketProvider: socket })
  hocus.attach()
  const recorded = connect(live.url, 'room')
  await synced(stock, recorded)
  const { ws } = recorded
  if (ws === null) throw new Error('the provider has no socket')
  const send = ws.send.bind(ws)
  ws.send = data => {
    said.push(new Uint8Array(data as unknown as Uint8Array))
    send(data)
  }
  recorded.doc.getText('text').insert(0, 'the quick brown fox ')
  recorded.awareness.setLocalStateField('user', { name: 'Ada' })
  hocus.document.getMap('map').set('key', [1, 'two', { three: new Uint8Array(3) }])
  await until(
    'the others have it',
    () => stock.doc.getMap('map').has('key') && hocus.document.getText('text').length > 0,
  )
  disconnect(recorded)
  stock.on('connection-close', () => lost++)
  hocus.on('close', () => lost++)
})

afterAll(async () => {
  hocus.destroy()
  socket.destroy()
  disconnect(stock)
  await live.dispose()
})

async function othersGoOn(): Promise<void> {
  stock.doc.getText('text').insert(0, 's')
  hocus.document.getText('text').insert(0, 'h')
  await until('the others go on', () => {
    return clocks(stock.doc) === clocks(hocus.document) && !hocus.hasUnsyncedChanges
  })
  const fresh = connect(live.url, 'room')
  await until('a newcomer has everything', () => clocks(fresh.doc) === clocks(stock.doc))
  expect(fresh.doc.store.pendingStructs).toBe(null)
  disconnect(fresh)
  expect(lost).toBe(0)
}

function clocks(doc: Y.Doc): string {
  return JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b))
}

/** How somebody may come: rightly in each dialect, and wrongly. */
const handshakes = [
  upgrade('/attacked'),
  upgrade('/attacked'),
  upgrade('/'),
  upgrade('/', 'Sec-WebSocket-Protocol: y-harbor.v1'),
  upgrade('/attacked', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'),
  upgrade('/attacked', 'Origin: https://evil.example'),
  upgrade('/%ff'),
  upgrade('/__proto__'),
  upgrade('/attacked').replace('AAAAAAAAAAAAAAAAAAAAAA==', 'short'),
  upgrade('/attacked').replace('Version: 13', 'Version: 99'),
]

const CLOSE_CODES = [0, 1, 999, 1000, 1004, 1005, 1006, 1015, 2999, 4400, 5000, 65_535]

/** One thing that a WebSocket should not have to hear. */
function hostile(random: Random): Buffer {
  const payload = random.chance(0.5) ? random.pick(said) : mutateFrame(random, random.pick(said), said)
  switch (random.below(14)) {
    case 0:
      return frameOf(payload, { reserved: 1 + random.below(7) })
    case 1:
      return frameOf(payload, { masked: false })
    case 2:
      return frameOf(payload, { opcode: random.below(16) })
    case 3:
      return frameOf(payload, { length: random.pick([2n ** 63n, 2n ** 64n - 1n, 2n ** 32n, 2n ** 53n, 70_000_000n]) })
    case 4:
      return frameOf(payload, { width: random.pick([2, 8]) })
    case 5:
      return inPieces(random, payload, {})
    case 6:
      return frameOf(randomBytes(random), { opcode: 1 })
    case 7:
      return frameOf(Uint8Array.from([0xc3, 0x28, 0xed, 0xa0, 0x80]), { opcode: 1 })
    case 8: {
      const code = random.pick(CLOSE_CODES)
      return frameOf(Uint8Array.from([code >> 8, code & 255, ...random.pick([[], [0xff], [0x68, 0x69]])]), {
        opcode: 8,
      })
    }
    case 9:
      return frameOf(Uint8Array.of(3), { opcode: 8 })
    case 10:
      return frameOf(randomBytes(random), { opcode: random.pick([9, 10]), fin: random.chance(0.9) })
    case 11:
      return frameOf(payload, { opcode: 0 })
    case 12:
      return randomBytes(random) as Buffer
    default:
      return frameOf(payload)
  }
}

/** A message in fragments, with control frames between them. */
function inPieces(random: Random, payload: Uint8Array, shape: FrameShape): Buffer {
  const pieces: Buffer[] = []
  const size = random.pick([1, 1, 3, 50])
  for (let at = 0; at < payload.length; at += size) {
    const fin = at + size >= payload.length && random.chance(0.9)
    pieces.push(frameOf(payload.subarray(at, at + size), { ...shape, opcode: at === 0 ? 2 : 0, fin }))
    if (random.chance(0.1)) pieces.push(frameOf(Uint8Array.of(1, 2), { opcode: random.pick([9, 10]) }))
    if (random.chance(0.02)) pieces.push(frameOf(payload, { opcode: 2 }))
  }
  return Buffer.concat(pieces)
}

/** Comes, says its things in as many writes as it likes, and goes however it likes. */
async function attack(random: Random): Promise<number | null> {
  const raw = await RawSocket.open(live.port)
  const handshake = random.pick(handshakes)
  if (random.chance(0.05)) {
    // Half a request, and then nothing; or nothing but the beginning of a word.
    raw.socket.write(handshake.slice(0, random.below(handshake.length)))
    if (random.chance(0.5)) raw.socket.end()
    else raw.socket.resetAndDestroy()
    return null
  }
  // Some speak in the same breath, before anybody can listen.
  if (random.chance(0.2)) raw.socket.write(Buffer.concat([Buffer.from(handshake), hostile(random)]))
  else raw.socket.write(handshake)
  await raw.hearsTheHead()
  for (let i = 0; i < INPUTS && !raw.ended; i++) {
    const bytes = hostile(random)
    inputs++
    const cut = random.chance(0.3) ? random.below(bytes.length + 1) : bytes.length
    raw.socket.write(bytes.subarray(0, cut))
    if (cut < bytes.length) await new Promise(setImmediate)
    raw.socket.write(bytes.subarray(cut))
    await new Promise(setImmediate)
    if (raw.closeCode !== null) break
  }
  if (random.chance(0.3)) raw.socket.resetAndDestroy()
  else raw.socket.end()
  return raw.closeCode
}

test(
  'thousands of frames that are none, fragments, bad codes and broken handshakes: nobody else notices',
  async () => {
    const codes = new Map<number, number>()
    for (const seed of seeds(30)) {
      const random = new Random(seed)
      for (let done = 0; done < CONNECTIONS; done += AT_ONCE) {
        const attackers = Array.from({ length: AT_ONCE }, () => attack(new Random(random.below(2 ** 31))))
        for (const code of await Promise.all(attackers)) if (code !== null) codes.set(code, (codes.get(code) ?? 0) + 1)
        await othersGoOn()
      }
    }
    const known = [...Object.values(closings).map(({ code }): number => code), ...CLOSE_CODES]
    for (const code of codes.keys()) expect(known).toContain(code)
    await until('the attackers are gone', () => live.server.connections === 2)
    console.log(`${inputs} frames; closed with ${JSON.stringify([...codes])}`)
    expect(inputs).toBeGreaterThan(0)
  },
  seedsTimeoutMs,
)

test('hundreds of handshakes that never end keep nobody out', async () => {
  const slow = await Promise.all(Array.from({ length: 300 }, () => RawSocket.open(live.port)))
  for (const [i, { socket }] of slow.entries()) socket.write(upgrade('/room').slice(0, 10 + (i % 100)))
  await othersGoOn()
  for (const { socket } of slow) socket.write('x')
  await othersGoOn()
  for (const { socket } of slow) socket.destroy()
})

test('compression is never agreed on, and a compressed frame is not taken', async () => {
  const raw = await RawSocket.open(live.port)
  raw.socket.write(upgrade('/room', 'Sec-WebSocket-Extensions: permessage-deflate'))
  await raw.hearsTheHead()
  expect(raw.head).not.toMatch(/extensions/i)
  raw.socket.write(frameOf(new Uint8Array([1, 2, 3]), { reserved: 4 }))
  await until('it is refused', () => raw.closeCode !== null)
  expect(raw.closeCode).toBe(4400)
  raw.socket.destroy()
})
