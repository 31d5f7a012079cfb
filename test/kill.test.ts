import { expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { ServerProcess } from '../e2e/support/server.ts'
import { connect, disconnect, synced, until } from './support/live.ts'
import { Random, seeds } from './support/random.ts'
import { updateIn } from './support/stock-client.ts'

const CYCLES = 20
const WRITERS = 5
const ROOMS = ['one', 'two']

/** Everything a provider heard from the server, as client id -> clock: others' updates and its own coming back. */
function listen(provider: WebsocketProvider, heard: Map<number, number>): void {
  const socket = provider.ws
  socket?.addEventListener('message', ({ data }) => {
    const frame = new Uint8Array(data as ArrayBuffer)
    if (frame[0] !== 0 || frame[1] === 0) return
    const update = updateIn(frame)
    if (update === null) return
    for (const [client, clock] of Y.parseUpdateMeta(update).to) {
      heard.set(client, Math.max(clock, heard.get(client) ?? 0))
    }
  })
}

function write(random: Random, doc: Y.Doc): void {
  const list = doc.getArray('log')
  list.insert(list.length, [{ by: doc.clientID, text: 'x'.repeat(random.below(200)) }])
  const text = doc.getText('text')
  if (random.chance(0.3) && text.length > 3) text.delete(random.below(text.length - 2), 2)
  else text.insert(random.below(text.length + 1), 'word ')
}

test('K1: kill -9 under load: whatever anyone saw is there after the restart', async () => {
  const [seed] = seeds(1)
  const random = new Random(seed)
  const server = await ServerProcess.start()
  const url = server.origin.replace('http', 'ws')
  const docs = ROOMS.map(() => Array.from({ length: WRITERS }, () => new Y.Doc()))
  let updates = 0
  let seen = 0
  try {
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const heard = ROOMS.map(() => new Map<number, number>())
      const providers = ROOMS.map((room, r) => docs[r].map(doc => connect(url, room, doc)))
      for (const [r, room] of providers.entries()) {
        for (const provider of room) {
          provider.on('status', ({ status }) => status === 'connected' && listen(provider, heard[r]))
        }
      }
      await synced(...providers.flat())
      // Load until enough was heard; then the process dies in the middle of more.
      const target = updates + 200 + random.below(400)
      while (updates < target) {
        for (const doc of docs.flat()) {
          write(random, doc)
          updates++
        }
        await new Promise(setImmediate)
      }
      await until('something came back', () => heard.every(clocks => clocks.size > 0))
      for (const doc of docs.flat()) write(random, doc)
      await server.kill()
      for (const provider of providers.flat()) {
        // What is still in the socket's buffers was sent before the end, and so was seen.
        provider.shouldConnect = false
      }
      await until('every connection ended', () => providers.flat().every(provider => !provider.wsconnected))
      for (const provider of providers.flat()) {
        provider.destroy()
        provider.awareness.destroy()
      }

      await server.start()
      for (const [r, room] of ROOMS.entries()) {
        const fresh = connect(url, room)
        await synced(fresh)
        expect(fresh.doc.store.pendingStructs).toBe(null)
        const there = Y.decodeStateVector(Y.encodeStateVector(fresh.doc))
        for (const [client, clock] of heard[r]) {
          seen++
          expect(there.get(client) ?? 0, `seed ${seed}, cycle ${cycle}: client ${client}`).toBeGreaterThanOrEqual(clock)
        }
        disconnect(fresh)
      }
    }
    const providers = ROOMS.map((room, r) => docs[r].map(doc => connect(url, room, doc)))
    await synced(...providers.flat())
    for (const [r, room] of ROOMS.entries()) {
      const fresh = connect(url, room)
      await until('everyone has everything', () => {
        const vectors = [fresh.doc, ...docs[r]].map(doc => Buffer.from(Y.encodeStateVector(doc)).length)
        const texts = [fresh.doc, ...docs[r]].map(doc => doc.getText('text').toString())
        return new Set(texts).size === 1 && new Set(vectors).size === 1
      })
      expect(fresh.doc.getArray('log').toJSON()).toEqual(docs[r][0].getArray('log').toJSON())
      expect(fresh.doc.getArray('log').length).toBe(updates / ROOMS.length + CYCLES * WRITERS)
      disconnect(fresh)
    }
    disconnect(...providers.flat())
    expect(seen).toBeGreaterThan(CYCLES * ROOMS.length)
    console.log(`${CYCLES} kills, ${updates} updates, ${seen} clocks checked`)
  } finally {
    await server.dispose()
  }
})
