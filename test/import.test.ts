import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import sqlite from 'node-sqlite3-wasm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { SqliteDocuments } from '../cli/import-sqlite.ts'
import { LevelStore, systemClock } from '../server/index.ts'
import type { StoredRoom } from '../server/store/store.ts'
import { connect, disconnect, LiveServer, synced, temporaryDirectory, until } from './support/live.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const run = promisify(execFile)

interface Outcome {
  name: string
  bytes: number
  result: string
  why: string | null
}

let scratch: string
let data: string
const cleanups: (() => Promise<unknown> | unknown)[] = []

beforeEach(async () => {
  scratch = await temporaryDirectory()
  data = join(scratch, 'data')
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await rm(scratch, { recursive: true, force: true })
})

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [program, ...args, '--data', data], { timeout: 60_000 })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

/** What an import says of each document. */
async function imported(source: string, ...args: string[]): Promise<{ code: number; outcomes: Outcome[] }> {
  const { code, out, err } = await cli('import', source, '--json', ...args)
  expect(err).toBe('')
  return { code, outcomes: JSON.parse(out) }
}

const results = (outcomes: readonly Outcome[]): Record<string, string> =>
  Object.fromEntries(outcomes.map(({ name, result }) => [name === '__proto__' ? 'proto' : name, result]))

type Documents = ReadonlyMap<string, Uint8Array>

/** As `@hocuspocus/extension-sqlite` makes it. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS "documents" (
  "name" varchar(255) NOT NULL,
  "data" blob NOT NULL,
  UNIQUE(name)
)`

async function sqliteOf(documents: Documents): Promise<string> {
  const file = join(scratch, 'hocuspocus.sqlite')
  await rm(file, { force: true })
  const database = new sqlite.Database(file)
  database.exec(SCHEMA)
  for (const [name, state] of documents) database.run('INSERT INTO documents VALUES (?, ?)', [name, state])
  database.close()
  return file
}

/** As `aws s3 sync` leaves what `@hocuspocus/extension-s3` has stored. */
async function directoryOf(documents: Documents): Promise<string> {
  const directory = join(scratch, 'bucket')
  for (const [name, state] of documents) await write(join(directory, `${name}.bin`), state)
  return directory
}

async function write(file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}

const from = [
  ['an SQLite database', sqliteOf],
  ['a directory of blobs', directoryOf],
] as const

/** A document with something of everything, deletions included. */
function documentOf(words: string): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, `${words} and more`)
  doc.getText('text').delete(words.length, 4)
  doc.getText('text').format(0, 3, { bold: true })
  doc.getMap('__proto__').set('list', Y.Array.from([1, 'two', null]))
  doc.getXmlFragment('page').insert(0, [new Y.XmlElement('p')])
  return doc
}

const stateOf = (words: string): Uint8Array => Y.encodeStateAsUpdate(documentOf(words))

/** What Hocuspocus stores of a document to which the second of three edits never came. */
function gap(): { edits: Uint8Array[]; state: Uint8Array } {
  const edits: Uint8Array[] = []
  const author = new Y.Doc()
  author.on('update', update => edits.push(update))
  for (const word of ['one ', 'two ', 'three']) author.getText('text').insert(author.getText('text').length, word)
  const server = new Y.Doc()
  for (const edit of [edits[0], edits[2]]) Y.applyUpdate(server, edit)
  return { edits, state: Y.encodeStateAsUpdate(server) }
}

async function serve(): Promise<LiveServer> {
  const live = await LiveServer.start({}, data)
  cleanups.push(() => live.server.stop())
  return live
}

/** A document as a stock Hocuspocus provider gets it. */
async function received(live: LiveServer, name: string): Promise<Y.Doc> {
  const socket = new HocuspocusProviderWebsocket({ url: live.url, WebSocketPolyfill: WebSocket })
  const provider = new HocuspocusProvider({ name, websocketProvider: socket })
  provider.attach()
  await until('it is synced', () => provider.synced && !provider.hasUnsyncedChanges)
  provider.destroy()
  socket.destroy()
  return provider.document
}

const bytesOf = (doc: Y.Doc): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')

