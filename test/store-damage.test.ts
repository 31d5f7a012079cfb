import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { COUNTER_FILE, CommitCounter } from '../server/store/counter.ts'
import { LevelDatabase, type Operation } from '../server/store/database.ts'
import { catalogueKey, headKey, LEDGER_KEY, only, pieceKey, recordKey } from '../server/store/keys.ts'
import type { LevelStore, LevelStoreOptions } from '../server/store/level.ts'
import { encodeRecord } from '../server/store/record.ts'
import { seal } from '../server/store/seal.ts'
import type { Store } from '../server/store/store.ts'
import { list, record, snapshot } from './contract/store.ts'
import { Random } from './support/random.ts'
import { StoreDirectory } from './support/store-directory.ts'

const SEED = Number(process.env.SEED ?? 4711)
const ROOMS = ['a', 'b', 'c', 'd']

let directory: StoreDirectory

beforeEach(() => {
  directory = new StoreDirectory()
})

afterEach(() => directory.remove())

async function open(path: string, options: Partial<LevelStoreOptions> = {}): Promise<LevelStore> {
  const store = directory.store(options, path)
  await store.open()
  return store
}

/** A copy of the directory as a crash would leave it: the store that writes it is still open. */
function copy(): string {
  const path = directory.fresh()
  cpSync(directory.data, path, { recursive: true })
  return path
}

const filesOf = (path: string, name: RegExp) => readdirSync(path).filter(file => name.test(file))
const logOf = (path: string) => join(path, filesOf(path, /\.log$/).at(-1) as string)

async function write(store: Store, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await Promise.all(ROOMS.slice(0, 3).map(room => store.append(room, [record(n)])))
}

