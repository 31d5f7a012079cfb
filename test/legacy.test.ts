import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { LeveldbPersistence } from 'y-leveldb'
import * as Y from 'yjs'
import { edit } from './support/editing.ts'
import { connect, disconnect, LiveServer, synced, temporaryDirectory, until } from './support/live.ts'
import { quietDoc, viewOf } from './support/oracle.ts'
import { Random } from './support/random.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A directory as y-websocket's server with y-leveldb leaves it: raw updates of several rooms. */
async function oldDirectory(rooms: ReadonlyMap<string, readonly Uint8Array[]>): Promise<string> {
  const directory = await temporaryDirectory()
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  const persistence = new LeveldbPersistence(directory)
  for (const [name, updates] of rooms) for (const update of updates) await persistence.storeUpdate(name, update)
  await persistence.setMeta('kept', 'owner', { name: 'Ada' })
  await persistence.destroy()
  return directory
}

function written(seed: number, edits: number): { doc: Y.Doc; updates: Uint8Array[] } {
  const random = new Random(seed)
  const doc = quietDoc()
  const updates: Uint8Array[] = []
  doc.on('update', update => updates.push(update))
  for (let i = 0; i < edits; i++) edit(random, doc)
  return { doc, updates }
}

async function contentOf(live: LiveServer, room: string): Promise<Y.Doc> {
  const provider = connect(live.url, room)
  await synced(provider)
  cleanups.push(() => disconnect(provider))
  expect(provider.doc.store.pendingStructs).toBe(null)
  expect(provider.doc.store.pendingDs).toBe(null)
  return provider.doc
}

describe('L1: a directory of y-leveldb opens as it is', () => {
  test('its rooms are served unchanged under both spellings, take edits, and are rewritten when they are idle', async () => {
    const [one, two, three] = [written(1, 300), written(2, 50), written(3, 5)]
    const directory = await oldDirectory(
      new Map([
        ['kept', one.updates],
        ['caf%C3%A9', two.updates],
        ['plain name', three.updates],
      ]),
    )
    const live = await LiveServer.start({ idleRoomMs: 0, sweepMs: 5 }, directory)
    cleanups.push(() => live.server.stop())
    expect((await live.server.harbor.inspection.rooms()).map(({ name }) => name)).toEqual([
      'café',
      'kept',
      'plain name',
    ])
    expect(viewOf(await contentOf(live, 'kept'))).toBe(viewOf(one.doc))
    expect(viewOf(await contentOf(live, 'café'))).toBe(viewOf(two.doc))
    expect(viewOf(await contentOf(live, 'caf%C3%A9'))).toBe(viewOf(two.doc))
    expect(viewOf(await contentOf(live, 'plain name'))).toBe(viewOf(three.doc))

    const writer = connect(live.url, 'kept')
    await synced(writer)
    writer.doc.getText('text').insert(0, 'new words ')
    const reader = connect(live.url, 'kept')
    await until('it arrived', () => reader.doc.getText('text').toString().startsWith('new words'))
    const expected = viewOf(reader.doc)
    disconnect(writer, reader)
    for (const cleanup of cleanups.splice(2)) await cleanup()

    const { store, rooms } = live.server.harbor
    await until('every room is rewritten and has left memory', () => [...rooms.open()].length === 0)
    for (const name of ['kept', 'café', 'plain name']) {
      const stored = await store.load(name)
      expect(stored.legacy).toEqual([])
      expect(stored.snapshot).not.toBe(null)
      expect(stored.damage).toBe(null)
    }
    expect(viewOf(await contentOf(live, 'kept'))).toBe(expected)
    await live.restart()
    expect(viewOf(await contentOf(live, 'kept'))).toBe(expected)
    expect(viewOf(await contentOf(live, 'café'))).toBe(viewOf(two.doc))
    await live.server.stop()

    const persistence = new LeveldbPersistence(directory)
    expect(await persistence.getMeta('kept', 'owner')).toEqual({ name: 'Ada' })
    await persistence.destroy()
    await live.server.start()
  })

  test('a room with a lost update serves what integrates, and completes when its author returns', async () => {
    const author = written(4, 60)
    const lost = 20
    const directory = await oldDirectory(new Map([['gap', author.updates.filter((_, i) => i !== lost)]]))
    const live = await LiveServer.start({}, directory)
    cleanups.push(() => live.server.stop())
    const before = await contentOf(live, 'gap')
    const clock = (doc: Y.Doc) => Y.decodeStateVector(Y.encodeStateVector(doc)).get(author.doc.clientID) ?? 0
    expect(clock(before)).toBeGreaterThan(0)
    expect(clock(before)).toBeLessThan(clock(author.doc))
    const returning = connect(live.url, 'gap', author.doc)
    await until('the room is whole', () => clock(before) === clock(author.doc))
    expect(viewOf(await contentOf(live, 'gap'))).toBe(viewOf(author.doc))
    disconnect(returning)
  })
})

test('S4: three hundred stock clients that return with nothing new add no record', async () => {
  const live = await LiveServer.start()
  cleanups.push(() => live.dispose())
  const ada = connect(live.url, 'room')
  await synced(ada)
  const text = ada.doc.getText('text')
  for (let i = 0; i < 300; i++) text.insert(0, 'word ')
  for (let i = 0; i < 290; i++) text.delete(i, 4)
  const lin = connect(live.url, 'room')
  await until('Lin has it all', () => lin.doc.getText('text').length === text.length)
  cleanups.push(() => disconnect(ada, lin))
  const seq = (await live.server.harbor.store.load('room')).head
  const heard: number[] = []
  ada.ws?.addEventListener('message', ({ data }) => {
    const [type, step] = new Uint8Array(data as ArrayBuffer)
    // Presence may still be on its way.
    if (type === 0) heard.push(step)
  })
  const crowd = Array.from({ length: 300 }, () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(lin.doc))
    const provider = connect(live.url, 'room', doc)
    provider.awareness.setLocalState(null)
    return provider
  })
  cleanups.push(() => disconnect(...crowd))
  await synced(...crowd)
  // Everyone's step 2 was answered for: one more round trip behind it is over.
  text.insert(0, 'x')
  await until('everyone has the next word', () => crowd.every(({ doc }) => doc.getText('text').length === text.length))
  expect((await live.server.harbor.store.load('room')).head).toBe(seq + 1)
  expect(heard).toEqual([2])
})
