import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBObjectStore, IDBTransaction } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { edit } from '../test/support/editing.ts'
import { assertNothingPending, deletionsOf, quietDoc, viewOf } from '../test/support/oracle.ts'
import { Random, seeds, seedsTimeoutMs } from '../test/support/random.ts'
import { TestClock } from '../test/support/test-clock.ts'
import { Database, type DatabaseOptions } from './indexed-db.ts'
import type { Kept, RoomStorage } from './storage.ts'

const APP = 'app'
const withinMs = 4_000
const nothing: Kept = { updates: [], unsaved: [], parked: [], epoch: null, generation: 0 }
const mark = { at: 1_700_000_000_000, stretches: [{ client: 7, from: 0, to: 3 }] }
const refused = { at: 1_700_000_000_001, code: 4403, message: 'You may only read.', update: bytes(9, 9) }

let clock: TestClock
/** What `mergeFailed` was told. */
let mergeFailures: [error: unknown, room: string][]

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  clock = new TestClock()
  mergeFailures = []
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Another tab, or another visit. */
function open(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const mergeFailed = (error: unknown, room: string) => void mergeFailures.push([error, room])
  return Database.open(APP, { withinMs, clock, mergeFailed, ...options })
}

async function openRoom(options: Partial<DatabaseOptions> = {}): Promise<RoomStorage> {
  return (await open(options)).room('room')
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values)
}

describe('opening', () => {
  test('rejects where there is no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined)
    await expect(open()).rejects.toMatchObject({ name: 'NotSupportedError' })
  })

  test('rejects where the browser forbids to ask', async () => {
    vi.stubGlobal('indexedDB', { open: () => throwError('SecurityError') })
    await expect(open()).rejects.toMatchObject({ name: 'SecurityError' })
  })

  test('rejects when a newer version of the app has upgraded the database', async () => {
    await openRaw(2)
    await expect(open()).rejects.toMatchObject({ name: 'VersionError' })
  })

  test('rejects when the database belongs to something else', async () => {
    await openRaw(1, database => database.createObjectStore('updates'))
    await expect(open()).rejects.toMatchObject({ name: 'InvalidStateError' })
  })

  test('rejects when nobody answers in time, and closes what is answered later', async () => {
    const stubborn = await openRaw()
    const deleted = settledRequest(indexedDB.deleteDatabase(APP))
    const asked = vi.spyOn(indexedDB, 'open')
    const opening = open()
    clock.advance(withinMs)
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('4000 ms') })

    stubborn.close()
    await deleted
    // Asked later, so answered later.
    await openRaw()
    const late: IDBDatabase = asked.mock.results[0].value.result
    expect(() => late.transaction('updates')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  })

  test('waits for a tab that blocks the upgrade, and rejects when it does not let go in time', async () => {
    const request: Partial<IDBOpenDBRequest> = {}
    vi.stubGlobal('indexedDB', { open: () => request })
    const opening = open()
    request.onblocked?.call(request as IDBOpenDBRequest, new Event('blocked') as IDBVersionChangeEvent)
    clock.advance(withinMs)
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('tab') })
  })

  test('leaves no timer behind', async () => {
    const cancel = vi.fn()
    await open({ clock: { after: () => ({ cancel }) } })
    expect(cancel).toHaveBeenCalledOnce()
    await openRaw(2)
    await expect(open({ clock: { after: () => ({ cancel }) } })).rejects.toThrow()
    expect(cancel).toHaveBeenCalledTimes(2)
  })
})

