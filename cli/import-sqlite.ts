import { constants, rmSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, open, realpath, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'node-sqlite3-wasm'
import { Failure } from './failure.ts'
import type { Found, Source } from './import-source.ts'

/** The name as bytes, because the library would end it at a NUL. */
const LIST =
  'SELECT rowid AS id, CAST(name AS BLOB) AS name, typeof(data) AS type, length(data) AS bytes FROM documents'
const READ = 'SELECT data FROM documents WHERE rowid = ?'

interface Row {
  id: number
  name: Uint8Array
  type: string
  bytes: number
}

/**
 * Documents in a database of `@hocuspocus/extension-sqlite`. They are read from a copy: SQLite writes beside a file that
 * it only reads, and a server that still runs may change it at any time.
 */
export class SqliteDocuments implements Source {
  readonly #file: string
  readonly #copy: string
  readonly #database: Database
  readonly #removeCopy = () => rmSync(this.#copy, { recursive: true, force: true })

  private constructor(file: string, copy: string, database: Database) {
    this.#file = file
    this.#copy = copy
    this.#database = database
    // Also when somebody loses patience.
    process.once('exit', this.#removeCopy)
  }

  /** Throws `Failure`. */
  static async open(file: string): Promise<SqliteDocuments> {
    const copy = await mkdtemp(join(tmpdir(), 'y-harbor-import-'))
    try {
      await copyUnchanged(await realpath(file), copy)
      return new SqliteDocuments(file, copy, await openCopy(copy))
    } catch (error) {
      rmSync(copy, { recursive: true, force: true })
      throw failure(file, error)
    }
  }

  async *documents(): AsyncGenerator<Found> {
    const rows = this.#database.prepare(LIST)
    try {
      for (const row of rows.iterate()) yield this.#found(row as unknown as Row)
    } catch (error) {
      throw failure(this.#file, error)
    } finally {
      rows.finalize()
    }
  }

  async close(): Promise<void> {
    this.#database.close()
    this.#removeCopy()
    process.off('exit', this.#removeCopy)
  }

  #found({ id, name, type, bytes }: Row): Found {
    const text = Buffer.from(name).toString()
    const isText = Buffer.from(text).equals(name)
    return {
      name: text,
      bytes,
      problem: !isText
        ? 'its name is not UTF-8'
        : type === 'blob'
          ? null
          : `its data is of the type ${type}, not a blob`,
      read: async () => {
        try {
          return this.#database.get(READ, id)?.data as Uint8Array
        } catch (error) {
          throw failure(this.#file, error)
        }
      },
    }
  }
}

const COPY = 'documents.sqlite'

/** Copies a database and its write-ahead log as they are at one moment. Throws `Failure`. */
async function copyUnchanged(file: string, directory: string): Promise<void> {
  const before = await stateOf(file)
  // The library overlooks one; without it, half of a transaction would be read.
  if (await isHot(`${file}-journal`)) {
    const why = 'a server is writing to it, or was killed while it was'
    throw new Failure(
      `${file} is in the middle of a write: ${why}. Start and stop that server once, then import again.`,
    )
  }
  for (const suffix of ['', '-wal']) {
    const copy = join(directory, COPY + suffix)
    try {
      await copyFile(file + suffix, copy, constants.COPYFILE_FICLONE)
      await chmod(copy, 0o600)
    } catch (error) {
      if (suffix === '' || codeOf(error) !== 'ENOENT') throw error
    }
  }
  if ((await stateOf(file)) !== before) {
    throw new Failure(`${file} changed while it was copied. Stop the server that writes to it, then import again.`)
  }
}

async function stateOf(file: string): Promise<string> {
  const states = ['', '-wal', '-journal'].map(async suffix => {
    const stats = await stat(file + suffix, { bigint: true }).catch(() => null)
    return stats === null ? 'absent' : `${stats.size} ${stats.mtimeNs}`
  })
  return (await Promise.all(states)).join()
}

/** Whether a rollback journal has something to roll back: one that is over is gone, empty, or begins with zeros. */
async function isHot(journal: string): Promise<boolean> {
  const file = await open(journal).catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1))
    return bytesRead > 0 && buffer[0] !== 0
  } finally {
    await file.close()
  }
}

async function openCopy(directory: string): Promise<Database> {
  // SQLite as WebAssembly: nothing to compile, 1.3 MB, no dependencies, a release for each of SQLite's since 2022, and
  // it reads files piece by piece where sql.js takes them into memory whole.
  const { default: sqlite } = await import('node-sqlite3-wasm')
  const database = new sqlite.Database(join(directory, COPY))
  try {
    // Whoever is alone needs no shared memory to read a write-ahead log; the library has none.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.prepare(LIST).finalize()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function failure(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  if (error.message.startsWith('no such ')) {
    const expected = 'a table "documents" with the columns "name" and "data", as Hocuspocus’ SQLite extension makes it'
    return new Failure(`${file} does not have ${expected} (${error.message}).`)
  }
  if (codeOf(error) === 'ENOSPC') {
    return new Failure(`There is no room in ${tmpdir()} for a copy of ${file}. Name a directory that has: TMPDIR=...`)
  }
  return new Failure(`${file} cannot be read: ${error.message}.`)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}
