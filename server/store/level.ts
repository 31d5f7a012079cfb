import { statfs } from 'node:fs/promises'
import type { Clock } from '../clock.ts'
import { closed, failure } from './commit-loop.ts'
import { type Database, LevelDatabase, type View } from './database.ts'
import { type Acknowledged, Handle, unreadable } from './handle.ts'
import { EMPTY_HEAD } from './head.ts'
import { census, readHead } from './heads.ts'
import { assertRoomName, recordKey } from './keys.ts'
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

type Status =
  | { kind: 'closed' }
  | { kind: 'open'; handle: Handle }
  | { kind: 'failed'; cause: Error; handle: Handle | null }

/** A store in one LevelDB directory, which may be one that y-leveldb has written. */
export class LevelStore implements Store {
  readonly #directory: string
  readonly #options: Required<LevelStoreOptions>
  #status: Status = { kind: 'closed' }
  /** `open`, `reopen` and `close` one after the other. */
  #transitions: Promise<void> = Promise.resolve()
  /** What was acknowledged before the failure that `reopen` mends. */
  #acknowledged: Acknowledged | null = null

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
      this.#status = { kind: 'open', handle: await this.#start(this.#options.acceptLoss) }
    })
  }

  append(room: string, records: readonly NewRecord[], epoch = 0): Promise<number> {
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
            const moved = { seq: head.seq + payloads.length, updated, recordBytes: head.recordBytes + bytes }
            return { ...head, ...moved, epoch: head === EMPTY_HEAD ? epoch : head.epoch }
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
    const handle = this.#handle()
    const view = handle.database.view()
    const rooms = this.#infos(handle, view)
    try {
      for (;;) {
        const next = await this.#read(() => rooms.next(), handle)
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await rooms.return(undefined)
      await view.close()
    }
  }

  async *#infos({ database, legacy }: Handle, view: View): AsyncGenerator<RoomInfo> {
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
      const { handle } = this.#status
      const cause = this.#status.kind === 'failed' ? this.#status.cause : new Error('it is being reopened')
      if (handle !== null) {
        this.#status = { kind: 'failed', cause, handle: null }
        this.#acknowledged = handle.acknowledged
        // The handle is not trusted any more; if it cannot even let go of the directory, opening will say so.
        await handle.close().catch(error => this.#options.warn(`Closing the failed database: ${error}`))
      }
      const free = await this.#options.freeBytes(this.#directory)
      if (free < this.#options.headroomBytes) {
        const message = `Only ${free} bytes are free on the file system of ${this.#directory}, ${this.#options.headroomBytes} are needed. Make room.`
        throw new StoreError('no-space', message)
      }
      // Loss that was accepted when the process started says nothing about a loss of today.
      this.#status = { kind: 'open', handle: await this.#start(false) }
      this.#acknowledged = null
    })
  }

  close(): Promise<void> {
    const status = this.#status
    // From here on nothing is taken, even while an earlier transition ends.
    if (status.kind === 'open') this.#status = { kind: 'closed' }
    return this.#inTurn(async () => {
      const taken = status.kind === 'closed' ? null : status.handle
      const current = this.#status.kind === 'closed' ? null : this.#status.handle
      this.#status = { kind: 'closed' }
      for (const handle of new Set([taken, current])) await handle?.close()
    })
  }

  #start(acceptLoss: boolean): Promise<Handle> {
    const failed = (cause: Error) => {
      if (this.#status.kind === 'open') this.#status = { kind: 'failed', cause, handle: this.#status.handle }
    }
    const options = { ...this.#options, directory: this.#directory, acceptLoss, failed }
    return Handle.open(options, this.#acknowledged)
  }

  #handle(): Handle {
    const status = this.#status
    if (status.kind === 'closed') throw closed()
    if (status.kind === 'failed') throw failure(status.cause)
    return status.handle
  }

  /** What is read while the store fails or closes is not handed out. */
  async #read<T>(run: (handle: Handle) => Promise<T>, handle: Handle = this.#handle()): Promise<T> {
    const result = await this.#use(run, handle)
    if (this.#handle() !== handle) throw closed()
    return result
  }

  /** Runs with the open database; every error that leaves is one of ours. */
  async #use<T>(run: (handle: Handle) => Promise<T>, handle: Handle = this.#handle()): Promise<T> {
    try {
      return await run(handle)
    } catch (error) {
      if (error instanceof StoreError || error instanceof RangeError) throw error
      // A read that failed because the store was closed or has failed meanwhile says so.
      if (this.#handle() !== handle) throw closed()
      throw unreadable(this.#directory, error)
    }
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const transition = this.#transitions.then(run)
    this.#transitions = transition.catch(() => {})
    return transition
  }
}