describe('a room', () => {
  test('is empty at first', async () => {
    expect(await (await openRoom()).load()).toEqual(nothing)
  })

  test('keeps content, marks, what was parked and its epoch until the next visit', async () => {
    const room = await openRoom()
    await room.setEpoch(5)
    const parked = await room.replace(bytes(1), 6, refused)
    await room.add(bytes(2, 3))
    const first = await room.addUnsaved(bytes(4), mark)
    const second = await room.addUnsaved(bytes(5), { at: mark.at + 1, stretches: [] })

    expect(await (await openRoom()).load()).toEqual({
      updates: [bytes(1), bytes(2, 3), bytes(4), bytes(5)],
      unsaved: [
        { ...mark, key: first },
        { key: second, at: mark.at + 1, stretches: [] },
      ],
      parked: [{ ...refused, key: parked }],
      epoch: 6,
      generation: 0,
    })
  })

  test('keeps the bytes as they were when it was called, and none of the buffer around them', async () => {
    const room = await openRoom()
    const message = bytes(1, 2, 3, 4, 5, 6)
    const writing = [
      room.replace(message.subarray(0, 2), null, { ...refused, update: message.subarray(2, 4) }),
      room.add(message.subarray(4)),
      room.addUnsaved(message.subarray(5), mark),
    ]
    message.fill(0)
    await Promise.all(writing)
    const { updates, parked } = await room.load()
    expect(updates).toEqual([bytes(1, 2), bytes(5, 6), bytes(6)])
    expect(parked[0].update).toEqual(bytes(3, 4))
    expect([...updates, parked[0].update].map(update => update.buffer.byteLength)).toEqual([2, 2, 1, 2])
  })

  test('has handed an edit over for the disk itself when the call returns', async () => {
    const room = await openRoom()
    const transactions = recordTransactions()
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit')
    const adding = room.addUnsaved(bytes(1), mark)
    expect(commit).toHaveBeenCalledOnce()
    expect(transactions.durabilities).toEqual(['strict'])
    await adding
  })

  test('drops the marks that were saved, and keeps the content', async () => {
    const room = await openRoom()
    const keys = [1, 2, 3].map(value => room.addUnsaved(bytes(value), mark))
    const [first, second, third] = await Promise.all(keys)
    await room.saved([first, third, 999])
    const { updates, unsaved } = await room.load()
    expect(updates).toEqual([bytes(1), bytes(2), bytes(3)])
    expect(unsaved).toEqual([{ ...mark, key: second }])
  })

  test('gives every mark a larger key than all before, whatever became of them', async () => {
    const [room, other] = [await openRoom(), (await open()).room('other')]
    const first = await room.addUnsaved(bytes(1), mark)
    await room.saved([first])
    const second = await other.addUnsaved(bytes(1), mark)
    const third = await (await openRoom()).addUnsaved(bytes(1), mark)
    await room.replace(bytes(2), 1, null)
    const fourth = await room.addUnsaved(bytes(1), mark)
    expect([first, second, third, fourth]).toEqual([first, second, third, fourth].sort((a, b) => a - b))
    expect(new Set([first, second, third, fourth]).size).toBe(4)
  })

  test('replaced, has the new state alone, no mark, the new epoch and what was parked before', async () => {
    const room = await openRoom()
    await room.setEpoch(1)
    await room.add(bytes(1))
    await room.addUnsaved(bytes(2), mark)
    const first = await room.replace(bytes(3), 2, refused)
    expect(await room.load()).toEqual({
      updates: [bytes(3)],
      unsaved: [],
      parked: [{ ...refused, key: first }],
      epoch: 2,
      generation: 0,
    })

    const second = await room.replace(bytes(4), null, { ...refused, code: 4409 })
    expect(await room.replace(bytes(5), null, null)).toBeNull()
    expect(await room.load()).toEqual({
      updates: [bytes(5)],
      unsaved: [],
      parked: [
        { ...refused, key: first },
        { ...refused, key: second, code: 4409 },
      ],
      epoch: null,
      generation: 0,
    })
  })

  test('parks a record that was parked before under a key of its own', async () => {
    const room = await openRoom()
    const first = await room.replace(bytes(1), 1, refused)
    const [again] = (await room.load()).parked
    const second = await room.replace(bytes(1), 1, again)
    expect((await room.load()).parked.map(({ key }) => key)).toEqual([first, second])
  })

  test('forgets what was parked once it is decided', async () => {
    const room = await openRoom()
    const first = await room.replace(bytes(1), 1, refused)
    const second = await room.replace(bytes(1), 1, refused)
    await room.unpark(first as number)
    expect((await room.load()).parked).toEqual([{ ...refused, key: second }])
  })

  test.each(['', '__proto__', 'constructor', 'ünï/😀 漢字', '\ud800', 'a\u0000b', 'Room'])(
    'called %j does not see another, nor does another see it',
    async name => {
      const database = await open()
      const [room, other] = [database.room(name), database.room('room')]
      await other.replace(bytes(1), 1, refused)
      await other.addUnsaved(bytes(2), mark)
      const before = await other.load()
      expect(await room.load()).toEqual(nothing)

      await room.replace(bytes(3), 7, { ...refused, code: 1 })
      await room.addUnsaved(bytes(4), mark)
      expect(await other.load()).toEqual(before)
      expect(await (await open()).room(name).load()).toMatchObject({ updates: [bytes(3), bytes(4)], epoch: 7 })
      await room.replace(bytes(5), 8, null)
      expect(await other.load()).toEqual(before)
    },
  )

  test('does what it is told in that order, awaited or not', async () => {
    const room = await openRoom()
    const told = [
      room.add(bytes(1)),
      room.load(),
      room.setEpoch(4),
      room.load(),
      room.replace(bytes(2), 5, null),
      room.addUnsaved(bytes(3), mark),
      room.load(),
      room.setEpoch(6),
      room.replace(bytes(4), 7, refused),
      room.load(),
    ]
    const loads = (await Promise.all(told)).filter(isKept)
    expect(loads.map(({ updates, epoch, unsaved }) => ({ updates, epoch, marks: unsaved.length }))).toEqual([
      { updates: [bytes(1)], epoch: null, marks: 0 },
      { updates: [bytes(1)], epoch: 4, marks: 0 },
      { updates: [bytes(2), bytes(3)], epoch: 5, marks: 1 },
      { updates: [bytes(4)], epoch: 7, marks: 0 },
    ])
  })

  test('loads without the records it does not understand', async () => {
    const room = await openRoom()
    await room.addUnsaved(bytes(1), mark)
    await room.setEpoch(3)
    const expected = await room.load()
    const at = 1
    await plant('updates', { room: 'room' }, { room: 'room', update: 'text' }, { room: 'room', update: [1] })
    await plant('unsaved', { room: 'room', at }, { room: 'room', at: '1', stretches: [] })
    await plant('unsaved', { room: 'room', at, stretches: [null] }, { room: 'room', at, stretches: [{ client: 1 }] })
    await plant('parked', { ...refused, room: 'room', message: 5 }, { ...refused, room: 'room', update: null })
    await plant('rooms', { room: 'other', epoch: 'five' })
    expect(await room.load()).toEqual(expected)
    expect(await (await open()).room('other').load()).toEqual(nothing)
  })
})