/** What lies on disk of each room, read without a server. */
async function stored(...names: string[]): Promise<StoredRoom[]> {
  const store = new LevelStore(data, { clock: systemClock })
  await store.open()
  try {
    return await Promise.all(names.map(name => store.load(name)))
  } finally {
    await store.close()
  }
}

const heads = async (...names: string[]): Promise<number[]> => (await stored(...names)).map(({ head }) => head)

describe('M1: documents of Hocuspocus become rooms', () => {
  for (const [what, sourceOf] of from) {
    test(`from ${what}, and a stock provider finds each under its name, byte for byte`, async () => {
      const names = ['today', 'a/b', 'a/b/c', 'a', 'café/ü 林', 'caf%C3%A9', '__proto__', 'twice.bin', 'x'.repeat(251)]
      const documents = new Map(names.map(name => [name, documentOf(`words of ${name}`)]))
      const states = new Map([...documents].map(([name, doc]) => [name, Y.encodeStateAsUpdate(doc)]))
      const { code, outcomes } = await imported(await sourceOf(states))
      expect(code).toBe(0)
      expect(outcomes.map(({ name }) => name).sort()).toEqual(names.sort())
      for (const { name, bytes, result, why } of outcomes) {
        expect([name, bytes, result, why]).toEqual([name, states.get(name)?.length, 'imported', null])
      }
      const live = await serve()
      expect((await live.server.harbor.inspection.rooms()).map(({ name }) => name)).toEqual(names.sort())
      for (const [name, doc] of documents) expect(bytesOf(await received(live, name))).toBe(bytesOf(doc))
    })
  }

  test('a second run adds nothing, and what was written since stays', async () => {
    const file = await sqliteOf(new Map([['notes', stateOf('first')]]))
    await imported(file)
    const live = await serve()
    await live.server.room('notes').transact(doc => doc.getText('text').insert(0, 'since: '))
    await live.server.stop()
    const before = await heads('notes')
    const { code, outcomes } = await imported(file)
    expect([code, results(outcomes)]).toEqual([0, { notes: 'nothing new' }])
    expect(await heads('notes')).toEqual(before)
    expect((await received(await serve(), 'notes')).getText('text').toString()).toBe('since: first more')
  })

  test('a newer state of a document adds what is new in it', async () => {
    const doc = documentOf('words')
    await imported(await directoryOf(new Map([['notes', Y.encodeStateAsUpdate(doc)]])))
    doc.getText('text').insert(0, 'newer ')
    const { outcomes } = await imported(await directoryOf(new Map([['notes', Y.encodeStateAsUpdate(doc)]])))
    expect(results(outcomes)).toEqual({ notes: 'imported' })
    expect(bytesOf(await received(await serve(), 'notes'))).toBe(bytesOf(doc))
  })

  test('a document of megabytes arrives whole', async () => {
    const doc = new Y.Doc()
    const text = doc.getText('text')
    // Inserted in front, so that Yjs cannot merge it: a hundred thousand structs.
    for (let i = 0; i < 100_000; i++) text.insert(0, `word ${i} `)
    text.insert(0, 'x'.repeat(3_000_000))
    text.delete(1_000, 1_000)
    const state = Y.encodeStateAsUpdate(doc)
    expect(state.length).toBeGreaterThan(4 * 1024 * 1024)
    for (const [, sourceOf] of from) {
      await rm(data, { recursive: true, force: true })
      const { code, outcomes } = await imported(await sourceOf(new Map([['large', state]])))
      expect([code, results(outcomes)]).toEqual([0, { large: 'imported' }])
      const live = await serve()
      expect(bytesOf(await received(live, 'large'))).toBe(bytesOf(doc))
      await live.server.stop()
    }
  })

  test('--only brings in the documents that are named, and says which are not there', async () => {
    const file = await sqliteOf(new Map(['a', 'b', 'c'].map(name => [name, stateOf(name)])))
    const some = await imported(file, '--only', 'a', '--only', 'c')
    expect([some.code, results(some.outcomes)]).toEqual([0, { a: 'imported', c: 'imported' }])
    const none = await cli('import', file, '--only', 'd')
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('There is no document "d" in') })
  })
})

