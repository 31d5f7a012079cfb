import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { audit } from './audit.ts'
import { CommitLoop } from './commit-loop.ts'
import { Compactor } from './compactor.ts'
import { COUNTER_FILE, CommitCounter } from './counter.ts'
import type { Database } from './database.ts'
import { HeadTable, readHead } from './heads.ts'
import { recordRange } from './keys.ts'
import { Ledger } from './ledger.ts'
import { LegacyRooms } from './legacy.ts'
import { StoreError } from './store.ts'

export interface HandleOptions {
  directory: string
  clock: Clock
  cachedHeads: number
  batchBytes: number
  acceptLoss: boolean
  warn(sentence: string): void
  openDatabase(directory: string): Database
  /** A write has failed; called before anyone is told. */
  failed(cause: Error): void
}

/** What an earlier handle on the same directory had acknowledged. */
export interface Acknowledged {
  commit: number
  heads: HeadTable
}

/** All that lives and dies with one handle on the database; a failed one is thrown away whole. */
export class Handle {
  readonly database: Database
  readonly heads: HeadTable
  readonly legacy: LegacyRooms
  readonly loop: CommitLoop
  readonly compactor: Compactor
  readonly #counter: CommitCounter
  #closed: Promise<void> | null = null

  private constructor(database: Database, ledger: Ledger, legacy: LegacyRooms, options: HandleOptions) {
    const { clock, directory, cachedHeads, batchBytes, warn, failed } = options
    this.database = database
    this.legacy = legacy
    this.heads = new HeadTable(database, cachedHeads)
    this.#counter = CommitCounter.open(directory, ledger.commit)
    const { heads } = this
    const counter = this.#counter
    this.loop = new CommitLoop({ clock, database, heads, ledger, counter, batchBytes, failed })
    this.compactor = new Compactor({ database, loop: this.loop, heads, legacy, warn })
  }

  /** Opens or creates, and verifies. Throws `StoreError`; then nothing is left open. */
  static async open(options: HandleOptions, acknowledged: Acknowledged | null): Promise<Handle> {
    const { directory, acceptLoss, warn } = options
    const database = await openDatabase(options)
    try {
      const counted = CommitCounter.read(directory)
      if (counted === 'damaged') warn(`${join(directory, COUNTER_FILE)} is damaged and was written anew.`)
      const committed = Math.max(typeof counted === 'number' ? counted : 0, acknowledged?.commit ?? 0)
      const ledger = new Ledger(await audit(database, { directory, committed, acceptLoss, warn }))
      if (acknowledged !== null) await verify(database, acknowledged.heads)
      const legacy = await LegacyRooms.scan(database)
      if (legacy.unreachable.length > 0) {
        const names = legacy.unreachable.slice(0, 5).map(name => JSON.stringify(name.slice(0, 80)))
        warn(`${legacy.unreachable.length} y-leveldb documents have names no room can have: ${names.join(', ')}.`)
      }
      return new Handle(database, ledger, legacy, options)
    } catch (error) {
      await database.close()
      throw error instanceof StoreError ? error : unreadable(directory, error)
    }
  }

  /** For the handle that comes after this one. */
  get acknowledged(): Acknowledged {
    return { commit: this.#counter.last, heads: this.heads }
  }

  /** Writes what is queued, then lets go of the directory. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.loop.drain()
    try {
      await this.database.close()
    } finally {
      this.#counter.close()
    }
  }
}

async function openDatabase({ directory, openDatabase }: HandleOptions): Promise<Database> {
  try {
    // What people write is nobody else's business on a shared machine.
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await refuseWithoutCurrent(directory)
    const database = openDatabase(directory)
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

export function unreadable(directory: string, error: unknown): StoreError {
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
