import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { closings } from '../protocol/close.ts'
import { connect, disconnect, LiveServer, synced, until } from './support/live.ts'
import { Random } from './support/random.ts'

let live: LiveServer
let honest: [WebsocketProvider, WebsocketProvider]

beforeAll(async () => {
  live = await LiveServer.start({ updateBytes: 100_000, roomBytes: 4_000_000, sendQueueBytes: 200_000 })
  honest = [connect(live.url, 'room'), connect(live.url, 'room')]
  await synced(...honest)
})

afterAll(async () => {
  disconnect(...honest)
  await live.dispose()
})

/** The honest pair still talks, over the connections it had, and a fresh client gets exactly what they wrote. */
async function othersGoOn(): Promise<void> {
  const [ada, lin] = honest
  const text = ada.doc.getText('text')
  text.insert(text.length, 'on. ')
  await until('others go on', () => lin.doc.getText('text').length === text.length)
  const fresh = connect(live.url, 'room')
  await synced(fresh)
  expect(fresh.doc.getText('text').toString()).toBe(text.toString())
  expect([...fresh.doc.share.keys()]).toEqual(['text'])
  expect(fresh.doc.store.pendingStructs).toBe(null)
  disconnect(fresh)
}

/** A connection that speaks TCP, and what it hears. */
class RawSocket {
  readonly socket: Socket
  readonly heard: Buffer[] = []
  ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', chunk => this.heard.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.ended = true
    })
  }

  static async open(): Promise<RawSocket> {
    const socket = connectTcp(live.port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  static async upgraded(path = '/room'): Promise<RawSocket> {
    const raw = await RawSocket.open()
    raw.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    await until('the handshake is answered', () => Buffer.concat(raw.heard).includes('\r\n\r\n'))
    return raw
  }

  /** The code of the close frame it heard, if any. */
  get closeCode(): number | null {
    const all = Buffer.concat(this.heard)
    for (let at = all.indexOf('\r\n\r\n') + 4; at + 4 <= all.length; ) {
      const short = all[at + 1] & 0x7f
      const [header, length] = short < 126 ? [2, short] : short === 126 ? [4, all.readUInt16BE(at + 2)] : [10, 0]
      if ((all[at] & 0x0f) === 8) return all.readUInt16BE(at + header)
      at += header + length
    }
    return null
  }
}

function masked(first: number, payload: Uint8Array): Buffer {
  const header =
    payload.length < 126
      ? [first, 0x80 | payload.length]
      : [first, 0x80 | 126, payload.length >> 8, payload.length & 0xff]
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from(header), Buffer.alloc(4), payload])
}

describe('B1: a bad handshake harms nobody', () => {
  test.each([
    ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01'],
    ['an upgrade without a key', 'GET /room HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ['an upgrade to something else', 'GET /room HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'],
    [
      'an upgrade by POST',
      'POST /room HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n',
    ],
    ['a header without an end', `GET / HTTP/1.1\r\nX: ${'y'.repeat(70_000)}`],
  ])('%s', async (_, bytes) => {
    const raw = await RawSocket.open()
    raw.socket.write(bytes, 'latin1')
    await until('the connection ends', () => raw.ended)
    await othersGoOn()
  })

  test('a connection reset in the middle of the handshake, and right behind a frame', async () => {
    for (let i = 0; i < 20; i++) {
      const raw = await RawSocket.open()
      raw.socket.write('GET /room HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n')
      raw.socket.resetAndDestroy()
      const other = await RawSocket.upgraded()
      other.socket.write(masked(0x82, new Uint8Array([0, 2, 40, 1])))
      other.socket.resetAndDestroy()
    }
    await othersGoOn()
  })
})

describe('B2: a bad frame is answered with a code from the table that means stop', () => {
  test.each([
    ['a reserved bit', Buffer.from([0xc2, 0x80, 0, 0, 0, 0]), 'malformed'],
    ['no mask', Buffer.from([0x82, 0x01, 0x00]), 'malformed'],
    ['an unknown opcode', masked(0x83, new Uint8Array(1)), 'malformed'],
    ['a length of 2^63', Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'too-large'],
    ['more than a room may hold', Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0]), 'too-large'],
    ['a continuation of nothing', masked(0x80, new Uint8Array(1)), 'malformed'],
    ['a control frame in pieces', masked(0x09, new Uint8Array(1)), 'malformed'],
    ['text', masked(0x81, Buffer.from('hello')), 'malformed'],
    ['text that is not UTF-8', masked(0x81, new Uint8Array([0xff, 0xfe])), 'malformed'],
    ['an invalid close code', masked(0x88, new Uint8Array([0, 1])), 'malformed'],
    ['an empty message', masked(0x82, new Uint8Array(0)), 'malformed'],
  ] as const)('%s', async (_, bytes, closing) => {
    const raw = await RawSocket.upgraded()
    raw.socket.write(bytes)
    await until('the close frame is heard', () => raw.closeCode !== null || raw.ended)
    expect(raw.closeCode).toBe(closings[closing].code)
    raw.socket.destroy()
    await othersGoOn()
  })
})

