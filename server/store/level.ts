import { mkdir, readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { audit } from './audit.ts'
import { CommitLoop, closed, failure } from './commit-loop.ts'
import { Compactor } from './compactor.ts'
import { COUNTER_FILE, CommitCounter } from './counter.ts'
import { type Database, LevelDatabase } from './database.ts'
import { census, HeadTable, readHead } from './heads.ts'
import { assertRoomName, recordKey, recordRange } from './keys.ts'
import { Ledger } from './ledger.ts'
import { LegacyRooms } from './legacy.ts'
import { encodeRecord } from './record.ts'
import { readRoom } from './room-reader.ts'
import { seal } from './seal.ts'
import {
  type NewRecord,
  type RoomInfo,
  type Snapshot,
  type Store,
  type StoredRoom,
  StoreError,
  type StoreState,
} from './store.ts'

export interface LevelStoreOptions {
  clock: Clock
  /** The operator has looked at what was lost and wants to go on with what is there. */
  acceptLoss?: boolean
  /** Free bytes without which `reopen` does not try. Default 64 MB. */
  headroomBytes?: number
  /** Free bytes of the file system that holds a directory. */
  freeBytes?: (directory: string) => Promise<number>
  /** Rooms whose heads stay in memory, those last written to. Default 10,000 (about 3 MB). */
  cachedHeads?: number
  /** A batch goes out without waiting for more once it has so many bytes of updates. Default 4 MB. */
  batchBytes?: number
  /** Told what the operator should know though everything is served: a sentence. */
  warn?: (sentence: string) => void
  openDatabase?: (directory: string) => Database
}

const MB = 1024 * 1024
const DEFAULTS = {
  acceptLoss: false,
  headroomBytes: 64 * MB,
  freeBytes: async (directory: string) => {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  },
  cachedHeads: 10_000,
  batchBytes: 4 * MB,
  warn: () => {},
  openDatabase: (directory: string): Database => new LevelDatabase(directory),
}

/** All that lives and dies with one handle of the database. */
interface Opened {
  database: Database
  counter: CommitCounter
  ledger: Ledger
  heads: HeadTable
  legacy: LegacyRooms
  loop: CommitLoop
  compactor: Compactor
}

type Status =
  | { kind: 'closed' }
  | { kind: 'open'; opened: Opened }
  | { kind: 'failed'; cause: Error; opened: Opened | null }

/** A store in one LevelDB directory, which may be one that y-leveldb has written. */
export class LevelStore implements Store {
  readonly #directory: string
  readonly #options: Required<LevelStoreOptions>
  #status: Status = { kind: 'closed' }
  /** `open`, `reopen` and `close` one after the other. */
  #transitions: Promise<void> = Promise.resolve()
  /** What was acknowledged before the failure that `reopen` mends. */
  #acknowledged: { commit: number; heads: HeadTable } | null = null

  constructor(directory: string, options: LevelStoreOptions) {
    this.#directory = directory
    this.#options = { ...DEFAULTS, ...options }
  }

  get state(): StoreState {
    return this.#status.kind
  }

  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#status.kind === 'open') return
      if (this.#status.kind === 'failed') throw failure(this.#status.cause)
      this.#status = { kind: 'open', opened: await this.#start(this.#options.acceptLoss) }
    })
  }

  append(room: string, records: readonly NewRecord[]): Promise<number> {
    return this.#use(({ loop }) => {
      assertRoomName(room)
      const payloads = records.map(encodeRecord)
      const bytes = records.reduce((sum, { update }) => sum + update.length, 0)
      const updated = records.at(-1)?.time
      return new Promise((resolve, fail) => {
        let first = 0
        loop.commit({
          room,
          bytes,
          fill: (head, batch) => {
            first = head.seq + 1
            if (updated === undefined) return head
            for (const [n, payload] of payloads.entries()) {
              const key = recordKey(room, first + n)
              batch.push({ type: 'put', key, value: seal(key, payload) })
            }
            return { ...head, seq: head.seq + payloads.length, updated, recordBytes: head.recordBytes + bytes }
          },
          done: () => resolve(first),
          fail,
        })
      })
    })
  }

  load(room: string): Promise<StoredRoom> {
    return this.#read(({ database, legacy, heads }) => {
      assertRoomName(room)
      return readRoom(database, legacy, heads, room)
    })
  }

  compact(room: string, snapshot: Snapshot, previous: number | null): Promise<boolean> {
    return this.#use(({ compactor }) => {
      assertRoomName(room)
      return compactor.compact(room, snapshot, previous)
    })
  }

  async *list(): AsyncGenerator<RoomInfo> {
    const opened = this.#opened()
    const view = opened.database.view()
    try {
      const rooms = this.#infos(opened, view)
      for (;;) {
        const next = await this.#read(() => rooms.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await view.close()
    }
  }

  async *#infos({ database, legacy }: Opened, view: ReturnType<Database['view']>): AsyncGenerator<RoomInfo> {
    for await (const { room, state } of census(database, view)) {
      if (state.kind !== 'found') {
        yield { name: room, bytes: 0, records: 0, seq: 0, updated: 0 }
        continue
      }
      const { seq, updated, recordBytes, snapshot } = state.head
      const base = snapshot?.updateBytes ?? (await legacy.sizeOf(room, view))?.bytes ?? 0
      yield { name: room, bytes: recordBytes + base, records: seq - (snapshot?.seq ?? 0), seq, updated }
    }
    for await (const { room, bytes } of legacy.list(view)) {
      const { kind } = await readHead(database, room, view)
      if (kind === 'absent') yield { name: room, bytes, records: 0, seq: 0, updated: 0 }
    }
  }

  reopen(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#status.kind === 'closed') throw closed()
      const { opened } = this.#status
      const cause = this.#status.kind === 'failed' ? this.#status.cause : new Error('it is being reopened')
      if (opened !== null) {
        this.#status = { kind: 'failed', cause, opened: null }
        this.#acknowledged = { commit: opened.counter.last, heads: opened.heads }
        await opened.loop.drain()
        // The handle is not trusted any more; if it cannot even let go of the directory, opening will say so.
        await this.#stop(opened).catch(error => this.#options.warn(`Closing the failed database: ${error}`))
      }
      const free = await this.#options.freeBytes(this.#directory)
      if (free < this.#options.headroomBytes) {
        const message = `Only ${free} bytes are free on the file system of ${this.#directory}, ${this.#options.headroomBytes} are needed. Make room.`
        throw new StoreError('no-space', message)
      }
      // Loss that was accepted when the process started says nothing about a loss of today.
      this.#status = { kind: 'open', opened: await this.#start(false) }
      this.#acknowledged = null
    })
  }

  close(): Promise<void> {
    const status = this.#status
    // From here on nothing is taken, even while an earlier transition ends.
    if (status.kind === 'open') this.#status = { kind: 'closed' }
    return this.#inTurn(async () => {
      const { opened } = status.kind === 'closed' ? { opened: null } : status
      const current = this.#status.kind === 'closed' ? null : this.#status.opened
      this.#status = { kind: 'closed' }
      for (const handle of new Set([opened, current])) {
        if (handle === null) continue
        await handle.loop.drain()
        await this.#stop(handle)
      }
    })
  }

  async #start(acceptLoss: boolean): Promise<Opened> {
    const { clock, cachedHeads, batchBytes, warn } = this.#options
    const directory = this.#directory
    const database = await this.#openDatabase()
    try {
      const counted = CommitCounter.read(directory)
      if (counted === 'damaged') warn(`${join(directory, COUNTER_FILE)} is damaged and was written anew.`)
      const committed = Math.max(typeof counted === 'number' ? counted : 0, this.#acknowledged?.commit ?? 0)
      const ledger = new Ledger(await audit(database, { directory, committed, acceptLoss, warn }))
      if (this.#acknowledged !== null) await verify(database, this.#acknowledged.heads)
      const legacy = await LegacyRooms.scan(database)
      if (legacy.unreachable.length > 0) {
        const names = legacy.unreachable.slice(0, 5).map(name => JSON.stringify(name.slice(0, 80)))
        warn(`${legacy.unreachable.length} y-leveldb documents have names no room can have: ${names.join(', ')}.`)
      }
      const counter = CommitCounter.open(directory, ledger.commit)
      const heads = new HeadTable(database, cachedHeads)
      const failed = (cause: Error) => {
        if (this.#status.kind === 'open') this.#status = { kind: 'failed', cause, opened: this.#status.opened }
      }
      const loop = new CommitLoop({ clock, database, heads, ledger, counter, batchBytes, failed })
      const compactor = new Compactor({ database, loop, heads, legacy, warn })
      return { database, counter, ledger, heads, legacy, loop, compactor }
    } catch (error) {
      await database.close()
      throw error instanceof StoreError ? error : unreadable(directory, error)
    }
  }

  async #openDatabase(): Promise<Database> {
    const directory = this.#directory
    try {
      await mkdir(directory, { recursive: true })
      await refuseWithoutCurrent(directory)
      const database = this.#options.openDatabase(directory)
      await database.open()
      return database
    } catch (error) {
      if (error instanceof StoreError) throw error
      const { code } = ((error as Error).cause ?? error) as { code?: unknown }
      if (code === 'LEVEL_LOCKED') {
        const message = `${directory} is in use by another process. Stop that one, or choose another directory.`
        throw new StoreError('locked', message, { cause: error })
      }
      throw unreadable(directory, error)
    }
  }

  async #stop({ database, counter }: Opened): Promise<void> {
    try {
      await database.close()
    } finally {
      counter.close()
    }
  }

  #opened(): Opened {
    const status = this.#status
    if (status.kind === 'closed') throw closed()
    if (status.kind === 'failed') throw failure(status.cause)
    return status.opened
  }

  /** What is read while the store fails or closes is not handed out. */
  async #read<T>(run: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = this.#opened()
    const result = await this.#use(run)
    if (this.#opened() !== opened) throw closed()
    return result
  }

  /** Runs with the open database; every error that leaves is one of ours. */
  async #use<T>(run: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = this.#opened()
    try {
      return await run(opened)
    } catch (error) {
      if (error instanceof StoreError || error instanceof RangeError) throw error
      // A read that failed because the store was closed or has failed meanwhile says so.
      this.#opened()
      throw unreadable(this.#directory, error)
    }
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const transition = this.#transitions.then(run)
    this.#transitions = transition.catch(() => {})
    return transition
  }
}

