import type { Clock } from '../../client/index.ts'
import { watchPage } from '../../client/page.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { claim } from './claim.ts'
import { Job } from './job.ts'
import { type KeptUpload, keptFor, openUploadStorage, type UploadStorage } from './kept-uploads.ts'
import type { UploadTransport } from './sending.ts'
import type { Upload } from './upload.ts'

export interface UploadsParts {
  /** Asked for each request. */
  token: () => string | null
  clock: Clock
  /** For whom this browser keeps them. Default: for whoever uses it. */
  keeper?: string | null
  /** Where uploads outlive the page. Default: IndexedDB. */
  storage?: () => Promise<UploadStorage>
  /** Where the server is. Default: where this page is from. */
  server?: string
  /** Bytes that are kept of all uploads together; what goes beyond lives as long as the page. Default 512 MB. */
  mostKeptBytes?: number
  transport?: UploadTransport
}

/** Sent at a time: more would only share the same line. */
const AT_ONCE = 2
const KEPT_BYTES = 512 * 1024 * 1024

/**
 * Goes on with what waits from earlier visits, and takes new files. Where the browser keeps nothing, uploads live as long as
 * the page.
 */
export async function openUploads(parts: UploadsParts): Promise<Uploads> {
  const open = parts.storage ?? (() => openUploadStorage(keptFor('y-harbor uploads', parts.keeper)))
  const storage = await open().catch(() => null)
  const uploads = new Uploads(parts, storage)
  await uploads.recall()
  return uploads
}

/** Files that this tab sends: by room, oldest first. */
export class Uploads {
  readonly #parts: UploadsParts
  readonly #storage: UploadStorage | null
  readonly #endpoint: string
  readonly #jobs = new Map<string, Job>()
  readonly #lists = new Map<string, Cell<readonly Upload[]>>()
  readonly #stopWatching: () => void
  #isClosed = false

  constructor(parts: UploadsParts, storage: UploadStorage | null) {
    this.#parts = parts
    this.#storage = storage
    this.#endpoint = new URL('/files', parts.server ?? location.href).href
    this.#stopWatching = watchPage(news => {
      if (news === 'hint') for (const job of this.#jobs.values()) job.hurry()
    })
  }

  /** Uploads for a room, those that are done included until they are taken. */
  all(room: string): Readable<readonly Upload[]> {
    return this.#list(room)
  }

  /** Begins to send a file. */
  add(room: string, file: File): Upload {
    const { name, type, size } = file
    const key = crypto.randomUUID()
    const at = this.#parts.clock.now()
    const job = this.#enlist({ key, room, name, type, size, at, id: null, attachment: null }, file)
    // Nobody else can have a key that was made just now.
    void claim(lockOf(key)).then(letGo => job.begin(letGo ?? (() => undefined)))
    return job
  }

  /** A message has them now: they go from the list, and stay on the server. */
  take(uploads: readonly Upload[]): void {
    for (const { key } of uploads) this.#jobs.get(key)?.forget()
  }

  /** Stops; what is kept goes on with the next page. */
  close(): void {
    this.#isClosed = true
    this.#stopWatching()
    for (const job of this.#jobs.values()) job.stop()
    this.#storage?.close()
  }

  /** Takes what earlier pages left, unless another tab has it. Called once. */
  async recall(): Promise<void> {
    for (const { key } of (await this.#storage?.load().catch(() => [])) ?? []) {
      const letGo = await claim(lockOf(key))
      if (letGo === null) continue
      // Another tab may have finished it meanwhile.
      const kept = (await this.#storage?.get(key).catch(() => null)) ?? null
      if (kept === null) letGo()
      else this.#enlist(kept.upload, kept.bytes, true).begin(letGo)
    }
  }

  #enlist(kept: KeptUpload, bytes: Blob | null, isKept = false): Job {
    const { token, clock, server, keeper, transport = {} } = this.#parts
    const job = new Job(kept, bytes, isKept, {
      token,
      clock,
      server,
      keeper,
      transport,
      endpoint: this.#endpoint,
      storage: this.#storage,
      mayKeep: size => this.#keptBytes() + size <= (this.#parts.mostKeptBytes ?? KEPT_BYTES),
      mayRun: () => !this.#isClosed && this.#running() < AT_ONCE,
      ended: () => {
        for (const other of this.#jobs.values()) other.run()
      },
      gone: () => {
        this.#jobs.delete(kept.key)
        this.#show(kept.room)
      },
    })
    this.#jobs.set(kept.key, job)
    this.#show(kept.room)
    return job
  }

  #running(): number {
    return [...this.#jobs.values()].filter(job => job.isRunning).length
  }

  #keptBytes(): number {
    return [...this.#jobs.values()].reduce((sum, job) => sum + job.keptBytes, 0)
  }

  #list(room: string): Cell<readonly Upload[]> {
    const list = this.#lists.get(room) ?? new Cell<readonly Upload[]>([])
    this.#lists.set(room, list)
    return list
  }

  #show(room: string): void {
    this.#list(room).set([...this.#jobs.values()].filter(job => job.room === room))
  }
}

function lockOf(key: string): string {
  return `y-harbor upload ${key}`
}