describe('B3: a bad message is answered with a code from the table', () => {
  const update = Y.encodeStateAsUpdate(docWith('bad'))
  test.each([
    ['an unknown message type', [100], 'malformed'],
    ['a cut varint', [0, 2, 0x80], 'malformed'],
    ['a truncated update', [0, 2, update.length - 1, ...update.slice(0, -1)], 'malformed'],
    ['bytes behind an update', [0, 2, update.length + 1, ...update, 0], 'malformed'],
    ['33,554,431 structs', [0, 2, 7, 1, 0xff, 0xff, 0xff, 0x0f, 1, 0], 'malformed'],
    ['a GC struct of 2^40 clocks', [0, 2, 12, 1, 1, 1, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0], 'malformed'],
    ['presence that is not JSON', [1, 5, 1, 1, 1, 1, 0x7b], 'malformed'],
  ] as const)('%s', async (_, bytes, closing) => {
    const socket = new WebSocket(`${live.url}/room`)
    await once(socket, 'open')
    socket.send(new Uint8Array(bytes))
    const [code] = await once(socket, 'close')
    expect(code).toBe(closings[closing].code)
    await othersGoOn()
  })

  test('an update above the limit', async () => {
    const socket = new WebSocket(`${live.url}/room`)
    await once(socket, 'open')
    const large = Y.encodeStateAsUpdate(docWith('x'.repeat(100_000)))
    socket.send(
      Buffer.concat([
        Buffer.from([0, 2, 0x80 | (large.length & 0x7f), 0x80 | ((large.length >> 7) & 0x7f), large.length >> 14]),
        large,
      ]),
    )
    const [code] = await once(socket, 'close')
    expect(code).toBe(closings['too-large'].code)
    await othersGoOn()
  })
})

test('B4: a socket that stops reading is owed one answer, not everything that went by, and gets it', async () => {
  const deaf = await RawSocket.upgraded('/deaf')
  deaf.socket.write(masked(0x82, new Uint8Array([0, 0, 1, 0])))
  const [writer, reader] = [connect(live.url, 'deaf'), connect(live.url, 'deaf')]
  await synced(writer, reader)
  deaf.socket.pause()
  deaf.heard.length = 0
  const map = writer.doc.getMap('map')
  let written = 0
  for (let i = 0; i < 400; i++) {
    map.set('key', String(i).padStart(5, '0') + 'x'.repeat(90_000))
    written += 90_000
    await until('the reader follows', () => clockOf(reader.doc, writer) === clockOf(writer.doc, writer))
  }
  deaf.socket.resume()
  await until('it has heard the last word', () => Buffer.concat(deaf.heard.slice(-8)).includes('00399xxx'))
  // Beside the bounded queue and the answer there is what the kernel had taken.
  const heard = deaf.heard.reduce((sum, chunk) => sum + chunk.length, 0)
  expect(heard).toBeLessThan(written / 2)
  deaf.socket.destroy()
  disconnect(writer, reader)
  await othersGoOn()
})

test('B5: ten thousand mutated frames of real traffic: nothing crashes and nobody else notices', async () => {
  const random = new Random(7)
  const doc = docWith('the quick brown fox')
  const frames = [
    [0, 0, ...prefixed(Y.encodeStateVector(doc))],
    [0, 1, ...prefixed(Y.encodeStateAsUpdate(doc))],
    [0, 2, ...prefixed(Y.encodeStateAsUpdate(doc))],
    [1, ...prefixed(new Uint8Array([1, 5, 1, 2, 0x7b, 0x7d]))],
    [3],
  ]
  let socket: WebSocket | null = null
  for (let i = 0; i < 10_000; i++) {
    if (socket === null || socket.readyState !== WebSocket.OPEN) {
      socket?.terminate()
      socket = new WebSocket(`${live.url}/fuzzed`)
      socket.on('error', () => undefined)
      await once(socket, 'open')
    }
    const frame = Uint8Array.from(random.pick(frames))
    for (let n = 1 + random.below(3); n > 0; n--) frame[random.below(frame.length)] = random.below(256)
    socket.send(frame.subarray(0, random.chance(0.2) ? random.below(frame.length) : undefined))
    if (i % 50 === 0) await new Promise(setImmediate)
  }
  socket?.terminate()
  const fresh = connect(live.url, 'fuzzed')
  await synced(fresh)
  expect(fresh.doc.store.pendingStructs).toBe(null)
  disconnect(fresh)
  await othersGoOn()
})

function docWith(text: string): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('bad').insert(0, text)
  return doc
}

function prefixed(bytes: Uint8Array): number[] {
  if (bytes.length >= 128) throw new Error('a length of one byte is enough here')
  return [bytes.length, ...bytes]
}

function clockOf(doc: Y.Doc, author: WebsocketProvider): number {
  return Y.decodeStateVector(Y.encodeStateVector(doc)).get(author.doc.clientID) ?? 0
}