describe('what fails leaves nothing half done:', () => {
  const full = () => throwError('QuotaExceededError')
  const attempts: [string, (room: RoomStorage) => Promise<unknown>][] = [
    ['an edit', room => room.addUnsaved(bytes(9), mark)],
    ['a replacement', room => room.replace(bytes(9), 9, refused)],
    ['saved marks', room => room.saved([1, 2])],
  ]

  let room: RoomStorage
  let before: Kept
  beforeEach(async () => {
    room = await openRoom()
    await room.replace(bytes(1), 1, refused)
    await room.addUnsaved(bytes(2), mark)
    await room.addUnsaved(bytes(3), mark)
    before = await room.load()
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    expect(await room.load()).toEqual(before)
    await room.add(bytes(4))
    expect((await room.load()).updates).toHaveLength(before.updates.length + 1)
  })

  test('an edit with a mark that cannot be kept', async () => {
    const stretches = [{ ...mark.stretches[0], extra: () => undefined }]
    await expect(room.addUnsaved(bytes(9), { ...mark, stretches })).rejects.toMatchObject({ name: 'DataCloneError' })
  })

  test('a replacement with something to park that cannot be kept', async () => {
    const message = Symbol('not a sentence') as unknown as string
    await expect(room.replace(bytes(9), 9, { ...refused, message })).rejects.toMatchObject({ name: 'DataCloneError' })
  })

  test('saved marks of which one has no key', async () => {
    await expect(room.saved([before.unsaved[0].key, Number.NaN])).rejects.toMatchObject({ name: 'DataError' })
  })

  test.each(attempts)('%s in an aborted transaction', async (_, attempt) => {
    abortAtTheEnd()
    await expect(attempt(room)).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each(attempts.slice(0, 2))('%s for which a request fails', async (_, attempt) => {
    const add = IDBObjectStore.prototype.add
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, record) {
      return add.call(this, this.name === 'updates' ? record : { ...record, key: 1 })
    })
    await expect(attempt(room)).rejects.toMatchObject({ name: 'ConstraintError' })
  })

  test.each(attempts.slice(0, 2))('%s for which there is no room', async (_, attempt) => {
    const add = IDBObjectStore.prototype.add
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, record) {
      return this.name === 'updates' ? add.call(this, record) : full()
    })
    await expect(attempt(room)).rejects.toMatchObject({ name: 'QuotaExceededError' })
  })
})

