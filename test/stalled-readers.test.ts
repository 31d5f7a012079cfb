import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { message, tongues } from './hostile/tongues.ts'
import { until } from './support/live.ts'
import { MeasuredServer } from './support/measured-server.ts'

const READERS = 100
const MB = 1024 * 1024
const RELAYED_BYTES = 300 * MB
/** What the server is measured with before: its memory takes a while to be as large as its work makes it. */
const WARMING_BYTES = 200 * MB
const MAY_GROW_BYTES = 64 * MB
/** Below the size from which on an update is taken a slice at a time. */
const VALUE_BYTES = 60_000
/** Updates under way at a time. */
const WINDOW = 32
const KEYS = 8

/** Somebody who reads a room by y-websocket, until told to stop. */
class Reader {
  readonly doc = new Y.Doc()
  readonly socket: WebSocket
  synced = false
  heardBytes = 0

  constructor(url: string) {
    this.socket = new WebSocket(`${url}/room`)
    this.socket.on('open', () => this.socket.send(message(0, 0, Y.encodeStateVector(this.doc))))
    this.socket.on('message', data => {
      const bytes = new Uint8Array(data as Buffer)
      this.heardBytes += bytes.length
      const heard = tongues['y-websocket'].hear(bytes)
      if (heard.type === 'question') this.socket.send(message(0, 1, Y.encodeStateAsUpdate(this.doc, heard.vector)))
      if (heard.type !== 'content') return
      Y.applyUpdate(this.doc, heard.update)
      this.synced ||= bytes[1] === 1
    })
  }

  get text(): string {
    return JSON.stringify(this.doc.getMap('map').get('last') ?? null)
  }
}

/** Somebody who writes by the native protocol, and hears what is on disk. */
class Writer {
  readonly doc = new Y.Doc()
  readonly #socket: WebSocket
  #room: number | null = null
  #said = 0
  saved = 0

  constructor(url: string) {
    const { native } = tongues
    this.#socket = new WebSocket(url, 'y-harbor.v1')
    this.#socket.on('open', () => {
      for (const frame of native.enter('room', '')) this.#socket.send(frame)
    })
    this.#socket.on('message', data => {
      const heard = native.hear(new Uint8Array(data as Buffer))
      if (heard.type === 'opened') this.#room = Number(heard.place.address)
      else if (heard.type === 'ack') this.saved = Number(heard.upTo)
    })
    this.doc.on('update', (update: Uint8Array) => {
      const place = { room: 'room', address: this.#room ?? 0 }
      for (const frame of native.say({ type: 'update', id: ++this.#said, update }, place)) this.#socket.send(frame)
    })
  }

  get isIn(): boolean {
    return this.#room !== null
  }

  /** Says so many bytes, by writing over the same few keys again and again. */
  async relay(bytes: number, look: () => Promise<void>): Promise<void> {
    const map = this.doc.getMap('map')
    for (let written = 0, turn = 0; written < bytes; turn++) {
      map.set(`key ${turn % KEYS}`, new Uint8Array(VALUE_BYTES).fill(turn))
      written += VALUE_BYTES
      if (this.#said - this.saved >= WINDOW)
        await until('something is saved', () => this.#said - this.saved < WINDOW / 2)
      if (turn % 100 === 0) await look()
    }
    map.set('last', this.#said)
    await until('all is saved', () => this.saved === this.#said)
  }

  close(): void {
    this.#socket.terminate()
  }
}

test('100 readers who stop reading while 300 MB are relayed cost 64 MB of memory at most, and catch up afterwards', async () => {
  // They must not be given up for silence while they are looked at.
  const server = await MeasuredServer.start({ pongMs: 600_000 })
  const readers: Reader[] = []
  const writer = new Writer(server.url)
  try {
    await until('the writer is in', () => writer.isIn)
    const follower = new Reader(server.url)
    readers.push(follower)
    const relay = async (bytes: number): Promise<number> => {
      let most = 0
      await writer.relay(bytes, async () => {
        most = Math.max(most, await server.weight('rest'))
      })
      return most
    }
    const without = await relay(WARMING_BYTES)
    for (let i = 0; i < READERS; i++) readers.push(new Reader(server.url))
    await until('everyone is in', () => readers.every(reader => reader.synced))
    const stalled = readers.slice(1)
    for (const { socket } of stalled) socket.pause()
    const withThem = await relay(RELAYED_BYTES)
    await until(
      'the follower has followed',
      () => follower.text === JSON.stringify(writer.doc.getMap('map').get('last')),
    )
    console.log(`${inMb(without)} MB without stalled readers, ${inMb(withThem)} MB with ${READERS}`)
    for (const { socket } of stalled) socket.resume()
    await until('everyone has everything', () => stalled.every(reader => reader.text === follower.text))
    expect(withThem - without).toBeLessThan(MAY_GROW_BYTES)
    for (const { doc } of stalled) expect(contentOf(doc)).toBe(contentOf(writer.doc))
  } finally {
    writer.close()
    await Promise.all(
      readers.map(async ({ socket }) => {
        socket.terminate()
        if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
      }),
    )
    await server.dispose()
  }
})

function inMb(bytes: number): number {
  return Math.round(bytes / MB)
}

/** What a document says, short enough to be compared and printed. */
function contentOf(doc: Y.Doc): string {
  const map = doc.getMap<Uint8Array | number>('map')
  return [...map.entries()]
    .map(([key, value]) => `${key}: ${typeof value === 'number' ? value : `${value.length} of ${value[0]}`}`)
    .sort()
    .join('\n')
}
