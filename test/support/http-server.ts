/** A server over loopback with a data directory of its own, and people with tokens: for what is asked over HTTP. */

import { rm } from 'node:fs/promises'
import type { Authenticate } from '../../server/auth.ts'
import type { Clock } from '../../server/clock.ts'
import { createServer, type Server, type ServerOptions } from '../../server/index.ts'
import { silentLogger } from '../../server/logger.ts'
import { temporaryDirectory } from './live.ts'

export interface HttpServerOptions extends Pick<ServerOptions, 'authenticate' | 'limits' | 'origins'> {
  clock?: Clock
}

/** The token is who it is; what they may: `read…` reads, everybody else writes, in every room but those with "secret". */
export const byName: Authenticate = ({ token, room }) => {
  if (token === null || token === 'bad' || (room.includes('secret') && token !== 'keeper')) return null
  const access = token.startsWith('read') ? 'read' : 'write'
  return { access, isAdmin: token === 'admin', user: { id: token }, issuedAt: 0 }
}

export class HttpServer {
  readonly directory: string
  server: Server
  readonly #options: HttpServerOptions
  #port = 0

  private constructor(directory: string, options: HttpServerOptions) {
    this.directory = directory
    this.#options = options
    this.server = this.#create()
  }

  static async start(options: HttpServerOptions = {}): Promise<HttpServer> {
    const http = new HttpServer(await temporaryDirectory(), options)
    await http.begin()
    return http
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async begin(): Promise<void> {
    this.server = this.#create()
    this.#port = Number(new URL(await this.server.start()).port)
  }

  async end(): Promise<void> {
    await this.server.stop()
  }

  async dispose(): Promise<void> {
    await this.end()
    await rm(this.directory, { recursive: true, force: true })
  }

  /** A request as `who`; null brings no token. */
  ask(who: string | null, path: string, { headers = {}, ...init }: AskOptions = {}): Promise<Response> {
    const authorization: Record<string, string> = who === null ? {} : { Authorization: `Bearer ${who}` }
    return fetch(this.url + path, { ...init, headers: { ...authorization, ...headers } })
  }

  #create(): Server {
    const { directory: data } = this
    return createServer({ data, port: this.#port, webDirectory: null, log: silentLogger, ...this.#options })
  }
}

export type AskOptions = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

/** What a new upload says of itself. */
export function newUpload(room: string, size: number, { name = 'notes.txt', type = 'text/plain' } = {}): AskOptions {
  const metadata = Object.entries({ room, filename: name, filetype: type })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
  return {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(size), 'Upload-Metadata': metadata },
  }
}

export function patch(offset: number, body: Uint8Array<ArrayBuffer> | string): AskOptions {
  return {
    method: 'PATCH',
    headers: {
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    },
    body,
  }
}