describe('many records', () => {
  test('become one after an add, and only every so often', async () => {
    const room = await openRoom()
    const { doc, updates } = typing(302)
    for (const update of updates.slice(0, 300)) void room.add(update)
    await room.load()
    expect(await countOf('updates')).toBe(300)
    await room.addUnsaved(updates[300], mark)
    const { updates: kept, unsaved } = await room.load()
    expect(kept).toHaveLength(1)
    expect(unsaved).toHaveLength(1)
    await room.add(updates[301])
    expect((await room.load()).updates).toHaveLength(2)
    expect(textOf((await room.load()).updates)).toBe(String(doc.getText('text')))
  })

  test('become one after a load', async () => {
    const { doc, updates } = typing(20)
    const earlier = await openRoom()
    for (const update of updates) await earlier.add(update)
    await earlier.setEpoch(2)
    const room = await openRoom({ mergeAfter: 19 })
    expect((await room.load()).updates).toEqual(updates)
    const kept = await room.load()
    expect(kept).toMatchObject({ epoch: 2, updates: [expect.any(Uint8Array)] })
    expect(textOf(kept.updates)).toBe(String(doc.getText('text')))
    expect(mergeFailures).toEqual([])
  })

  test('of one room become one, and those of another stay', async () => {
    const database = await open({ mergeAfter: 5 })
    const { updates } = typing(9)
    const [room, other] = [database.room('room'), database.room('other')]
    for (const update of updates.slice(0, 4)) await other.add(update)
    for (const update of updates) await room.add(update)
    expect((await other.load()).updates).toEqual(updates.slice(0, 4))
    expect((await room.load()).updates).toHaveLength(4)
  })

  test('become one that still has what waits for something missing', async () => {
    const room = await openRoom({ mergeAfter: 5 })
    const { doc, updates } = typing(20)
    const [missing] = updates.splice(3, 1)
    for (const update of updates) await room.add(update)
    const kept = await room.load()
    expect(kept.updates.length).toBeLessThan(6)
    expect(textOf(kept.updates)).not.toBe(String(doc.getText('text')))
    expect(textOf([...kept.updates, missing])).toBe(String(doc.getText('text')))
  })

  test('lose their garbage in merging unless the document keeps it', async () => {
    const author = new Y.Doc({ gc: false })
    const updates: Uint8Array[] = []
    author.on('update', (update: Uint8Array) => updates.push(update))
    author.getText('text').insert(0, 'a secret that is gone')
    author.getText('text').delete(0, 21)
    author.getText('text').insert(0, 'kept')

    const database = await open({ mergeAfter: 2 })
    for (const [room, hasSecret] of [
      [database.room('collects'), false],
      [database.room('collects too', new Y.Doc()), false],
      [database.room('keeps all', author), true],
    ] as const) {
      for (const update of updates) await room.add(update)
      const kept = await room.load()
      expect(kept.updates).toHaveLength(1)
      expect(textOf(kept.updates)).toBe('kept')
      expect(String.fromCharCode(...kept.updates[0]).includes('secret')).toBe(hasSecret)
    }
  })

  test('become one that deletes nothing of its own accord', async () => {
    const [first, second] = [quietDoc(11), quietDoc(12)]
    const updates: Uint8Array[] = []
    for (const doc of [first, second]) doc.on('update', (update: Uint8Array) => updates.push(update))
    first.getMap('map').set('text', new Y.Text('hello'))
    Y.applyUpdate(second, updates[0])
    // Of two people who do the same, one leaves marks that change nothing. Yjs would clear them away.
    for (const doc of [first, second]) (doc.getMap('map').get('text') as Y.Text).format(0, 5, { bold: true })

    const room = await openRoom({ mergeAfter: updates.length - 1 })
    for (const update of updates) await room.add(update)
    const kept = await room.load()
    expect(kept.updates).toHaveLength(1)
    expectSame(apply(kept.updates, quietDoc(13)), apply(updates, quietDoc(14)))
  })

  test('that cannot be merged stay, which is told, and are tried again', async () => {
    const room = await openRoom({ mergeAfter: 5 })
    const { doc, updates } = typing(12)
    const original = IDBObjectStore.prototype.delete
    const full = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => throwError('QuotaExceededError'))
    for (const update of updates.slice(0, 7)) await room.add(update)
    expect((await room.load()).updates).toEqual(updates.slice(0, 7))
    await room.add(updates[7])
    expect(mergeFailures).toEqual([
      [expect.objectContaining({ name: 'QuotaExceededError' }), 'room'],
      [expect.objectContaining({ name: 'QuotaExceededError' }), 'room'],
    ])

    full.mockImplementation(original)
    for (const update of updates.slice(8)) await room.add(update)
    const kept = await room.load()
    expect(textOf(kept.updates)).toBe(String(doc.getText('text')))
    expect((await room.load()).updates).toHaveLength(1)
  })

  test('of which one is damaged stay, every one', async () => {
    const room = await openRoom({ mergeAfter: 5 })
    const { updates } = typing(7)
    const damaged = updates[2].slice(0, -4)
    updates[2] = damaged
    for (const update of updates) await room.add(update)
    expect((await room.load()).updates).toEqual(updates)
    expect(mergeFailures).not.toEqual([])
  })

  test('become one without those of an unknown shape, which stay', async () => {
    const room = await openRoom({ mergeAfter: 5 })
    const { updates } = typing(6)
    await plant('updates', { room: 'room', encoding: 'v3', content: bytes(1) })
    for (const update of updates) await room.add(update)
    expect((await room.load()).updates).toHaveLength(1)
    expect(await countOf('updates')).toBe(2)
  })
})

