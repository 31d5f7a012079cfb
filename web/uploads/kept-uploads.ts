import type { Attachment } from './attachment.ts'

/** An upload as it outlives the page. */
export interface KeptUpload {
  readonly key: string
  readonly room: string
  readonly name: string
  readonly type: string
  readonly size: number
  /** When it was added, in milliseconds since the epoch. */
  readonly at: number
  /** Of the file on the server, once the server knows of it. */
  readonly id: string | null
  /** What came of it. */
  readonly attachment: Attachment | null
}

/** Where uploads wait. All of it rejects when the browser refuses; nothing is then half done. */
export interface UploadStorage {
  /** Oldest first. */
  load(): Promise<KeptUpload[]>
  /** Null when there is none. The bytes are gone once the upload is done. */
  get(key: string): Promise<{ upload: KeptUpload; bytes: Blob | null } | null>
  add(upload: KeptUpload, bytes: Blob): Promise<void>
  /** What is known of it is another; its bytes are the same, or not needed any more. */
  change(upload: KeptUpload, needsBytes: boolean): Promise<void>
  remove(key: string): Promise<void>
  close(): void
}

const VERSION = 1
/** The bytes are on their own, so that what is known of an upload can change without writing them again. */
const UPLOADS = 'uploads'
const BYTES = 'bytes'

/** The name of what is kept in a browser for one of the people who use it; of what is everybody's without one. */
export function keptFor(name: string, keeper: string | null = null): string {
  return keeper === null ? name : `${name} ${keeper}`
}

/** Keeps uploads in IndexedDB, for all tabs of this browser. Rejects where a browser keeps nothing. */
export async function openUploadStorage(name = 'y-harbor uploads'): Promise<UploadStorage> {
  if (globalThis.indexedDB === undefined) throw new DOMException('This browser has no IndexedDB', 'NotSupportedError')
  const opening = indexedDB.open(name, VERSION)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(UPLOADS, { keyPath: 'key' })
    opening.result.createObjectStore(BYTES)
  }
  const database = await answerOf(opening)
  // Holding on would block a newer version of the app in every other tab.
  database.onversionchange = () => database.close()

  const run = async <T>(
    mode: IDBTransactionMode,
    ask: (uploads: IDBObjectStore, bytes: IDBObjectStore) => T,
  ): Promise<T> => {
    const transaction = database.transaction([UPLOADS, BYTES], mode)
    const over = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new DOMException('Aborted', 'AbortError'))
    })
    const asked = ask(transaction.objectStore(UPLOADS), transaction.objectStore(BYTES))
    await over
    return asked
  }
  return {
    async load() {
      const asked: IDBRequest<KeptUpload[]> = await run('readonly', uploads => uploads.getAll())
      return asked.result.sort((a, b) => a.at - b.at)
    },
    async get(key) {
      const asked = await run('readonly', (uploads, bytes) => ({
        upload: uploads.get(key) as IDBRequest<KeptUpload | undefined>,
        bytes: bytes.get(key) as IDBRequest<Blob | undefined>,
      }))
      const upload = asked.upload.result
      return upload === undefined ? null : { upload, bytes: asked.bytes.result ?? null }
    },
    async add(upload, blob) {
      await run('readwrite', (uploads, bytes) => {
        uploads.put(upload)
        bytes.put(blob, upload.key)
      })
    },
    async change(upload, needsBytes) {
      await run('readwrite', (uploads, bytes) => {
        uploads.put(upload)
        if (!needsBytes) bytes.delete(upload.key)
      })
    },
    async remove(key) {
      await run('readwrite', (uploads, bytes) => {
        uploads.delete(key)
        bytes.delete(key)
      })
    },
    close: () => database.close(),
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