function unreadable(directory: string, error: unknown): StoreError {
  const { cause, message } = error as Error
  const reason = cause instanceof Error ? cause.message : message
  const remedy = 'Check the disk and the permissions, or restore the directory from a backup.'
  return new StoreError('io', `${directory} cannot be read (${reason}). ${remedy}`, { cause: error })
}

/** Without its CURRENT file LevelDB would start a new database and delete the tables of the old one. */
async function refuseWithoutCurrent(directory: string): Promise<void> {
  const names = await readdir(directory)
  if (names.includes('CURRENT')) return
  for (const name of names) {
    if (!/\.(ldb|sst|log)$/.test(name) || (await stat(join(directory, name))).size === 0) continue
    const remedy = 'Restore the directory from a backup, or choose an empty one.'
    throw new StoreError('log-lost', `${directory} holds a database whose CURRENT file is missing. ${remedy}`)
  }
}

/** Every room that was written to before a failure must be where it was last acknowledged to be, or further. */
async function verify(database: Database, heads: HeadTable): Promise<void> {
  for (const [room, { seq, snapshot }] of heads.heads()) {
    const state = await readHead(database, room)
    let isThere = state.kind === 'found' && state.head.seq >= seq
    if (isThere && seq > (snapshot?.seq ?? 0)) {
      isThere = false
      for await (const _ of database.entries(recordRange(room, seq, seq), { values: false })) isThere = true
    }
    if (!isThere) {
      const message = `Room ${JSON.stringify(room)} had acknowledged seq ${seq}, which is no longer on disk. Restore the directory from a backup.`
      throw new StoreError('log-lost', message)
    }
  }
}
