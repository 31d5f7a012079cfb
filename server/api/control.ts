import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { adminApp, decodeUpdates, type Revoke } from './admin.ts'
import type { Inspection, RoomContent, RoomSummary } from './inspection.ts'

/** Linux allows 107 bytes for a socket's path, macOS 103. */
const MAX_PATH_BYTES = 100

/**
 * Where the server that uses a data directory can be asked: a socket in that directory, for its owner only. Where that
 * path is too long for a socket, in the system's folder for temporary files under a name made from the directory's.
 */
export function controlPath(directory: string): string {
  const path = join(resolve(directory), 'control.sock')
  if (process.platform !== 'win32' && Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  const id = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\y-harbor-${id}`
  return join(tmpdir(), `y-harbor-${userInfo().uid}`, `${id}.sock`)
}

/** Answers an operator's questions. The caller holds the lock of the data directory, so an old socket is a leftover. */
export async function serveControl(directory: string, inspection: Inspection, revoke: Revoke): Promise<Server> {
  const path = controlPath(directory)
  const server = createServer(getRequestListener(adminApp(inspection, revoke).fetch))
  if (process.platform === 'win32') {
    server.listen(path)
  } else {
    if (!path.startsWith(resolve(directory))) mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    rmSync(path, { force: true })
    // The socket is made inside `listen`, at once: nobody else can open it in between.
    const mask = process.umask(0o177)
    try {
      server.listen(path)
    } finally {
      process.umask(mask)
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return server
}

/** The server that uses a directory could not answer. `message` is a sentence. */
export class ControlError extends Error {}

/** Asks the server that is using a data directory. */
export class RemoteInspection implements Inspection {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** Null when no server uses the directory. */
  static async connect(directory: string): Promise<RemoteInspection | null> {
    const remote = new RemoteInspection(controlPath(directory))
    try {
      await remote.#get('/')
      return remote
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return null
      if (code === 'EACCES' || code === 'EPERM') {
        throw new ControlError(`The server that uses ${directory} belongs to another user. Ask as that user.`)
      }
      throw error
    }
  }

  async rooms(): Promise<RoomSummary[]> {
    return parse<RoomSummary[]>(await this.#get('/rooms')) ?? []
  }

  async content(name: string): Promise<RoomContent | null> {
    return parse<RoomContent>(await this.#get(`/room/content?name=${encodeURIComponent(name)}`))
  }

  async updates(name: string): Promise<Uint8Array[] | null> {
    const body = await this.#get(`/room/updates?name=${encodeURIComponent(name)}`)
    return body === null ? null : decodeUpdates(body)
  }

  /** Puts a user out of a room, of every room, or everybody out of one. Resolves with how many sessions ended. */
  async revoke(meant: { user?: string; room?: string }): Promise<number> {
    return parse<number>(await this.#ask('POST', '/revoke', JSON.stringify(meant))) ?? 0
  }

  #get(path: string): Promise<Buffer | null> {
    return this.#ask('GET', path)
  }

  /** The body, null for "not found". */
  #ask(method: 'GET' | 'POST', path: string, said?: string): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.#path, path, method }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const body = Buffer.concat(chunks)
          if (response.statusCode === 404) resolve(null)
          else if (response.statusCode === 200) resolve(body)
          else reject(new ControlError(body.toString() || `The server answered with status ${response.statusCode}.`))
        })
      })
      asked.on('error', reject)
      asked.end(said)
    })
  }
}

/** Both ends are this program, so the shape is known. */
function parse<T>(body: Buffer | null): T | null {
  return body === null ? null : (JSON.parse(body.toString()) as T)
}
