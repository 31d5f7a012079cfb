import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewRecord, RoomInfo, Snapshot, Store, StoredRoom } from '../../server/store/store.ts'
import { StoreModel } from '../support/store-model.ts'

export interface StoreUnderTest {
  /** Open and empty. */
  store: Store
  /** What a restart of the process does: closes, and opens what is there, perhaps as another object. */
  restart(): Promise<Store>
  dispose(): Promise<void>
}

const SEED = Number(process.env.SEED ?? 20_260_301)
const EMPTY: StoredRoom = { head: 0, epoch: null, snapshot: null, records: [], legacy: [], damage: null }
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'a',
  'aa',
  'a/b',
  'a%2Fb',
  'café',
  'cafe\u0301',
  '🧑‍🚀',
  ' ',
  '\u{10ffff}',
  'x'.repeat(255),
  'é'.repeat(127),
]

/** Every store passes this suite. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}: the contract of a store`, () => {
    let subject: StoreUnderTest
    let store: Store

    beforeEach(async () => {
      subject = await make()
      store = subject.store
    })

    afterEach(() => subject.dispose())

    test('a room nobody wrote to is empty and not listed', async () => {
      expect(await store.load('nowhere')).toEqual(EMPTY)
      expect(await list(store)).toEqual([])
    })

    test('records come back as they were given, with contiguous seqs from 1', async () => {
      const first = [record(1, 'ann'), record(2, ''), record(3, 'žofie 🦊')]
      expect(await store.append('room', first)).toBe(1)
      expect(await store.append('room', [record(4, 'b')])).toBe(4)
      const { head, records } = await store.load('room')
      expect(head).toBe(4)
      expect(records).toEqual([...first, record(4, 'b')].map((r, at) => ({ seq: at + 1, ...r })))
    })

    test('a room keeps the epoch it was created with', async () => {
      expect(await store.append('room', [], 7)).toBe(1)
      expect((await store.load('room')).epoch).toBe(null)
      await store.append('room', [record(1)], 2 ** 53 - 1)
      await store.append('room', [record(2)], 8)
      await store.append('older', [record(1)])
      await store.compact('room', snapshot(1), null)
      store = await subject.restart()
      await store.append('room', [record(3)], 9)
      await store.compact('room', snapshot(3), 1)
      expect((await store.load('room')).epoch).toBe(2 ** 53 - 1)
      expect((await store.load('older')).epoch).toBe(0)
      store = await subject.restart()
      expect((await store.load('room')).epoch).toBe(2 ** 53 - 1)
    })

    test('an empty update, an early time and a large update are records like any other', async () => {
      const large = new Uint8Array(1_500_000).map((_, at) => at * 7)
      const given = [
        { time: 0, author: '', update: new Uint8Array(0) },
        { time: 8.64e15, author: 'x', update: large },
      ]
      await store.append('room', given)
      const { records } = await store.load('room')
      expect(records.map(r => [r.seq, r.time, r.author, r.update.length])).toEqual([
        [1, 0, '', 0],
        [2, 8.64e15, 'x', large.length],
      ])
      expect(Buffer.compare(records[1]?.update ?? new Uint8Array(0), large)).toBe(0)
    })

    test('no records give the next seq and leave no trace', async () => {
      expect(await store.append('room', [])).toBe(1)
      expect(await list(store)).toEqual([])
      await store.append('room', [record(1)])
      expect(await store.append('room', [])).toBe(2)
    })

    test('appends take effect in the order of the calls, however many are in flight', async () => {
      const rooms = ['one', 'two', 'three']
      const firsts = await Promise.all(
        Array.from({ length: 300 }, (_, n) => store.append(rooms[n % 3] as string, [record(n), record(n + 1000)])),
      )
      expect(firsts).toEqual(Array.from({ length: 300 }, (_, n) => 2 * Math.floor(n / 3) + 1))
      for (const [at, room] of rooms.entries()) {
        const { records } = await store.load(room)
        const expected = Array.from({ length: 100 }, (_, n) => [3 * n + at, 3 * n + at + 1000]).flat()
        expect(records.map(r => r.time)).toEqual(expected)
      }
    })

    test('appends are acknowledged in the order of the calls', async () => {
      const order: number[] = []
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.append(`r${n % 7}`, [record(n)]).then(() => order.push(n))),
      )
      expect(order).toEqual(Array.from({ length: 50 }, (_, n) => n))
    })

    test('what was given may change after the call without changing what is stored', async () => {
      const given = record(1)
      const appended = store.append('room', [given])
      given.update.fill(0)
      await appended
      expect((await store.load('room')).records[0]?.update).toEqual(record(1).update)
    })

    test('what was loaded is the caller’s own', async () => {
      await store.append('room', [record(1)])
      ;(await store.load('room')).records[0]?.update.fill(0)
      expect((await store.load('room')).records[0]?.update).toEqual(record(1).update)
    })

    test('an acknowledged append is there after a restart', async () => {
      await store.append('room', [record(1), record(2)])
      store = await subject.restart()
      expect((await store.load('room')).records.map(r => r.seq)).toEqual([1, 2])
      expect(await store.append('room', [record(3)])).toBe(3)
    })

    test('odd names are names: none collides with another', async () => {
      await Promise.all(ODD_NAMES.map((room, n) => store.append(room, [record(n)])))
      for (const [n, room] of ODD_NAMES.entries()) {
        expect((await store.load(room)).records.map(r => r.time)).toEqual([n])
      }
      expect((await list(store)).map(info => info.name).sort()).toEqual([...ODD_NAMES].sort())
    })

    test.each(['', 'x'.repeat(256), 'é'.repeat(128), 'lone \ud800'])(
      'what cannot be a name is refused: %j',
      async room => {
        await expect(store.append(room, [record(1)])).rejects.toThrow(RangeError)
        await expect(store.load(room)).rejects.toThrow(RangeError)
        await expect(store.compact(room, snapshot(0), null)).rejects.toThrow(RangeError)
        expect(store.state).toBe('open')
      },
    )

    test('a snapshot replaces the records up to its seq and no other', async () => {
      await store.append(
        'room',
        [1, 2, 3, 4, 5].map(n => record(n)),
      )
      await store.append('other', [record(1)])
      const base = snapshot(3, { aside: new Uint8Array([9, 9]) })
      expect(await store.compact('room', base, null)).toBe(true)
      const expected = { head: 5, epoch: 0, snapshot: base, records: [4, 5].map(n => ({ seq: n, ...record(n) })) }
      expect(await store.load('room')).toEqual({ ...EMPTY, ...expected })
      expect((await store.load('other')).records.length).toBe(1)
      store = await subject.restart()
      expect(await store.load('room')).toEqual({ ...EMPTY, ...expected })
      expect(await store.append('room', [record(6)])).toBe(6)
    })

    test('a snapshot of many sizes of parts comes back part by part', async () => {
      const sizes = [0, 1, 262_143, 262_144, 262_145, 0, 700_000]
      const parts = sizes.map((size, n) => new Uint8Array(size).fill(n + 1))
      const base = { ...snapshot(0), index: new Uint8Array(300_000).fill(77), parts }
      expect(await store.compact('room', base, null)).toBe(true)
      const loaded = (await store.load('room')).snapshot
      expect(loaded?.parts.map(part => part.length)).toEqual(sizes)
      expect(loaded?.parts.every((part, n) => part.every(byte => byte === n + 1))).toBe(true)
      expect(loaded?.index.length).toBe(300_000)
      expect(loaded?.aside).toBe(null)
    })

    test('nothing aside and an empty aside are two things', async () => {
      await store.compact('a', snapshot(0, { aside: new Uint8Array(0) }), null)
      await store.compact('b', snapshot(0, { aside: null }), null)
      expect((await store.load('a')).snapshot?.aside).toEqual(new Uint8Array(0))
      expect((await store.load('b')).snapshot?.aside).toBe(null)
    })

    test('a compaction is fenced by the seq of the snapshot it started from', async () => {
      await store.append(
        'room',
        [1, 2, 3].map(n => record(n)),
      )
      expect(await store.compact('room', snapshot(2), 1)).toBe(false)
      expect(await store.compact('room', snapshot(2), null)).toBe(true)
      expect(await store.compact('room', snapshot(3), null)).toBe(false)
      expect(await store.compact('room', snapshot(3), 1)).toBe(false)
      expect((await store.load('room')).snapshot?.seq).toBe(2)
      expect(await store.compact('room', snapshot(2, { index: new Uint8Array([1]) }), 2)).toBe(true)
      expect(await store.compact('room', snapshot(3), 2)).toBe(true)
      expect((await store.load('room')).snapshot).toEqual(snapshot(3))
    })

    test('of two compactions of one room at once one is done', async () => {
      await store.append(
        'room',
        [1, 2, 3].map(n => record(n)),
      )
      const parts = [new Uint8Array(600_000).fill(5)]
      const done = await Promise.all([1, 2, 3].map(seq => store.compact('room', { ...snapshot(seq), parts }, null)))
      expect(done.filter(Boolean).length).toBe(1)
      const loaded = await store.load('room')
      expect(loaded.damage).toBe(null)
      expect(loaded.snapshot?.seq).toBe(done.indexOf(true) + 1)
    })

    test('records appended during a compaction stay', async () => {
      await store.append('room', [record(1)])
      const compaction = store.compact('room', { ...snapshot(1), parts: [new Uint8Array(900_000)] }, null)
      const appends = Array.from({ length: 20 }, (_, n) => store.append('room', [record(n + 2)]))
      expect(await compaction).toBe(true)
      await Promise.all(appends)
      const { head, records, damage } = await store.load('room')
      expect([head, damage]).toEqual([21, null])
      expect(records.map(r => r.seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2))
    })

    test('a snapshot beyond the head or behind the present one is a mistake of the caller', async () => {
      await store.append('room', [record(1), record(2)])
      await expect(store.compact('room', snapshot(3), null)).rejects.toThrow(RangeError)
      await store.compact('room', snapshot(2), null)
      await expect(store.compact('room', snapshot(1), 2)).rejects.toThrow(RangeError)
      expect((await store.load('room')).snapshot).toEqual(snapshot(2))
    })

    test('the catalogue has every room once, with its sizes', async () => {
      await store.append(
        'a',
        [1, 2, 3].map(n => record(n)),
      )
      await store.append('b', [record(7)])
      await store.compact('a', { ...snapshot(2), parts: [new Uint8Array(10), new Uint8Array(5)] }, null)
      await store.compact('c', { ...snapshot(0), parts: [new Uint8Array(4)] }, null)
      const expected: RoomInfo[] = [
        { name: 'a', bytes: 15 + record(3).update.length, records: 1, seq: 3, updated: 3 },
        { name: 'b', bytes: record(7).update.length, records: 1, seq: 1, updated: 7 },
        { name: 'c', bytes: 4, records: 0, seq: 0, updated: 0 },
      ]
      expect(await list(store)).toEqual(expected)
      store = await subject.restart()
      expect(await list(store)).toEqual(expected)
    })

    test('a reader of the catalogue may stop early', async () => {
      for (const room of ['a', 'b', 'c']) await store.append(room, [record(1)])
      for await (const _ of store.list()) break
      expect((await list(store)).length).toBe(3)
    })

    test('a load sees one moment while others write', async () => {
      for (let n = 1; n <= 30; n++) {
        const written = store.append('room', [record(n), record(n)])
        const { head, records, damage } = await store.load('room')
        expect(damage).toBe(null)
        expect(head % 2).toBe(0)
        expect(records.length).toBe(head)
        await written
      }
    })

    test('a closed store refuses everything, and closing twice is fine', async () => {
      await store.append('room', [record(1)])
      await Promise.all([store.close(), store.close()])
      await store.close()
      expect(store.state).toBe('closed')
      const refused = { code: 'closed' }
      await expect(store.append('room', [record(2)])).rejects.toMatchObject(refused)
      await expect(store.load('room')).rejects.toMatchObject(refused)
      await expect(store.compact('room', snapshot(1), null)).rejects.toMatchObject(refused)
      await expect(list(store)).rejects.toMatchObject(refused)
      await expect(store.reopen()).rejects.toMatchObject(refused)
    })

    test('an append that was asked for before the close is stored', async () => {
      const appends = [1, 2, 3].map(n => store.append('room', [record(n)]))
      const compaction = store.compact('room', { ...snapshot(0), parts: [new Uint8Array(2_000_000)] }, null)
      const ended = compaction.then(String, error => error.code)
      await store.close()
      expect(await Promise.all(appends)).toEqual([1, 2, 3])
      expect(['true', 'closed']).toContain(await ended)
      store = await subject.restart()
      const { records, damage } = await store.load('room')
      expect(damage).toBe(null)
      expect(records.length).toBe(3)
    })

    test('a store can be opened again after it was closed', async () => {
      await store.append('room', [record(1)])
      await store.close()
      await store.open()
      expect(store.state).toBe('open')
      expect(await store.append('room', [record(2)])).toBe(2)
    })

    test('reopening loses nothing and is harmless when nothing has failed', async () => {
      await store.append('room', [record(1)])
      await store.reopen()
      expect(store.state).toBe('open')
      expect(await store.append('room', [record(2)])).toBe(2)
    })

    test(`it does what a list of updates would do (seed ${SEED})`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async steps => {
          const own = await make()
          try {
            const model = new StoreModel()
            let current = own.store
            for (const run of steps) {
              await run(current, model)
              if (run === restart) current = await own.restart()
            }
            await model.check(current)
            current = await own.restart()
            await model.check(current)
          } finally {
            await own.dispose()
          }
        }),
        { seed: SEED, numRuns: 60 },
      )
    })
  })
}

type Step = (store: Store, model: StoreModel) => Promise<void>

const room = fc.constantFrom('a', 'b', '__proto__', 'café')
const update = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.nat(600_000).map(length => new Uint8Array(length).fill(length)) },
)
const records = fc.array(fc.record({ time: fc.nat(), author: fc.string({ maxLength: 8 }), update }), { maxLength: 5 })

/** A marker: the runner restarts the store. */
const restart: Step = async () => {}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: records.map<Step>(r => async (store, model) => model.append(store, 'a', r, r.length)) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(room, records), { maxLength: 8 })
      .map<Step>(calls => async (store, model) => void (await Promise.all(calls.map(c => model.append(store, ...c))))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(room, fc.double({ min: 0, max: 1, noNaN: true }), fc.array(update, { maxLength: 4 }), fc.option(fc.nat(9)))
      .map<Step>(call => (store, model) => model.compact(store, ...call)),
  },
  { weight: 2, arbitrary: room.map<Step>(r => (store, model) => model.checkRoom(store, r)) },
  { weight: 1, arbitrary: fc.constant(restart) },
)

/** A record that is told from any other by its time. */
export function record(time: number, author = 'someone'): NewRecord {
  return { time, author, update: new Uint8Array([1, time & 255, (time >> 8) & 255, 4, 5]) }
}

/** A small snapshot. */
export function snapshot(seq: number, fields: Partial<Snapshot> = {}): Snapshot {
  return { seq, index: new Uint8Array([seq, 1]), parts: [new Uint8Array([seq, 2, 3])], aside: null, ...fields }
}

/** The catalogue, sorted by name. */
export async function list(store: Store): Promise<RoomInfo[]> {
  const rooms: RoomInfo[] = []
  for await (const info of store.list()) rooms.push(info)
  return rooms.sort((a, b) => (a.name < b.name ? -1 : 1))
}
