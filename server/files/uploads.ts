import type { FileStore } from '@tus/file-store'
import type { Server as TusServer, Upload } from '@tus/server'
import { isRoomName } from '../../protocol/name.ts'
import type { Caller, Door } from '../api/door.ts'
import { HttpRefusal, type HttpRefusalCode } from '../api/http-refusal.ts'
import type { Clock } from '../clock.ts'
import { cleanName, cleanType, type FileRecord } from './record.ts'
import { ownerOf, Shelf } from './shelf.ts'
import { Turns } from './turns.ts'

export interface UploadsParts {
  shelf: Shelf
  door: Door
  clock: Clock
}

/** What of a request an upload is about; nothing else of it reaches the library. */
const passedOn = [
  'tus-resumable',
  'upload-length',
  'upload-offset',
  'upload-metadata',
  'content-type',
  'content-length',
]

/** Uploads over tus 1.0 (https://tus.io/protocols/resumable-upload): who may, how much, and when one is finished. */
export class Uploads {
  readonly #parts: UploadsParts
  /** Loaded for the first upload: see docs/decisions/009. */
  #tus: Promise<TusServer> | null = null
  /** Who asks, by the request that the library hands back. */
  readonly #callers = new WeakMap<object, Caller>()

  constructor(parts: UploadsParts) {
    this.#parts = parts
  }

  /** Answers one request of an upload, by whoever was let in at the door. Never rejects with `HttpRefusal`. */
  async answer(request: Request, caller: Caller): Promise<Response> {
    this.#tus ??= this.#load()
    const tus = await this.#tus
    const headers = new Headers()
    for (const name of passedOn) {
      const value = request.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    const { method, url, body, signal } = request
    const asked = new Request(url, { method, headers, body, signal, duplex: 'half' } as RequestInit)
    this.#callers.set(asked, caller)
    return plainly(await tus.handleWeb(asked))
  }

  async #load(): Promise<TusServer> {
    const [{ Server }, { FileStore }] = await Promise.all([import('@tus/server'), import('@tus/file-store')])
    const { shelf } = this.#parts
    const datastore = new FileStore({
      directory: shelf.directory,
      configstore: {
        get: id => this.#uploadOf(id),
        set: (id, upload) => this.#begin(id, upload),
        delete: async () => undefined,
      },
    })
    datastore.extensions = ['creation', 'creation-with-upload', 'termination']
    releasing(datastore, shelf)
    return new Server({
      path: '/files',
      datastore,
      locker: new Turns(),
      // As soon as can be said there: 0 would be taken for the default of three seconds.
      lockDrainTimeout: 1,
      namingFunction: () => Shelf.newId(),
      generateUrl: (request, { id }) => `${new URL(request.url).pathname.replace(/\/$/, '')}/${id}`,
      getFileIdFromRequest: request => new URL(request.url).pathname.split('/').at(-1),
      onUploadCreate: async (request, upload) => ({ metadata: await this.#admit(request, upload) }),
      onIncomingRequest: async (request, id) => {
        if (request.method !== 'POST') await this.#mayContinue(request, id)
      },
      onUploadFinish: async (request, { id }) => {
        // Somebody may have been put out, or a token have ended, while the bytes came.
        await this.#mayContinue(request, id)
        await shelf.finish(id)
        return {}
      },
    })
  }

  /** Whether an upload may begin. Returns what is kept of what was said. */
  async #admit(request: object, upload: Upload): Promise<Record<string, string>> {
    const { room, filename, filetype } = upload.metadata ?? {}
    if (typeof room !== 'string' || !isRoomName(room)) throw new HttpRefusal('no-room')
    const caller = this.#callerOf(request)
    const { user } = await this.#parts.door.judge(caller, room, 'write')
    if (upload.size === undefined || !Number.isSafeInteger(upload.size)) throw new HttpRefusal('bad-request')
    await this.#parts.shelf.reserve(upload.id, upload.size, ownerOf(user?.id ?? null, caller.address))
    const kept = { room, filename: cleanName(filename ?? ''), filetype: cleanType(filetype ?? '') }
    return user === undefined ? kept : { ...kept, creator: user.id }
  }

  /** Whoever began an upload goes on with it, where users are known; everybody who may write, where they are not. */
  async #mayContinue(request: object, id: string): Promise<void> {
    const { shelf, door } = this.#parts
    const found = await shelf.find(id)
    if (found === null) throw new HttpRefusal('no-file')
    const { record, isFinished } = found
    const grant = await door.judge(this.#callerOf(request), record.room, 'write')
    const isTheirs = record.creator === null || record.creator === grant.user?.id
    if (!isTheirs && grant.isAdmin !== true) throw new HttpRefusal('not-yours')
    // All of it arrived, but nobody was told: the process or the line ended in between.
    if (!isFinished && (await shelf.isWhole(id, record.size))) await shelf.finish(id)
  }

  async #begin(id: string, { metadata, size }: Upload): Promise<void> {
    const { room, filename, filetype, creator } = metadata ?? {}
    const record: FileRecord = {
      room: room ?? '',
      creator: creator ?? null,
      name: filename ?? '',
      type: filetype ?? '',
      size: size ?? 0,
      at: this.#parts.clock.now(),
    }
    await this.#parts.shelf.begin(id, record)
  }

  async #uploadOf(id: string): Promise<Upload | undefined> {
    const found = await this.#parts.shelf.find(id)
    if (found === null) return undefined
    const { room, name, type, size, at } = found.record
    const metadata = { room, filename: name, filetype: type }
    const creation_date = new Date(at).toISOString()
    return { id, size, offset: 0, metadata, creation_date, storage: undefined, sizeIsDeferred: false }
  }

  #callerOf(request: object): Caller {
    const caller = this.#callers.get(request)
    if (caller === undefined) throw new HttpRefusal('bad-request')
    return caller
  }
}

/** Makes the library's store give back what was reserved when it cannot make a file, and drop ours with its own. */
function releasing(store: FileStore, shelf: Shelf): void {
  const create = store.create.bind(store)
  store.create = async upload => {
    try {
      return await create(upload)
    } catch (error) {
      shelf.release(upload.id)
      throw error
    }
  }
  store.remove = async id => {
    if (!(await shelf.remove(id))) throw new HttpRefusal('no-file')
  }
}

const codes = new Map<number, HttpRefusalCode>([
  [400, 'bad-request'],
  [403, 'bad-request'],
  [404, 'no-file'],
  [409, 'conflict'],
  [410, 'no-file'],
  [412, 'tus-version'],
  [413, 'too-large'],
])

/** The answer of the library in our words: refusals as JSON with a code, and nothing about other origins. */
async function plainly(response: Response): Promise<Response> {
  const headers = new Headers(response.headers)
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name)
  if (response.status < 400) {
    headers.set('Cache-Control', 'no-store')
    return new Response(response.body, { status: response.status, headers })
  }
  const text = await response.text()
  const refusal = text.startsWith('{') ? null : new HttpRefusal(codes.get(response.status) ?? 'unavailable')
  headers.delete('Content-Length')
  headers.set('Content-Type', 'application/json')
  return new Response(refusal?.body ?? text, { status: refusal?.status ?? response.status, headers })
}
