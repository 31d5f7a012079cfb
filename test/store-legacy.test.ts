import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LeveldbPersistence } from 'y-leveldb'
import * as Y from 'yjs'
import type { LevelStore, LevelStoreOptions } from '../server/store/level.ts'
import type { StoredRoom } from '../server/store/store.ts'
import { list, record, snapshot } from './contract/store.ts'
import { Faults } from './support/faulty-database.ts'
import { StoreDirectory } from './support/store-directory.ts'

let directory: StoreDirectory

beforeEach(() => {
  directory = new StoreDirectory()
})

afterEach(() => directory.remove())

/** Lets y-leveldb itself work in the directory. */
async function withYLeveldb<T>(run: (persistence: LeveldbPersistence) => Promise<T>): Promise<T> {
  const persistence = new LeveldbPersistence(directory.data)
  try {
    return await run(persistence)
  } finally {
    await persistence.destroy()
  }
}

/** The updates of someone who writes one word after the other. */
function updatesOf(...words: string[]): Uint8Array[] {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const word of words) doc.getText('t').insert(doc.getText('t').length, word)
  return updates
}

async function write(name: string, ...words: string[]): Promise<Uint8Array[]> {
  const updates = updatesOf(...words)
  await withYLeveldb(async persistence => {
    for (const update of updates) await persistence.storeUpdate(name, update)
  })
  return updates
}

async function open(options: Partial<LevelStoreOptions> = {}): Promise<LevelStore> {
  const store = directory.store(options)
  await store.open()
  return store
}

const plain = (room: StoredRoom) => ({ ...room, legacy: room.legacy.map(update => [...update]) })
const bytes = (updates: Uint8Array[]) => updates.map(update => [...update])
const EMPTY = { head: 0, epoch: null, snapshot: null, records: [], legacy: [], damage: null }

describe('a directory of y-leveldb', () => {
  test('opens as it is: its updates are a room’s beginning, in order', async () => {
    const words = Array.from({ length: 300 }, (_, n) => `word ${n} `)
    const updates = await write('room', ...words)
    const store = await open()
    expect(plain(await store.load('room'))).toEqual({ ...EMPTY, epoch: 0, legacy: bytes(updates) })
    expect(plain(await store.load('roo'))).toEqual(EMPTY)
    expect(plain(await store.load('room2'))).toEqual(EMPTY)
  })

  test('lists its rooms beside ours, each once and with its sizes', async () => {
    const a = await write('a', 'x', 'y')
    await write('b', 'z')
    await write('long'.repeat(40), 'z')
    await withYLeveldb(async persistence => persistence.setMeta('only meta', 'k', 1))
    const store = await open()
    await store.append('b', [record(5)])
    await store.append('c', [record(6)])
    const size = a.reduce((sum, update) => sum + update.length, 0)
    const rooms = await list(store)
    expect(rooms.map(room => room.name)).toEqual(['a', 'b', 'c', 'long'.repeat(40)])
    expect(rooms[0]).toEqual({ name: 'a', bytes: size, records: 0, seq: 0, updated: 0 })
    expect(rooms[1]).toMatchObject({ records: 1, seq: 1, updated: 5 })
    expect(rooms[1]?.bytes).toBeGreaterThan(rooms[2]?.bytes as number)
  })

  test.each([
    ['café', 'caf%C3%A9'],
    ['café', 'caf%c3%a9'],
    ['a/b', 'a%2Fb'],
    ['chat room', 'chat%20room'],
    ['100%', '100%'],
    ['100%', '100%25'],
    ['%zz', '%zz'],
    ['__proto__', '__proto__'],
    ['caf%C3%A9', 'caf%25C3%25A9'],
  ])('room %j is found under the path %j', async (room, path) => {
    const updates = await write(path, 'x', 'y')
    const store = await open()
    expect(plain(await store.load(room))).toEqual({ ...EMPTY, epoch: 0, legacy: bytes(updates) })
    if (path !== room) expect(plain(await store.load(path))).toEqual(EMPTY)
    expect((await list(store)).map(info => info.name)).toEqual([room])
  })

  test('gives a room the updates of every spelling of its name', async () => {
    const encoded = await write('caf%C3%A9', 'a', 'b')
    const lower = await write('caf%c3%a9', 'c')
    const raw = await write('café', 'd', 'e')
    await write('cafe', 'other')
    const store = await open()
    const { legacy } = await store.load('café')
    expect(bytes(legacy)).toEqual(bytes([...encoded, ...lower, ...raw]))
    expect((await list(store)).map(info => info.name)).toEqual(['cafe', 'café'])
    expect(await store.compact('café', snapshot(0), null)).toBe(true)
    expect((await store.load('café')).legacy).toEqual([])
    expect((await list(store)).map(info => info.name)).toEqual(['cafe', 'café'])
    await store.close()
    expect(await withYLeveldb(persistence => persistence.getAllDocNames())).toEqual(['cafe'])
  })

  test('whose document was flushed gives what is left, in order', async () => {
    await write('room', 'a', 'b', 'c')
    await withYLeveldb(persistence => persistence.flushDocument('room'))
    const later = await write('room', 'd')
    const store = await open()
    const { legacy } = await store.load('room')
    expect(bytes(legacy).at(-1)).toEqual(bytes(later)[0])
    const doc = new Y.Doc()
    for (const update of legacy) Y.applyUpdate(doc, update)
    expect(doc.getText('t').toString().split('').sort().join('')).toBe('abcd')
  })

  test('says which names no room can have, and leaves them alone', async () => {
    await write('', 'root')
    await write('x'.repeat(256), 'long')
    await write('room', 'a')
    const warnings: string[] = []
    const store = await open({ warn: sentence => warnings.push(sentence) })
    expect(warnings).toEqual([expect.stringContaining('2 y-leveldb documents')])
    expect((await list(store)).map(info => info.name)).toEqual(['room'])
    await store.close()
    expect((await withYLeveldb(persistence => persistence.getAllDocNames())).length).toBe(3)
  })
})