describe('M2: what cannot be imported is named, and the rest goes on', () => {
  for (const [what, sourceOf] of from) {
    test(`in ${what}: blobs that are no updates, and a name that no room can have`, async () => {
      const sound = stateOf('sound')
      const source = await sourceOf(
        new Map([
          ['a', sound],
          ['cut', sound.subarray(0, sound.length - 7)],
          ['empty', new Uint8Array()],
          ['escape\u001b[31m', sound],
          ['text', Buffer.from('not an update')],
          ['v2', Y.encodeStateAsUpdateV2(documentOf('v2'))],
          ['z', sound],
        ]),
      )
      const { code, outcomes } = await imported(source)
      expect(code).toBe(1)
      expect(results(outcomes)).toEqual({
        a: 'imported',
        cut: 'skipped',
        empty: 'skipped',
        'escape\u001b[31m': 'skipped',
        text: 'skipped',
        v2: 'skipped',
        z: 'imported',
      })
      const why = new Map(outcomes.map(outcome => [outcome.name, outcome.why]))
      for (const name of ['cut', 'empty', 'text', 'v2']) expect(why.get(name)).toContain('not an update of Yjs (V1)')
      expect(why.get('escape\u001b[31m')).toContain('without control characters')
      expect((await (await serve()).server.harbor.inspection.rooms()).map(({ name }) => name)).toEqual(['a', 'z'])
    })
  }

  test('for people: one line for each document, with nothing that could take over a terminal, and a summary', async () => {
    const sound = stateOf('sound')
    const file = await sqliteOf(
      new Map([
        ['a', sound],
        ['\u202eevil\u001b', sound],
        ['z', sound.subarray(0, 9)],
      ]),
    )
    const { code, out } = await cli('import', file)
    expect(code).toBe(1)
    expect(out.trimEnd().split('\n')).toEqual([
      `imported     ${`${sound.length}`.padStart(10)}  a`,
      expect.stringMatching(/^skipped .* \\u202eevil\\u001b: the name of a room is /),
      expect.stringMatching(/^skipped +9 {2}z: not an update of Yjs \(V1\), /),
      `Imported 1 document into ${data}. Others: 2 skipped.`,
    ])
  })

  test('a name that ends in the middle, or is not text, is not taken for another', async () => {
    const file = await sqliteOf(new Map([['a', stateOf('a')]]))
    const database = new sqlite.Database(file)
    const state = stateOf('another')
    database.run("INSERT INTO documents VALUES ('a' || char(0) || 'b', ?)", [state])
    database.run("INSERT INTO documents VALUES (CAST(x'61ff' AS TEXT), ?)", [state])
    database.run("INSERT INTO documents VALUES ('number', 5)")
    database.close()
    const { code, outcomes } = await imported(file)
    expect(code).toBe(1)
    expect(outcomes.map(({ name, result }) => [name, result])).toEqual([
      ['a', 'imported'],
      ['a\0b', 'skipped'],
      ['a\ufffd', 'skipped'],
      ['number', 'skipped'],
    ])
  })

  test('other files in a directory are named', async () => {
    const directory = await directoryOf(new Map([['notes/a', stateOf('a')]]))
    await write(join(directory, 'notes/README.md'), 'read me')
    await write(join(directory, '.bin'), stateOf('nameless'))
    const { code, outcomes } = await imported(directory)
    expect(code).toBe(1)
    expect(results(outcomes)).toEqual({ '': 'skipped', 'notes/README.md': 'skipped', 'notes/a': 'imported' })
  })

  test('of a document with a gap, what integrates is there; and the rest, once somebody has brought what is missing', async () => {
    const { edits, state } = gap()
    for (const [, sourceOf] of from) {
      await rm(data, { recursive: true, force: true })
      const source = await sourceOf(new Map([['gap', state]]))
      for (const _ of ['once', 'twice']) {
        const { code, outcomes } = await imported(source)
        expect([code, results(outcomes)]).toEqual([1, { gap: 'incomplete' }])
        expect(outcomes[0].why).toContain('a part of it builds on changes that are missing')
      }
      expect(await heads('gap')).toEqual([1])
      const live = await serve()
      const doc = await received(live, 'gap')
      expect([doc.getText('text').toString(), doc.store.pendingStructs]).toEqual(['one ', null])
      await live.server.room('gap').apply(edits[1])
      await live.server.stop()
      const { code, outcomes } = await imported(source)
      expect([code, results(outcomes)]).toEqual([0, { gap: 'imported' }])
      const again = await serve()
      expect((await received(again, 'gap')).getText('text').toString()).toBe('one two three')
      await again.server.stop()
    }
    const { out } = await cli('import', await sqliteOf(new Map([['gap', gap().state]])))
    expect(out).toContain('nobody saw the rest in Hocuspocus either')
  })
})