describe('two tabs', () => {
  test(
    'that add, mark and merge at the same time lose nothing and make nothing up',
    async () => {
      for (const seed of seeds(30)) {
        await twoTabs(new Random(seed)).catch(error => {
          throw new Error(`seed ${seed} (run it alone with SEED=${seed})`, { cause: error })
        })
      }
    },
    seedsTimeoutMs,
  )

  test('of which one replaces while the other merges keep the replacement alone', async () => {
    const [room, other] = [await openRoom({ mergeAfter: 5 }), await openRoom()]
    for (const update of typing(6).updates) await room.add(update)
    await other.replace(bytes(1), 2, null)
    await room.close()
    expect((await other.load()).updates).toEqual([bytes(1)])
  })

  /** Updates of several people arrive out of order, at either tab or both; some stay out at first. */
  async function twoTabs(random: Random): Promise<void> {
    vi.stubGlobal('indexedDB', new IDBFactory())
    const [mergeAfter, otherMergeAfter] = [2 + random.below(8), 2 + random.below(8)]
    const tabs = [await openRoom({ mergeAfter }), await openRoom({ mergeAfter: otherMergeAfter })]
    const { complete, updates } = people(random)
    const late = updates.filter(() => random.chance(0.15))
    const marks = new Map<number, number>()
    const writing: Promise<unknown>[] = []
    const write = (tab: RoomStorage, update: Uint8Array, index: number) => {
      if (random.chance(0.5)) return tab.add(update)
      return tab.addUnsaved(update, { at: index, stretches: [] }).then(key => {
        expect(marks.has(key)).toBe(false)
        marks.set(key, index)
        if (!random.chance(0.5)) return
        marks.delete(key)
        return random.pick(tabs).saved([key])
      })
    }

    const oracle = quietDoc(1)
    for (const [index, update] of updates.entries()) {
      if (late.includes(update)) continue
      Y.applyUpdate(oracle, update)
      for (const tab of random.chance(0.2) ? tabs : [random.pick(tabs)]) writing.push(write(tab, update, index))
      if (random.chance(0.1)) writing.push(random.pick(tabs).load())
      if (random.chance(0.1)) await writing.at(-1)
    }
    await Promise.all(writing)

    for (const tab of tabs) {
      const kept = await tab.load()
      expect(kept.unsaved).toEqual(
        [...marks].sort(([a], [b]) => a - b).map(([key, at]) => ({ key, at, stretches: [] })),
      )
      const doc = apply(kept.updates, quietDoc(2))
      expectSame(doc, oracle)
      expectSame(apply(late, doc), complete)
      assertNothingPending(doc)
    }
    expectSame(apply(late, oracle), complete)
    expect(await countOf('updates')).toBeLessThanOrEqual(Math.max(mergeAfter, otherMergeAfter) * 2 + 2)
    expect(mergeFailures).toEqual([])
  }
})

