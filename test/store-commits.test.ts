import { readdirSync } from 'node:fs'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { COUNTER_FILE, CommitCounter } from '../server/store/counter.ts'
import { LevelDatabase } from '../server/store/database.ts'
import { FORMAT_KEY } from '../server/store/keys.ts'
import { seal } from '../server/store/seal.ts'
import { record, snapshot } from './contract/store.ts'
import { Faults } from './support/faulty-database.ts'
import { StoreDirectory } from './support/store-directory.ts'

let directory: StoreDirectory

beforeEach(() => {
  directory = new StoreDirectory()
})

afterEach(() => directory.remove())

describe('group commit', () => {
  test('everything appended in one turn is one batch, and what comes while it is in flight is the next', async () => {
    const faults = new Faults()
    const store = directory.store({ openDatabase: faults.openDatabase })
    await store.open()
    const before = faults.writes
    await Promise.all(Array.from({ length: 100 }, (_, n) => store.append(`room ${n % 10}`, [record(n)])))
    expect(faults.writes - before).toBe(1)
    // Each waits for its own acknowledgement before the next: ten rooms, ten turns, ten batches.
    const authors = Array.from({ length: 10 }, async (_, room) => {
      for (let n = 0; n < 10; n++) await store.append(`room ${room}`, [record(n)])
    })
    await Promise.all(authors)
    expect(faults.writes - before).toBe(11)
  })

  test('a batch is bounded', async () => {
    const faults = new Faults()
    const store = directory.store({ openDatabase: faults.openDatabase, batchBytes: 1000 })
    await store.open()
    const before = faults.writes
    const update = new Uint8Array(400)
    await Promise.all(Array.from({ length: 6 }, (_, n) => store.append('room', [{ ...record(n), update }])))
    expect(faults.writes - before).toBe(3)
    expect((await store.load('room')).records.map(r => r.time)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('every batch is synced', async () => {
    const real = ClassicLevel.prototype.batch as (this: ClassicLevel) => { write(options?: object): Promise<void> }
    const options: unknown[] = []
    const spy = vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (this: ClassicLevel) {
      const batch = real.call(this)
      const write = batch.write.bind(batch)
      batch.write = given => {
        options.push(given)
        return write(given)
      }
      return batch as never
    })
    try {
      const store = directory.store()
      await store.open()
      await store.append('room', [record(1)])
      await store.compact('room', { ...snapshot(1), parts: [new Uint8Array(1_000_000)] }, null)
    } finally {
      spy.mockRestore()
    }
    expect(options.length).toBeGreaterThan(5)
    for (const given of options) expect(given).toMatchObject({ sync: true })
  })

  test('a room that was loaded is written to without another read, a room that fell out of memory with one', async () => {
    const faults = new Faults()
    const store = directory.store({ openDatabase: faults.openDatabase, cachedHeads: 2 })
    await store.open()
    for (const room of ['a', 'b', 'c']) await store.append(room, [record(1)])
    const readsOf = async (run: () => Promise<unknown>) => {
      const before = faults.reads
      await run()
      return faults.reads - before
    }
    expect(await readsOf(() => store.append('a', [record(2)]))).toBeGreaterThan(0)
    expect(await readsOf(() => store.append('a', [record(3)]))).toBe(0)
    await store.load('b')
    expect(await readsOf(() => store.append('b', [record(2)]))).toBe(0)
    await store.load('new')
    expect(await readsOf(() => store.append('new', [record(1)]))).toBe(0)
    const seqs = await Promise.all(['a', 'b', 'c', 'new'].map(room => store.append(room, [record(4)])))
    expect(seqs).toEqual([4, 3, 2, 2])
  })

  test('a compaction of 50 MB lets another room append all the while', async () => {
    const faults = new Faults()
    const store = directory.store({ openDatabase: faults.openDatabase })
    await store.open()
    await store.append('large', [record(1)])
    const parts = Array.from({ length: 200 }, (_, n) => new Uint8Array(262_144).fill(n))
    const firstWrite = faults.sizes.length
    let done = false
    const compaction = store.compact('large', { ...snapshot(1), parts }, null).finally(() => {
      done = true
    })
    let appends = 0
    while (!done) {
      await store.append('other', [record(appends)])
      appends++
    }
    expect(await compaction).toBe(true)
    // One append between any two pieces.
    expect(appends).toBeGreaterThan(195)
    expect(Math.max(...faults.sizes.slice(firstWrite))).toBeLessThan(300_000)
    const { snapshot: loaded } = await store.load('large')
    expect(loaded?.parts.map(part => part[1000])).toEqual(parts.map((_, n) => n))
    expect((await store.load('other')).head).toBe(appends)
  })

  test('appends without a pause do not starve a compaction', async () => {
    const store = directory.store()
    await store.open()
    let done = false
    const authors = Array.from({ length: 20 }, async (_, n) => {
      while (!done) await store.append(`room ${n}`, [record(n)])
    })
    await store.append('large', [record(1)])
    const parts = [new Uint8Array(3_000_000)]
    expect(await store.compact('large', { ...snapshot(1), parts }, null)).toBe(true)
    done = true
    await Promise.all(authors)
  })

  test('heads that fell out of memory are read again', async () => {
    const store = directory.store({ cachedHeads: 2 })
    await store.open()
    for (let n = 1; n <= 3; n++) {
      for (const room of ['a', 'b', 'c', 'd']) expect(await store.append(room, [record(n)])).toBe(n)
    }
  })
})

describe('the directory', () => {
  test('is for one process at a time', async () => {
    await directory.store().open()
    const second = directory.store()
    await expect(second.open()).rejects.toMatchObject({ code: 'locked' })
    expect(second.state).toBe('closed')
  })

  test('of a newer format is refused', async () => {
    const store = directory.store()
    await store.open()
    await store.close()
    const database = new LevelDatabase(directory.data)
    await database.open()
    await database.write([{ type: 'put', key: FORMAT_KEY, value: seal(FORMAT_KEY, Buffer.from('y-harbor format 2')) }])
    await database.close()
    for (const acceptLoss of [false, true]) {
      await expect(directory.store({ acceptLoss }).open()).rejects.toMatchObject({ code: 'newer-format' })
    }
  })

  test('that cannot be made is an io error', async () => {
    const store = directory.store({}, '/dev/null/data')
    await expect(store.open()).rejects.toMatchObject({ code: 'io' })
    expect(store.state).toBe('closed')
  })

  test('keeps its commit counter beside LevelDB’s files, one commit after the other', async () => {
    const store = directory.store()
    await store.open()
    const first = CommitCounter.read(directory.data) as number
    for (let n = 1; n <= 20; n++) {
      await store.append('room', [record(n)])
      expect(CommitCounter.read(directory.data)).toBe(first + n)
    }
    for (let n = 0; n < 3; n++) await store.reopen()
    expect(readdirSync(directory.data)).toContain(COUNTER_FILE)
    expect(CommitCounter.read(directory.data)).toBe(first + 20)
  })
})
