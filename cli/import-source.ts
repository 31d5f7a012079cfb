import { existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from './failure.ts'
import { DocumentFiles } from './import-files.ts'
import { SqliteDocuments } from './import-sqlite.ts'

/** A document as another server left it. */
export interface Found {
  name: string
  bytes: number
  /** Why it cannot be a document; null when it may be one. */
  problem: string | null
  /** Its state, as one Yjs update. Read only when it is its turn, so that there is one in memory at a time. */
  read(): Promise<Uint8Array>
}

/** Where documents come from. */
export interface Source {
  documents(): AsyncIterable<Found>
  close(): Promise<void>
}

/** What lies at a path, by what it is. Throws `Failure`. */
export async function openSource(path: string): Promise<Source> {
  const stats = await stat(path).catch(() => null)
  if (stats === null) throw new Failure(`There is no file and no directory ${path}.`)
  if (stats.isDirectory()) {
    if (existsSync(join(path, 'CURRENT'))) {
      const remedy = `One of y-leveldb is opened as it is: y-harbor start --data <a copy of it>`
      throw new Failure(`${path} is a LevelDB database, not a directory of documents. ${remedy}`)
    }
    return DocumentFiles.open(path)
  }
  if (stats.isFile() && (await isSqlite(path))) return SqliteDocuments.open(path)
  const expected = 'a database of Hocuspocus’ SQLite extension, or a directory with what its S3 extension wrote'
  throw new Failure(`${path} is neither an SQLite database nor a directory. Give ${expected}.`)
}

const SQLITE_HEADER = 'SQLite format 3\0'

async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SQLITE_HEADER.length))
    return buffer.toString('latin1', 0, bytesRead) === SQLITE_HEADER
  } finally {
    await file.close()
  }
}
