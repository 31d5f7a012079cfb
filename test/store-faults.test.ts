import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { COUNTER_FILE } from '../server/store/counter.ts'
import { LevelDatabase } from '../server/store/database.ts'
import { pieceRange, recordKey, recordRange } from '../server/store/keys.ts'
import type { Store, StoredRoom } from '../server/store/store.ts'
import { list, record, snapshot } from './contract/store.ts'
import { Faults } from './support/faulty-database.ts'
import { StoreDirectory } from './support/store-directory.ts'

const ROOMS = ['a', 'b', 'c']
const LARGE = [new Uint8Array(700_000).fill(1), new Uint8Array(100_000).fill(2)]

let directory: StoreDirectory
let faults: Faults

beforeEach(() => {
  directory = new StoreDirectory()
  faults = new Faults()
})

afterEach(() => directory.remove())

const opened = async (options = {}, path?: string) => {
  const store = directory.store({ openDatabase: faults.openDatabase, ...options }, path)
  await store.open()
  return store
}

/** A little of everything; what each call came to. */
class Traffic {
  /** Per room the times of the acknowledged records, by seq. */
  readonly acknowledged = new Map<string, Map<number, number>>(ROOMS.map(room => [room, new Map()]))
  /** Codes of what was refused. */
  readonly refused: unknown[] = []
  compacted = false
  #time = 0

