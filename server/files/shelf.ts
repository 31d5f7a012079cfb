import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HttpRefusal } from '../api/http-refusal.ts'
import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { decodeFileRecord, encodeFileRecord, type FileRecord } from './record.ts'

/** What a file counts at least: a block, and its record. */
const LEAST_BYTES = 8 * 1024

export interface ShelfParts {
  directory: string
  clock: Clock
  limits: Limits
}

export interface ShelvedFile {
  record: FileRecord
  isFinished: boolean
}

interface Upload {
  size: number
  at: number
  /** Whose it is; null when that is not known any more. */
  owner: string | null
}

/**
 * The directory of attached files. Each has an id that was made here, and so the names `<id>` for its bytes and `<id>.open`
 * for its record, which is renamed to `<id>.json` once all of it is on disk: that rename is what finishes a file.
 */
export class Shelf {
  readonly directory: string
  readonly #parts: ShelfParts
  /** Not finished yet, by id. */
  readonly #uploads = new Map<string, Upload>()
  readonly #finishing = new Map<string, Promise<void>>()
  /** What all files count, as they will be when they are finished. */
  #bytes = 0

  constructor(parts: ShelfParts) {
    this.#parts = parts
    this.directory = parts.directory
  }

  /** Looks at what is there, and removes what a crash has left half made. Rejects with the system's error. */
  async open(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 })
    const names = new Set(await readdir(this.directory))
    this.#uploads.clear()
    this.#bytes = 0
    for (const name of names) {
      const { id, ending } = partsOf(name)
      if (id === null) continue
      if (ending === '') {
        if (names.has(`${id}.json`)) this.#bytes += weightOf((await stat(this.#path(id))).size)
        else if (!names.has(`${id}.open`)) await this.#drop(id)
      } else if (!names.has(id)) await this.#drop(id)
      else if (ending === '.open') await this.#recall(id)
    }
  }

  /** A file nobody could have guessed the id of. */
  static newId(): string {
    return randomBytes(16).toString('hex')
  }

  /** Null when there is none. */
  async find(id: string): Promise<ShelvedFile | null> {
    if (!isId(id)) return null
    for (const ending of ['json', 'open']) {
      const text = await readFile(this.#path(id, ending), 'utf8').catch(ifMissing)
      const record = text === null ? null : decodeFileRecord(text)
      if (record !== null) return { record, isFinished: ending === 'json' }
    }
    return null
  }

  /** Where the bytes are. */
  pathOf(id: string): string {
    if (!isId(id)) throw new RangeError('An id has another form.')
    return this.#path(id)
  }

  /**
   * Sets aside what an upload will take, until it is finished or given up. Throws `HttpRefusal` when that is too much, for
   * the server or for its owner: a user, or an address.
   */
  async reserve(id: string, size: number, owner: string): Promise<void> {
    const { limits, clock } = this.#parts
    if (size > limits.fileBytes) throw new HttpRefusal('too-large')
    const { bavail, bsize } = await statfs(this.directory)
    let theirs = 0
    let missing = 0
    for (const upload of this.#uploads.values()) {
      if (upload.owner === owner) theirs++
      missing += upload.size
    }
    if (theirs >= limits.uploadsOpen) throw new HttpRefusal('too-many-uploads')
    // What other uploads have sent already is counted twice: they are few, and it is the safe side.
    const isDiskFull = bavail * bsize < missing + size + limits.filesFreeBytes
    if (isDiskFull || this.#bytes + weightOf(size) > limits.filesBytes) throw new HttpRefusal('full')
    this.#uploads.set(id, { size, at: clock.now(), owner })
    this.#bytes += weightOf(size)
  }

  /** Gives back what was reserved, when the upload did not come to be. */
  release(id: string): void {
    const upload = this.#uploads.get(id)
    if (upload === undefined) return
    this.#uploads.delete(id)
    this.#bytes -= weightOf(upload.size)
  }

  async begin(id: string, record: FileRecord): Promise<void> {
    await writeFile(this.#path(id, 'open'), encodeFileRecord(record), { mode: 0o600 })
  }

  /** Whether every byte has arrived. */
  async isWhole(id: string, size: number): Promise<boolean> {
    return (await stat(this.#path(id)).catch(ifMissing))?.size === size
  }

  /** Resolves when the file is on disk for good, bytes and record. Does nothing for one that is. */
  finish(id: string): Promise<void> {
    const known = this.#finishing.get(id)
    if (known !== undefined) return known
    const finishing = this.#finish(id).finally(() => this.#finishing.delete(id))
    this.#finishing.set(id, finishing)
    return finishing
  }

  /** Whether the file was there. */
  async remove(id: string): Promise<boolean> {
    const found = await this.find(id)
    if (found === null) return false
    if (this.#uploads.has(id)) this.release(id)
    else this.#bytes -= weightOf(found.record.size)
    await this.#drop(id)
    return true
  }

  /** Forgets uploads that were begun too long ago. Called every few seconds. */
  async sweep(): Promise<void> {
    const { clock, limits } = this.#parts
    const before = clock.now() - limits.uploadMs
    for (const [id, { at }] of this.#uploads) if (at <= before) await this.remove(id)
  }

  async #finish(id: string): Promise<void> {
    const found = await this.find(id)
    if (found === null) throw new HttpRefusal('no-file')
    if (found.isFinished) return
    await synced(this.#path(id))
    await synced(this.#path(id, 'open'))
    await rename(this.#path(id, 'open'), this.#path(id, 'json'))
    await syncedDirectory(this.directory)
    this.#uploads.delete(id)
  }

  /** Takes an upload of before a restart. */
  async #recall(id: string): Promise<void> {
    const record = decodeFileRecord(await readFile(this.#path(id, 'open'), 'utf8'))
    if (record === null) {
      await this.#drop(id)
      return
    }
    const { size, at, creator } = record
    this.#uploads.set(id, { size, at, owner: creator === null ? null : ownerOf(creator, '') })
    this.#bytes += weightOf(size)
  }

  /** The record first: without one there is no file. */
  async #drop(id: string): Promise<void> {
    for (const ending of ['json', 'open', '']) await rm(this.#path(id, ending), { force: true })
  }

  #path(id: string, ending = ''): string {
    return join(this.directory, ending === '' ? id : `${id}.${ending}`)
  }
}

/** Whose uploads are counted together. */
export function ownerOf(user: string | null, address: string): string {
  return user === null ? `at ${address}` : `user ${user}`
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

function partsOf(name: string): { id: string | null; ending: string } {
  const at = name.indexOf('.')
  const id = at < 0 ? name : name.slice(0, at)
  const ending = at < 0 ? '' : name.slice(at)
  const isOurs = isId(id) && ['', '.open', '.json'].includes(ending)
  return { id: isOurs ? id : null, ending }
}

function weightOf(size: number): number {
  return Math.max(size, LEAST_BYTES)
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Names are in the directory. Windows has no such thing to sync. */
async function syncedDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function ifMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