describe('a write-ahead log that was cut', () => {
  let store: LevelStore
  let size: number

  beforeEach(async () => {
    store = await open(directory.data)
    await write(store, 1, 30)
    size = statSync(logOf(copy())).size
  })

  const offsets = () => {
    const random = new Random(SEED)
    return [0, 1, 7, size - 1, ...Array.from({ length: 40 }, () => random.below(size))]
  }

  test(`is never taken for whole (seed ${SEED})`, async () => {
    for (const offset of offsets()) {
      const path = copy()
      truncateSync(logOf(path), offset)
      await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
      // Looking does not make it better.
      await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
      expect(await prefixIn(await open(path, { acceptLoss: true }))).toBeLessThan(30)
      await (await open(path)).close()
    }
  })

  test(`and whose counter is gone as well opens to a clean prefix (seed ${SEED})`, async () => {
    const seen = new Set<number>()
    for (const offset of offsets()) {
      const path = copy()
      truncateSync(logOf(path), offset)
      rmSync(join(path, COUNTER_FILE))
      const prefix = await prefixIn(await open(path))
      expect(prefix).toBeGreaterThanOrEqual(Math.floor((offset / size) * 30) - 2)
      seen.add(prefix)
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  test('behind what the counter knows is a crash like any other', async () => {
    const counter = readFileSync(join(copy(), COUNTER_FILE))
    await write(store, 31, 40)
    for (const offset of [size, size + 20, size + 700]) {
      const path = copy()
      truncateSync(logOf(path), offset)
      writeFileSync(join(path, COUNTER_FILE), counter)
      expect(await prefixIn(await open(path))).toBeGreaterThanOrEqual(30)
    }
  })

  test('that was deleted is noticed', async () => {
    const path = copy()
    rmSync(logOf(path))
    await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
    expect(await prefixIn(await open(path, { acceptLoss: true }))).toBe(0)
  })

  test('is noticed to be gone when there were tables before', async () => {
    await store.reopen()
    await write(store, 31, 33)
    const path = copy()
    rmSync(logOf(path))
    await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
    expect(await prefixIn(await open(path, { acceptLoss: true }))).toBe(30)
  })

  test(`is noticed to have a hole, by the database alone (seed ${SEED})`, async () => {
    // LevelDB drops a damaged stretch, goes on in the next block of 32 KB and says nothing.
    const update = new Uint8Array(3000).fill(7)
    for (let n = 31; n <= 90; n++) await store.append('a', [{ ...record(n), update }])
    const random = new Random(SEED)
    for (let n = 0; n < 30; n++) {
      const path = copy()
      const log = logOf(path)
      flip(log, random.below(statSync(log).size * 4))
      rmSync(join(path, COUNTER_FILE))
      await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
    }
  })
})

describe('a directory', () => {
  test('without its CURRENT file is refused before LevelDB empties it', async () => {
    const store = await open(directory.data)
    await write(store, 1, 3)
    await store.reopen()
    const path = copy()
    rmSync(join(path, 'CURRENT'))
    const before = readdirSync(path)
    await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
    await expect(open(path, { acceptLoss: true })).rejects.toMatchObject({ code: 'log-lost' })
    expect(readdirSync(path)).toEqual(before)
  })

  test('of which only the counter is left has lost everything', async () => {
    const store = await open(directory.data)
    await write(store, 1, 3)
    const path = copy()
    for (const file of filesOf(path, /./)) if (file !== COUNTER_FILE) rmSync(join(path, file))
    await expect(open(path)).rejects.toMatchObject({ code: 'log-lost' })
    expect(await prefixIn(await open(path, { acceptLoss: true }))).toBe(0)
  })

  test('whose counter is missing or damaged is whole, and the counter is written anew', async () => {
    const store = await open(directory.data)
    await write(store, 1, 3)
    const counter = readFileSync(join(copy(), COUNTER_FILE), 'latin1')
    for (const text of [null, '', 'nonsense', counter.replace(/\d{16}/, '0000000000009999')]) {
      const path = copy()
      if (text === null) rmSync(join(path, COUNTER_FILE))
      else writeFileSync(join(path, COUNTER_FILE), text)
      const warnings: string[] = []
      const opened = await open(path, { warn: sentence => warnings.push(sentence) })
      expect(warnings.length).toBe(text === null ? 0 : 1)
      expect(readFileSync(join(path, COUNTER_FILE), 'latin1')).toBe(counter)
      expect(await prefixIn(opened)).toBe(3)
    }
  })

  test('that lost a table is noticed', async () => {
    const store = await open(directory.data)
    await write(store, 1, 3)
    await store.reopen()
    const path = copy()
    rmSync(join(path, filesOf(path, /\.ldb$/)[0]))
    await expect(open(path)).rejects.toMatchObject({ code: 'io' })
  })
})

function flip(file: string, bit: number): void {
  const bytes = readFileSync(file)
  bytes[bit >> 3] ^= 1 << (bit & 7)
  writeFileSync(file, bytes)
}

describe('a damaged room', () => {
  beforeEach(async () => {
    const store = await open(directory.data)
    await write(store, 1, 6)
    await store.compact('b', { ...snapshot(4), parts: [new Uint8Array(600_000)] }, null)
    await store.close()
  })

  /** Changes the database behind the store's back. */
  async function tamper(change: (get: (key: Buffer) => Promise<Buffer>) => Promise<Operation[]>): Promise<LevelStore> {
    const database = new LevelDatabase(directory.data)
    await database.open()
    const get = async (key: Buffer) => {
      for await (const [, value] of database.entries(only(key))) return value
      throw new Error('no such key')
    }
    await database.write(await change(get))
    await database.close()
    return open(directory.data)
  }

  const harmed = (value: Buffer) => {
    const copied = Buffer.from(value)
    copied[copied.length - 1] ^= 1
    return copied
  }

  test.each<[string, string, string, number, (get: (key: Buffer) => Promise<Buffer>) => Promise<Operation[]>]>([
    [
      'a record that is not what was written',
      'a',
      'record-damaged',
      3,
      async get => [{ type: 'put', key: recordKey('a', 4), value: harmed(await get(recordKey('a', 4))) }],
    ],
    ['a record that is gone', 'a', 'record-missing', 3, async () => [{ type: 'del', key: recordKey('a', 4) }]],
    ['the last record gone', 'a', 'record-missing', 5, async () => [{ type: 'del', key: recordKey('a', 6) }]],
    ['the first record gone', 'a', 'record-missing', 0, async () => [{ type: 'del', key: recordKey('a', 1) }]],
    [
      'a record of another room in its place',
      'a',
      'record-damaged',
      1,
      async get => [{ type: 'put', key: recordKey('a', 2), value: await get(recordKey('c', 2)) }],
    ],
    [
      'two records in each other’s place',
      'a',
      'record-damaged',
      1,
      async get => [
        { type: 'put', key: recordKey('a', 2), value: await get(recordKey('a', 3)) },
        { type: 'put', key: recordKey('a', 3), value: await get(recordKey('a', 2)) },
      ],
    ],
    [
      'a record gone after the snapshot',
      'b',
      'record-missing',
      1,
      async () => [{ type: 'del', key: recordKey('b', 6) }],
    ],
    [
      'a piece of the snapshot gone',
      'b',
      'snapshot-damaged',
      0,
      async () => [{ type: 'del', key: pieceKey('b', 1, 1) }],
    ],
    ['the last piece gone', 'b', 'snapshot-damaged', 0, async () => [{ type: 'del', key: pieceKey('b', 1, 2) }]],
    [
      'a harmed piece',
      'b',
      'snapshot-damaged',
      0,
      async get => [{ type: 'put', key: pieceKey('b', 1, 0), value: harmed(await get(pieceKey('b', 1, 0))) }],
    ],
    [
      'a piece of another attempt',
      'b',
      'snapshot-damaged',
      0,
      async get => {
        const { length } = await get(pieceKey('b', 1, 0))
        return [{ type: 'put', key: pieceKey('b', 1, 0), value: seal(pieceKey('b', 1, 0), Buffer.alloc(length - 4)) }]
      },
    ],
    [
      'a record beyond the head',
      'a',
      'head-damaged',
      7,
      async () => [{ type: 'put', key: recordKey('a', 7), value: seal(recordKey('a', 7), encodeRecord(record(7))) }],
    ],
  ])('%s is reported, and what is sound is served', async (_, room, code, served, change) => {
    const store = await tamper(change)
    // A head that fell back must not give out a seq twice, even to whoever does not look first.
    if (code === 'head-damaged') await expect(store.append(room, [record(8)])).rejects.toMatchObject({ code: 'io' })
    const loaded = await store.load(room)
    expect(loaded.damage).toMatchObject({ code, message: expect.stringContaining(JSON.stringify(room)) })
    expect(loaded.records.length).toBe(served)
    if (code === 'snapshot-damaged') expect(loaded.snapshot).toBe(null)
    for (const other of ['a', 'b', 'c']) if (other !== room) expect((await store.load(other)).damage).toBe(null)
    expect((await list(store)).map(info => info.name)).toEqual(['a', 'b', 'c'])
    expect(await store.append('c', [record(7)])).toBe(7)
  })

  test.each([
    ['head', headKey('a')],
    ['catalogue', catalogueKey('a')],
  ])('one copy of its head, in the %s, can be gone or harmed', async (_, key) => {
    for (const change of [
      async (get: (key: Buffer) => Promise<Buffer>): Promise<Operation[]> => [
        { type: 'put', key, value: harmed(await get(key)) },
      ],
      async (): Promise<Operation[]> => [{ type: 'del', key }],
    ]) {
      await (await tamper(change)).close()
      const warnings: string[] = []
      const store = await open(directory.data, { warn: sentence => warnings.push(sentence) })
      expect(warnings.length).toBe(1)
      const { head, damage } = await store.load('a')
      expect(damage).toBe(null)
      expect((await list(store)).map(info => info.seq)).toEqual([head, 6, 6])
      // The next write makes both copies whole.
      expect(await store.append('a', [record(9)])).toBe(head + 1)
      await store.close()
      await (await open(directory.data, { warn: sentence => warnings.push(sentence) })).close()
      expect(warnings.length).toBe(1)
    }
  })

  test.each([
    ['gone', 'head-missing', true],
    ['harmed', 'head-damaged', false],
  ])(
    'without any copy of its head (%s) stops the start until the loss is accepted, and is then kept apart',
    async (_, code, gone) => {
      const change = async (get: (key: Buffer) => Promise<Buffer>) =>
        [headKey('a'), catalogueKey('a'), headKey('b'), catalogueKey('b')].map(
          async (key): Promise<Operation> =>
            gone ? { type: 'del', key } : { type: 'put', key, value: harmed(await get(key)) },
        )
      await expect(tamper(async get => Promise.all(await change(get)))).rejects.toMatchObject({ code: 'log-lost' })
      await (await open(directory.data, { acceptLoss: true })).close()
      const store = await open(directory.data)
      expect((await list(store)).map(info => info.name)).toEqual(['a', 'b', 'c'])
      const a = await store.load('a')
      expect(a.damage?.code).toBe(code)
      expect(a.records.length).toBe(6)
      // There was a snapshot, and without a head nobody knows which: nothing after it is served.
      expect(await store.load('b')).toMatchObject({ damage: { code }, snapshot: null, records: [] })
      expect((await store.load('c')).damage).toBe(null)
      await expect(store.append('a', [record(7)])).rejects.toMatchObject({ code: 'io' })
      expect(await store.compact('a', snapshot(0), null)).toBe(false)
      expect(await store.append('c', [record(7)])).toBe(7)
      expect(store.state).toBe('open')
    },
  )

  test('whose records followed a lost snapshot serves none of them', async () => {
    let store = await open(directory.data)
    await store.compact('d', snapshot(0), null)
    await store.append('d', [record(1)])
    await store.close()
    const change = async (): Promise<Operation[]> =>
      [headKey('d'), catalogueKey('d')].map(key => ({ type: 'del', key }))
    await expect(tamper(change)).rejects.toMatchObject({ code: 'log-lost' })
    store = await open(directory.data, { acceptLoss: true })
    expect(await store.load('d')).toMatchObject({ damage: { code: 'head-missing' }, records: [] })
  })

  test('serves what lies before a stretch of its table that cannot be read', async () => {
    const store = await open(directory.data)
    const random = new Random(SEED)
    const update = new Uint8Array(500).map(() => random.below(256))
    for (let n = 0; n < 10; n++) {
      await store.append(
        'long',
        Array.from({ length: 50 }, (_, at) => ({ ...record(50 * n + at), update })),
      )
    }
    await store.reopen()
    await store.close()
    const table = join(directory.data, filesOf(directory.data, /\.ldb$/).at(-1) as string)
    const bytes = readFileSync(table)
    const middle = bytes.length >> 1
    bytes.fill(0xff, middle, middle + 3000)
    writeFileSync(table, bytes)
    const again = await open(directory.data)
    const { records, damage, head } = await again.load('long')
    expect(head).toBe(500)
    expect(damage?.code).toMatch(/record-(damaged|missing)/)
    expect(records.length).toBeGreaterThan(100)
    expect(records.map(r => r.time)).toEqual(records.map((_, at) => at))
  })

  test('is noticed when it fell back to what it was', async () => {
    const old = new Map<Buffer, Buffer>()
    await tamper(async get => {
      for (const key of [headKey('c'), catalogueKey('c')]) old.set(key, await get(key))
      return []
    }).then(async store => {
      await store.append('c', [record(7)])
      await store.close()
    })
    const back = [...old].map(([key, value]): Operation => ({ type: 'put', key, value }))
    const change = async (): Promise<Operation[]> => [...back, { type: 'del', key: recordKey('c', 7) }]
    await expect(tamper(change)).rejects.toMatchObject({ code: 'log-lost' })
  })

  test('is noticed when all of it is gone', async () => {
    const keys = [headKey('c'), catalogueKey('c'), ...[1, 2, 3, 4, 5, 6].map(seq => recordKey('c', seq))]
    const change = async () => keys.map((key): Operation => ({ type: 'del', key }))
    await expect(tamper(change)).rejects.toMatchObject({ code: 'log-lost' })
  })

  test('does not hide behind a ledger that is gone', async () => {
    const last = CommitCounter.read(directory.data)
    rmSync(join(directory.data, COUNTER_FILE))
    await expect(tamper(async () => [{ type: 'del', key: LEDGER_KEY }])).rejects.toMatchObject({ code: 'log-lost' })
    const store = await open(directory.data, { acceptLoss: true })
    // The marks still know how far it went.
    expect(CommitCounter.read(directory.data)).toBeGreaterThan(last as number)
    expect((await list(store)).map(info => info.seq)).toEqual([6, 6, 6])
  })
})

/** The number of rounds that are there in whole; checks that nothing else is. */
async function prefixIn(store: LevelStore): Promise<number> {
  const rooms = await Promise.all(ROOMS.slice(0, 3).map(room => store.load(room)))
  const [first] = rooms
  for (const { head, records, damage } of rooms) {
    expect(damage).toBe(null)
    expect(head).toBe(first?.head)
    expect(records.map(r => r.time)).toEqual(Array.from({ length: head }, (_, n) => n + 1))
  }
  expect(await store.append('a', [record(0)])).toBe((first?.head ?? 0) + 1)
  await store.close()
  return first?.head ?? 0
}