  async run(store: Store): Promise<void> {
    for (let round = 0; round < 5; round++) {
      const calls = ROOMS.flatMap(room => [this.append(store, room, 2), this.append(store, room, 1)])
      if (round === 2) calls.push(this.#compact(store))
      await Promise.all(calls)
    }
  }

  async append(store: Store, room: string, count: number): Promise<void> {
    const records = Array.from({ length: count }, () => record(++this.#time))
    try {
      const first = await store.append(room, records)
      for (const [at, { time }] of records.entries()) this.acknowledged.get(room)?.set(first + at, time)
    } catch (error) {
      this.refused.push((error as { code?: unknown }).code)
    }
  }

  async #compact(store: Store): Promise<void> {
    try {
      this.compacted = await store.compact('a', { ...snapshot(6), parts: LARGE }, null)
    } catch (error) {
      this.refused.push((error as { code?: unknown }).code)
    }
  }

  /** Nothing acknowledged is missing, nothing is out of place. */
  async check(store: Store): Promise<void> {
    for (const [room, times] of this.acknowledged) {
      const loaded = await store.load(room)
      expect(loaded.damage).toBe(null)
      const base = loaded.snapshot?.seq ?? 0
      for (const [seq, time] of times) if (seq > base) expect(loaded.records[seq - base - 1]?.time).toBe(time)
      expect(loaded.head).toBeGreaterThanOrEqual(Math.max(0, ...times.keys()))
      expect(loaded.records.map(r => r.seq)).toEqual(loaded.records.map((_, at) => base + at + 1))
    }
    if (this.compacted) expect((await store.load('a')).snapshot?.seq).toBe(6)
  }
}

describe.each([
  ['has not reached the disk', false],
  ['has reached the disk all the same', true],
])('a write that fails and %s', (_, reachesDisk) => {
  test('costs no acknowledged record, whichever write it is', async () => {
    let failures = 0
    for (let n = 1; ; n++) {
      const store = await opened({}, directory.fresh())
      faults.failAt(n, reachesDisk)
      const traffic = new Traffic()
      await traffic.run(store)
      if (!faults.failed) break
      failures++
      expect(store.state).toBe('failed')
      expect(new Set(traffic.refused)).toEqual(new Set(['failed']))

      // Nothing is taken or said until it is reopened.
      const count = [...traffic.acknowledged.values()].reduce((sum, times) => sum + times.size, 0)
      await traffic.append(store, 'a', 1)
      expect([...traffic.acknowledged.values()].reduce((sum, times) => sum + times.size, 0)).toBe(count)
      await expect(store.load('a')).rejects.toMatchObject({ code: 'failed' })
      await expect(store.compact('a', snapshot(0), null)).rejects.toMatchObject({ code: 'failed' })
      await expect(list(store)).rejects.toMatchObject({ code: 'failed' })
      await expect(store.open()).rejects.toMatchObject({ code: 'failed' })

      await store.reopen()
      expect(store.state).toBe('open')
      await traffic.check(store)
      await traffic.run(store)
      await traffic.check(store)
      await store.reopen()
      await traffic.check(store)
      await store.close()
    }
    expect(failures).toBeGreaterThan(8)
  })

  test('leaves a compaction undone or done, and the next one cleans up', async () => {
    let failures = 0
    for (let n = 1; ; n++) {
      const path = directory.fresh()
      const store = await opened({}, path)
      for (let time = 1; time <= 4; time++) await store.append('room', [record(time)])
      await store.compact('room', { ...snapshot(1), parts: LARGE }, null)
      faults.failAt(n, reachesDisk)
      await store.compact('room', { ...snapshot(3), parts: LARGE }, 1).catch(() => {})
      if (!faults.failed) break
      failures++
      await store.close()

      const again = await opened({}, path)
      const loaded = await again.load('room')
      const seq = loaded.snapshot?.seq ?? 0
      expect([1, 3]).toContain(seq)
      expect(loaded).toMatchObject({ head: 4, damage: null })
      expect(loaded.records.map(r => r.time)).toEqual(seq === 1 ? [2, 3, 4] : [4])
      expect(await again.compact('room', { ...snapshot(4), parts: LARGE }, seq)).toBe(true)
      expect(await again.load('room')).toMatchObject({ head: 4, damage: null, records: [], snapshot: { seq: 4 } })
      await again.close()
      expect(await keysLeft(path)).toEqual({ pieces: 4, records: 0 })
    }
    expect(failures).toBeGreaterThan(4)
  })

  test('in the first compaction of a room leaves the room as it was or compacted', async () => {
    for (let n = 1; ; n++) {
      const path = directory.fresh()
      const store = await opened({}, path)
      faults.failAt(n, reachesDisk)
      await store.compact('new', { ...snapshot(0), parts: LARGE }, null).catch(() => {})
      if (!faults.failed) break
      await store.reopen()
      const { damage, snapshot: found } = await store.load('new')
      expect(damage).toBe(null)
      expect(await store.append('new', [record(1)])).toBe(1)
      expect(await store.compact('new', { ...snapshot(1), parts: LARGE }, found?.seq ?? null)).toBe(true)
      await store.close()
      expect(await keysLeft(path, 'new')).toEqual({ pieces: 4, records: 0 })
    }
  })
})

async function remove(path: string, key: Buffer): Promise<void> {
  const database = new LevelDatabase(path)
  await database.open()
  await database.write([{ type: 'del', key }])
  await database.close()
}

async function keysLeft(path: string, room = 'room'): Promise<{ pieces: number; records: number }> {
  const database = new LevelDatabase(path)
  await database.open()
  const count = async (range: ReturnType<typeof pieceRange>) => {
    let keys = 0
    for await (const _ of database.entries(range)) keys++
    return keys
  }
  const left = { pieces: await count(pieceRange(room)), records: await count(recordRange(room, 0)) }
  await database.close()
  return left
}

describe('a full disk', () => {
  test('keeps the store failed until there is room again', async () => {
    let free = 1000
    const store = await opened({ headroomBytes: 5000, freeBytes: async () => free })
    await store.append('room', [record(1)])
    faults.failAt(1, false)
    await expect(store.append('room', [record(2)])).rejects.toMatchObject({ code: 'failed' })
    await expect(store.reopen()).rejects.toMatchObject({ code: 'no-space' })
    expect(store.state).toBe('failed')
    await expect(store.append('room', [record(2)])).rejects.toMatchObject({ code: 'failed' })
    await expect(store.reopen()).rejects.toMatchObject({ code: 'no-space' })
    free = 5000
    await store.reopen()
    expect(await store.append('room', [record(2)])).toBe(2)
    expect((await store.load('room')).records.map(r => r.time)).toEqual([1, 2])
  })

  test.each([
    ['a commit', false],
    ['a record', true],
  ])('that cost %s that was acknowledged keeps the store failed', async (_, onlyTheRecord) => {
    let path = directory.data
    const store = await opened({ openDatabase: () => faults.openDatabase(path) })
    await store.append('room', [record(1)])
    if (onlyTheRecord) await store.append('room', [record(2)])
    // What the next handle will find.
    const spoilt = directory.fresh()
    cpSync(directory.data, spoilt, { recursive: true })
    if (!onlyTheRecord) await store.append('room', [record(2)])
    else await remove(spoilt, recordKey('room', 2))
    faults.failAt(1, false)
    await expect(store.append('room', [record(3)])).rejects.toMatchObject({ code: 'failed' })
    rmSync(join(directory.data, COUNTER_FILE))
    path = spoilt
    await expect(store.reopen()).rejects.toMatchObject({ code: 'log-lost' })
    expect(store.state).toBe('failed')
  })

  test('lets a failed store be closed', async () => {
    const store = await opened()
    faults.failAt(1, false)
    await expect(store.append('room', [record(1)])).rejects.toMatchObject({ code: 'failed' })
    await store.close()
    expect(store.state).toBe('closed')
    const again = await opened()
    expect(await again.append('room', [record(1)])).toBe(1)
  })

  test('does not keep a close from having the last word', async () => {
    const store = await opened()
    faults.failAt(1, false)
    await expect(store.append('room', [record(1)])).rejects.toMatchObject({ code: 'failed' })
    const reopening = store.reopen()
    await store.close()
    await reopening
    expect(store.state).toBe('closed')
    await store.open()
    expect(await store.append('room', [record(1)])).toBe(1)
  })

  test('that asks for a reopening twice at once reopens', async () => {
    const store = await opened()
    faults.failAt(1, false)
    await expect(store.append('room', [record(1)])).rejects.toMatchObject({ code: 'failed' })
    await Promise.all([store.reopen(), store.reopen()])
    expect(await store.append('room', [record(1)])).toBe(1)
  })

  test('is not written to again by what was queued or under way', async () => {
    const store = await opened()
    await store.append('known', [record(1)])
    const release = faults.holdReads()
    const compaction = store.compact('room', snapshot(0), null).then(String, error => error.code)
    const writes = faults.writes
    faults.failAt(1, true)
    const first = store.append('known', [record(2)]).then(String, error => error.code)
    await new Promise(setImmediate)
    // The batch is in flight now.
    const second = store.append('known', [record(3)]).then(String, error => error.code)
    expect([await first, await second]).toEqual(['failed', 'failed'])
    release()
    expect(await compaction).toBe('failed')
    expect(faults.writes).toBe(writes + 1)
  })

  test('lets nobody have what was being read', async () => {
    const store = await opened()
    await store.append('room', [record(1)])
    const release = faults.holdReads()
    const load = store.load('room').then(String, error => error.code)
    faults.failAt(1, false)
    await expect(store.append('room', [record(2)])).rejects.toMatchObject({ code: 'failed' })
    release()
    expect(await load).toBe('failed')
  })

  test('rejects whoever waits, in every room', async () => {
    const store = await opened()
    faults.failAt(1, false)
    const outcomes = await Promise.allSettled([
      store.append('a', [record(1)]),
      store.append('b', [record(1)]),
      store.compact('c', { ...snapshot(0), parts: LARGE }, null),
    ])
    expect(outcomes.map(o => o.status)).toEqual(['rejected', 'rejected', 'rejected'])
    const loads: StoredRoom[] = []
    await store.reopen()
    for (const room of ['a', 'b', 'c']) loads.push(await store.load(room))
    expect(loads.map(room => room.head)).toEqual([0, 0, 0])
  })
})

test('a compaction that ended half-way leaves nothing that a smaller one could take for its own', async () => {
  const store = await opened()
  await store.append('room', [record(1)])
  faults.failAt(3, true)
  const half = store.compact('room', { ...snapshot(1), parts: [...LARGE, ...LARGE] }, null)
  await expect(half).rejects.toMatchObject({ code: 'failed' })
  await store.reopen()
  expect(await store.compact('room', { ...snapshot(1), parts: LARGE.slice(1) }, null)).toBe(true)
  expect(await store.load('room')).toMatchObject({ damage: null, snapshot: { parts: LARGE.slice(1) } })
})

test('a load that an append overtakes sees the moment it began in, and the next seq is still the next', async () => {
  const store = await opened()
  // Both copies of the head, then the records.
  for (const pause of [1, 2, 3]) {
    const room = `room ${pause}`
    await store.append(room, [record(1)])
    // Known to nobody, so that what the load finds could be taken.
    await store.reopen()
    let reads = 0
    faults.beforeRead = async () => {
      if (++reads !== pause) return
      faults.beforeRead = async () => {}
      await store.append(room, [record(2)])
    }
    const { head, records, damage } = await store.load(room)
    expect([head, records.length, damage]).toEqual([1, 1, null])
    expect(await store.append(room, [record(3)])).toBe(3)
  }
})

test('a load that a close overtakes is refused', async () => {
  const store = await opened()
  await store.append('room', [record(1)])
  const release = faults.holdReads()
  const load = store.load('room').then(String, error => error.code)
  const close = store.close()
  release()
  await close
  expect(await load).toBe('closed')
})