describe('the first compaction of a y-leveldb room', () => {
  const LARGE = [new Uint8Array(700_000).fill(3)]

  test('replaces what y-leveldb wrote, and leaves its metadata and its other rooms', async () => {
    const other = await write('other', 'x', 'y')
    await write('room', 'a', 'b')
    await withYLeveldb(async persistence => {
      await persistence.setMeta('room', 'owner', { name: 'ann' })
      await persistence.setMeta('other', 'owner', 'bob')
    })
    let store = await open()
    expect(await store.append('room', [record(1), record(2)])).toBe(1)
    const before = await store.load('room')
    expect([before.legacy.length, before.records.length]).toEqual([2, 2])
    expect(await store.compact('room', { ...snapshot(1), parts: LARGE }, null)).toBe(true)
    await store.close()

    store = await open()
    const after = await store.load('room')
    expect(after).toMatchObject({ head: 2, legacy: [], damage: null, snapshot: { seq: 1 } })
    expect(after.records.map(r => r.seq)).toEqual([2])
    expect((await list(store)).map(info => info.name)).toEqual(['other', 'room'])
    await store.close()

    await withYLeveldb(async persistence => {
      expect(await persistence.getAllDocNames()).toEqual(['other'])
      expect(await persistence.getMeta('room', 'owner')).toEqual({ name: 'ann' })
      expect(await persistence.getMeta('other', 'owner')).toBe('bob')
      expect((await persistence.getYDoc('other')).getText('t').toString()).toBe('xy')
      expect((await persistence.getYDoc('room')).getText('t').toString()).toBe('')
    })
    store = await open()
    expect((await store.load('room')).damage).toBe(null)
    expect(bytes((await store.load('other')).legacy)).toEqual(bytes(other))
  })

  test('may be of a room without a record of ours', async () => {
    await write('room', 'a', 'b')
    const store = await open()
    expect(await store.compact('room', { ...snapshot(0), parts: LARGE }, null)).toBe(true)
    expect(await store.load('room')).toMatchObject({ head: 0, legacy: [], records: [], snapshot: { seq: 0 } })
    expect(await store.append('room', [record(1)])).toBe(1)
  })

  test('that ends at any write leaves the old updates or the snapshot', async () => {
    const updates = await write('room', 'a', 'b')
    const faults = new Faults()
    let outcomes = ''
    for (let n = 1; ; n++) {
      const store = directory.store({ openDatabase: faults.openDatabase })
      await store.open()
      faults.failAt(n, n % 2 === 0)
      const ended = await store
        .compact('room', { ...snapshot(0), parts: LARGE }, null)
        .then(String, error => error.code)
      if (ended === 'true') break
      expect(ended).toBe('failed')
      await store.reopen()
      const room = await store.load('room')
      expect(room.damage).toBe(null)
      if (room.snapshot === null) expect(bytes(room.legacy)).toEqual(bytes(updates))
      else expect(room.legacy).toEqual([])
      outcomes += room.snapshot === null ? 'old ' : 'new '
      expect((await list(store)).map(info => info.name)).toEqual(['room'])
      await store.close()
      if (room.snapshot !== null) break
    }
    expect(outcomes).toMatch(/^(old )+(new )?$/)
  })
})

/** It is there, but not in the package's types. */
interface Clearable {
  clearAll(): Promise<void>
}

test('what y-leveldb empties is noticed', async () => {
  const store = await open()
  await store.append('room', [record(1)])
  await store.close()
  await withYLeveldb(persistence => (persistence as unknown as Clearable).clearAll())
  await expect(open()).rejects.toMatchObject({ code: 'log-lost' })
  const again = await open({ acceptLoss: true })
  expect(await list(again)).toEqual([])
})

test('y-leveldb clears one of its documents and none of our rooms', async () => {
  await write('room', 'a')
  const store = await open()
  await store.append('room', [record(1)])
  await store.append('zzzzzzz', [record(1)])
  await store.close()
  await withYLeveldb(persistence => persistence.clearDocument('room'))
  const again = await open()
  expect(await again.load('room')).toMatchObject({ head: 1, legacy: [], damage: null })
  expect((await list(again)).map(info => info.name)).toEqual(['room', 'zzzzzzz'])
})