describe('M3: an import touches nothing else', () => {
  test('--dry-run says what would be done and writes nothing, where there is a database and where there is none', async () => {
    const sound = stateOf('sound')
    const old = await sqliteOf(new Map([['old', sound]]))
    const none = await cli('import', old, '--dry-run')
    expect(none.code).toBe(0)
    expect(none.out).toContain('to import')
    expect(none.out).toContain(`Would import 1 document into ${data}; nothing was written.`)
    expect(existsSync(data)).toBe(false)

    await imported(old)
    const before = await serve()
    await before.server.room('old').transact(doc => doc.getText('text').insert(0, 'since: '))
    await before.server.stop()
    const rooms = await stored('gap', 'new', 'old')
    const documents = new Map([
      ['cut', sound.subarray(0, 20)],
      ['gap', gap().state],
      ['new', stateOf('new')],
      ['old', sound],
    ])
    const { code, outcomes } = await imported(await sqliteOf(documents), '--dry-run')
    expect([code, results(outcomes)]).toEqual([
      1,
      { cut: 'skipped', gap: 'incomplete', new: 'to import', old: 'nothing new' },
    ])
    expect(await stored('gap', 'new', 'old')).toEqual(rooms)
    const live = await serve()
    expect((await live.server.harbor.inspection.rooms()).map(({ name }) => name)).toEqual(['old'])
  })

  test('while a server uses the directory, it is refused with what to do', async () => {
    const live = await serve()
    for (const args of [[], ['--dry-run']]) {
      const refused = await cli('import', await sqliteOf(new Map([['notes', stateOf('notes')]])), ...args)
      expect(refused).toEqual({ code: 1, out: '', err: expect.stringContaining('is in use by another process. Stop') })
      expect(refused.err.trim().split('\n').length).toBe(1)
    }
    expect(await live.server.harbor.inspection.rooms()).toEqual([])
  })

  test('the source is left as it is, and nothing lies beside it', async () => {
    const file = await sqliteOf(new Map([['notes', stateOf('notes')]]))
    const before = [await readFile(file), await readdir(scratch)]
    await imported(file)
    await rm(data, { recursive: true })
    expect([await readFile(file), await readdir(scratch)]).toEqual(before)
  })

  test('a database with a write-ahead log beside it is read with what is in the log', async () => {
    const live = join(scratch, 'live.sqlite')
    const database = new sqlite.Database(live)
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL')
    database.exec(SCHEMA)
    database.run('INSERT INTO documents VALUES (?, ?)', ['notes', stateOf('notes')])
    const file = join(scratch, 'left.sqlite')
    for (const suffix of ['', '-wal']) await copyFile(live + suffix, file + suffix)
    database.close()
    const log = await readFile(`${file}-wal`)
    expect(log.length).toBeGreaterThan(0)
    const { code, outcomes } = await imported(file)
    expect([code, results(outcomes)]).toEqual([0, { notes: 'imported' }])
    expect(await readFile(`${file}-wal`)).toEqual(log)
  })

  test('a database in the middle of a write is refused', async () => {
    const file = await sqliteOf(new Map([['notes', stateOf('notes')]]))
    const database = new sqlite.Database(file)
    database.exec('BEGIN; DELETE FROM documents')
    await copyFile(`${file}-journal`, join(scratch, 'journal'))
    database.exec('ROLLBACK')
    database.close()
    // A journal that was not begun in earnest is none.
    expect((await imported(file, '--dry-run')).code).toBe(0)
    const magic = Buffer.from('d9d505f920a163d7', 'hex')
    await write(`${file}-journal`, Buffer.concat([magic, await readFile(join(scratch, 'journal'))]))
    const refused = await cli('import', file)
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is in the middle of a write') })
    expect(existsSync(data)).toBe(false)
  })

  test('a database that changes while it is copied is refused', async () => {
    const file = await sqliteOf(new Map([['notes', stateOf('notes')]]))
    let isOver = false
    const opening = SqliteDocuments.open(file)
    const over = opening
      .catch(() => undefined)
      .finally(() => {
        isOver = true
      })
    for (let second = 0; !isOver; second++) await utimes(file, second, second)
    await over
    await expect(opening).rejects.toThrow('changed while it was copied. Stop the server')
  })

  test('what is neither is answered with a sentence, and no database is made', async () => {
    const text = join(scratch, 'text')
    await write(text, 'SQLite? No.')
    const other = join(scratch, 'other.sqlite')
    const database = new sqlite.Database(other)
    database.exec('CREATE TABLE pages (name, data)')
    database.close()
    const level = join(scratch, 'level')
    await write(join(level, 'CURRENT'), 'MANIFEST-000001\n')
    const above = join(scratch, 'above')
    await write(join(above, 'hocuspocus-documents/a.bin'), stateOf('a'))
    for (const [source, sentence] of [
      [join(scratch, 'nowhere'), 'There is no file and no directory'],
      [text, 'is neither an SQLite database nor a directory'],
      [other, 'does not have a table "documents"'],
      [level, 'is a LevelDB database'],
      [above, `Give that one: ${join(above, 'hocuspocus-documents')}`],
    ]) {
      const { code, out, err } = await cli('import', source)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(sentence)
      expect(err.trim().split('\n').length).toBe(1)
      expect(existsSync(data)).toBe(false)
    }
  })
})