describe('closing', () => {
  test('a room finishes what is under way, then refuses; other rooms go on', async () => {
    const database = await open()
    const [room, other] = [database.room('room'), database.room('other')]
    const transactions = recordTransactions()
    const adding = room.addUnsaved(bytes(1), mark)
    await room.close()
    expect(transactions.completed).toBe(1)
    await adding
    await room.close()
    await expectAllRejected(room, 'room "room" was closed')
    await other.add(bytes(2))
    expect((await database.room('room').load()).updates).toEqual([bytes(1)])
  })

  test('the database finishes what is under way, then every room refuses', async () => {
    const database = await open()
    const [room, other] = [database.room('room'), database.room('other')]
    const transactions = recordTransactions()
    const writing = [room.add(bytes(1)), other.replace(bytes(2), 2, refused)]
    await Promise.all([database.close(), database.close()])
    expect(transactions.completed).toBe(2)
    await database.close()
    await Promise.all(writing)
    await expectAllRejected(room, 'The database was closed')
    await expectAllRejected(database.room('a new one'), 'The database was closed')
    await other.close()
    const again = await open()
    expect((await again.room('room').load()).updates).toEqual([bytes(1)])
    expect(await again.room('other').load()).toMatchObject({ updates: [bytes(2)], epoch: 2 })
  })

  test('while a load would start a merge is no failure', async () => {
    const database = await open({ mergeAfter: 1 })
    await plant('updates', ...typing(5).updates.map(update => ({ room: 'room', update })))
    const loading = database.room('room').load()
    await database.close()
    await loading
    expect(await countOf('updates')).toBe(5)
    expect(mergeFailures).toEqual([])
  })

  test('makes way for a newer version of the app, and keeps what was under way', async () => {
    const room = await openRoom()
    await room.load()
    const adding = room.add(bytes(1))
    const newer = await openRaw(2)
    await adding
    await expectAllRejected(room, 'Another page')
    expect(await all(newer, 'updates')).toEqual([{ key: 1, room: 'room', update: bytes(1) }])
    await room.close()
  })

  test('makes way for the deletion of the database', async () => {
    const database = await open()
    await settledRequest(indexedDB.deleteDatabase(APP))
    await expectAllRejected(database.room('room'), 'Another page')
    expect(await (await openRoom()).load()).toEqual(nothing)
  })

  test('by the browser makes every call reject', async () => {
    const opened = vi.spyOn(indexedDB, 'open')
    const room = await openRoom()
    forceCloseDatabase(opened.mock.results[0].value.result)
    await expectAllRejected(room, 'The browser')
    await room.close()
  })
})