describe('M4: a program brings documents from anywhere', () => {
  test('apply puts an update on disk, tells who is there, and says when there was nothing new', async () => {
    const live = await serve()
    const reader = connect(live.url, 'notes')
    await synced(reader)
    cleanups.push(() => disconnect(reader))
    const doc = documentOf('words')
    const room = live.server.room('notes')
    expect(await room.judge(Y.encodeStateAsUpdate(doc))).toEqual({ isNews: true, isIncomplete: false })
    expect((await live.server.harbor.store.load('notes')).head).toBe(0)
    expect(await room.apply(Y.encodeStateAsUpdate(doc))).toEqual({ isNews: true, isIncomplete: false })
    const { head } = await live.server.harbor.store.load('notes')
    expect(head).toBeGreaterThan(0)
    await until('the reader has it', () => bytesOf(reader.doc) === bytesOf(doc))
    expect(await room.apply(Y.encodeStateAsUpdate(doc))).toEqual({ isNews: false, isIncomplete: false })
    expect(await room.apply(gap().state)).toEqual({ isNews: true, isIncomplete: true })
    expect(live.server.harbor.rooms.find('notes')?.peers).toBe(1)
  })

  test('what the room does not take is rejected with why, and leaves no trace', async () => {
    const live = await LiveServer.start({ roomBytes: 2_000 }, data)
    cleanups.push(() => live.server.stop())
    const room = live.server.room('notes')
    await expect(room.apply(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ closing: 'malformed' })
    const large = new Y.Doc()
    large.getText('text').insert(0, 'x'.repeat(3_000))
    await expect(room.apply(Y.encodeStateAsUpdate(large))).rejects.toMatchObject({ closing: 'room-full' })
    const { store } = live.server.harbor
    const append = store.append.bind(store)
    store.append = () => Promise.reject(new Error('the disk is full'))
    await expect(room.apply(stateOf('lost'))).rejects.toMatchObject({ closing: 'storage' })
    store.append = append
    await until('the room is read again', () => live.server.harbor.rooms.find('notes') === null)
    expect((await store.load('notes')).head).toBe(0)
    await room.apply(stateOf('kept'))
    expect(await room.transact(doc => doc.getText('text').toString())).toBe('kept more')
  })
})