async function expectAllRejected(room: RoomStorage, why: string): Promise<void> {
  const calls = [
    room.load(),
    room.add(bytes(1)),
    room.addUnsaved(bytes(1), mark),
    room.saved([1]),
    room.setEpoch(1),
    room.replace(bytes(1), 1, null),
    room.unpark(1),
  ]
  for (const call of calls)
    await expect(call).rejects.toMatchObject({ name: 'InvalidStateError', message: expect.stringContaining(why) })
}

/** What three people did, in a random order, and a document that has all of it. */
function people(random: Random): { complete: Y.Doc; updates: Uint8Array[] } {
  const updates: Uint8Array[] = []
  const docs = [11, 12, 13].map(clientId => quietDoc(clientId))
  const complete = quietDoc(10)
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, _origin, _doc, transaction: Y.Transaction) => {
      if (transaction.local) updates.push(update)
    })
  }
  for (let i = 0; i < 60; i++) {
    edit(random, random.pick(docs))
    if (random.chance(0.3)) Y.applyUpdate(random.pick(docs), Y.encodeStateAsUpdate(random.pick(docs)))
  }
  for (const doc of docs) Y.applyUpdate(complete, Y.encodeStateAsUpdate(doc))
  return { complete, updates: random.shuffle(updates) }
}

/** `count` updates, each of one more character, that make up the text of `doc`. */
function typing(count: number): { doc: Y.Doc; updates: Uint8Array[] } {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < count; i++) doc.getText('text').insert(i, String(i % 10))
  return { doc, updates }
}

function apply(updates: readonly Uint8Array[], doc: Y.Doc): Y.Doc {
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

function textOf(updates: readonly Uint8Array[]): string {
  return String(apply(updates, new Y.Doc()).getText('text'))
}

function expectSame(doc: Y.Doc, expected: Y.Doc): void {
  expect(viewOf(doc)).toBe(viewOf(expected))
  expect(Y.decodeStateVector(Y.encodeStateVector(doc))).toEqual(Y.decodeStateVector(Y.encodeStateVector(expected)))
  expect(deletionsOf(doc)).toEqual(deletionsOf(expected))
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'updates' in value
}

function throwError(name: string): never {
  throw new DOMException('made by the test', name)
}

/** What becomes of the transactions from now on. */
function recordTransactions(): { completed: number; durabilities: string[] } {
  const record = { completed: 0, durabilities: [] as string[] }
  const original = IDBDatabase.prototype.transaction
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...parts) {
    const tx = original.apply(this, parts)
    record.durabilities.push(tx.durability)
    tx.addEventListener('complete', () => {
      record.completed++
    })
    return tx
  })
  return record
}

/** Every transaction from now on is aborted once all its requests have been answered. */
function abortAtTheEnd(): void {
  vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
    this.abort()
  })
  const remove = IDBObjectStore.prototype.delete
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
    const request = remove.call(this, key)
    request.addEventListener('success', () => this.transaction.abort())
    return request
  })
}

function settledRequest<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** The database as another program sees it, one that does not make way for anybody. */
function openRaw(version?: number, upgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  const request = indexedDB.open(APP, version)
  request.onupgradeneeded = () => upgrade?.(request.result)
  return settledRequest(request)
}

function all(database: IDBDatabase, store: string): Promise<unknown[]> {
  return settledRequest(database.transaction(store).objectStore(store).getAll())
}

async function countOf(store: string): Promise<number> {
  const database = await openRaw()
  const { length } = await all(database, store)
  database.close()
  return length
}

async function plant(store: string, ...records: object[]): Promise<void> {
  const database = await openRaw()
  const tx = database.transaction(store, 'readwrite')
  for (const record of records) await settledRequest(tx.objectStore(store).put(record))
  database.close()
}
