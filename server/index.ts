import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { isRoomName } from '../protocol/name.ts'
import { serveControl } from './api/control.ts'
import { Door, type HttpEnv } from './api/door.ts'
import { publicApp } from './api/public.ts'
import { roomsApi } from './api/rooms-api.ts'
import { type Authenticate, letEveryoneIn } from './auth.ts'
import { systemClock, type Timer } from './clock.ts'
import { decline } from './decline.ts'
import { Entrance, type EntranceOptions } from './entrance.ts'
import { Shelf } from './files/shelf.ts'
import { Harbor, type HarborOptions } from './harbor.ts'
import { Listener } from './listen.ts'
import { createLogger } from './logger.ts'
import { isLoopback } from './loopback.ts'
import { createPort } from './port.ts'
import { Revocations } from './revocations.ts'
import { ServerRoom } from './server-room.ts'
import { SlowLane } from './slow-lane.ts'
import { LevelStore } from './store/level.ts'
import type { Store } from './store/store.ts'

export { type Closing, closings, Refusal } from '../protocol/close.ts'
export type { Access } from '../protocol/message.ts'
export { isRoomName } from '../protocol/name.ts'
export { ControlError, RemoteInspection } from './api/control.ts'
export type { Inspection, RoomContent, RoomSummary } from './api/inspection.ts'
export type { Authenticate, AuthRequest, Grant, User } from './auth.ts'
export { BadToken, type Claims, readClaims } from './claims.ts'
export { type Clock, systemClock } from './clock.ts'
export { Harbor, type HarborOptions } from './harbor.ts'
export { type JwtOptions, jwtAuthenticate, secretKey } from './jwt.ts'
export { KeySetError } from './key-set.ts'
export { type Limits, limits } from './limits.ts'
export { createLogger, type Logger, silentLogger } from './logger.ts'
export { isLoopback } from './loopback.ts'
export { accesses, type RoomAccess, type RoomRule } from './room-patterns.ts'
export { type Applied, ServerRoom } from './server-room.ts'
export { LevelStore } from './store/level.ts'
export { MemoryStore } from './store/memory.ts'
export { type Store, StoreError, type StoreErrorCode } from './store/store.ts'

export interface ServerOptions extends Omit<HarborOptions, 'store'>, EntranceOptions {
  /** Where documents are kept: a directory, made when it is not there. Default: `./data`. */
  data?: string
  /** A store of your own instead. */
  store?: Store
  /** Who may enter which room. Default: everybody may do everything. */
  authenticate?: Authenticate
  /** For `start`: 0 takes any free port. Default 1234. */
  port?: number
  /** For `start`: loopback unless said otherwise. */
  host?: string
  /** For `start`: listens where others can reach it although nobody is asked who they are. */
  insecure?: boolean
  /** Where the control socket for `y-harbor rooms` and `show` goes. Default: the data directory; null opens none. */
  controlDirectory?: string | null
  /** Where attached files are kept. Default: `files` in the data directory, none with a store of your own; null keeps none. */
  filesDirectory?: string | null
  /** For `start`: the built web app; null serves none. Default: the one in this package. */
  webDirectory?: string | null
}

export interface AttachOptions {
  /** Only WebSockets below this path are taken; others are left to the rest of the program. Default `/`: all of them. */
  path?: string
}

/** What of an HTTP server is needed: Node's own, over TLS or HTTP/2 as well, or what a framework makes of one. */
export interface UpgradeSource {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown
  off(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown
  listenerCount(event: 'upgrade'): number
}

const DEFAULT_PORT = 1234
const packagedWeb = fileURLToPath(new URL('../web', import.meta.url))

/** A server that does nothing yet: `start` it on a port of its own, or `attach` it to an HTTP server that you have. */
export function createServer(options: ServerOptions = {}): Server {
  return new Server(options)
}

/** Serves rooms over WebSocket. */
export class Server {
  readonly harbor: Harbor
  readonly #options: ServerOptions
  readonly #entrance: Entrance
  readonly #listener: Listener
  readonly #shelf: Shelf | null
  readonly #api: ReturnType<typeof roomsApi>
  /** The latest that were asked for, so that one name is edited under one Yjs client id. */
  readonly #rooms = new Map<string, ServerRoom>()
  #http: HttpServer | null = null
  #control: HttpServer | null = null
  #sweeping: Timer | null = null
  #revocations: Revocations | null = null
  #detach: (() => void)[] = []

  constructor(options: ServerOptions) {
    const { data = './data', clock = systemClock, log = createLogger() } = options
    const store = options.store ?? new LevelStore(data, { clock, warn: sentence => log.warn({}, sentence) })
    const controlDirectory = options.controlDirectory ?? (options.store === undefined ? data : null)
    this.#options = { ...options, controlDirectory: options.controlDirectory === null ? null : controlDirectory }
    this.harbor = new Harbor({ ...options, store, clock, log })
    const { limits, rooms } = this.harbor
    const authenticate = options.authenticate === undefined ? letEveryoneIn : this.#unlessRevoked(options.authenticate)
    const directory = options.filesDirectory ?? (options.store === undefined ? join(data, 'files') : null)
    this.#shelf = directory === null || options.filesDirectory === null ? null : new Shelf({ directory, clock, limits })
    this.#entrance = new Entrance(options, authenticate === letEveryoneIn)
    this.#api = roomsApi({
      harbor: this.harbor,
      door: new Door({ authenticate, entrance: this.#entrance, clock, authenticateMs: limits.authenticateMs }),
      shelf: this.#shelf,
    })
    this.#listener = new Listener({
      clock,
      limits,
      log,
      slowLane: new SlowLane(clock),
      authenticate,
      entrance: options,
      room: name => rooms.get(name),
    })
  }

  /**
   * Listens on a port of its own, and serves the web app there. Resolves with the address once connections are taken.
   * Throws `StoreError`, or the system's error for the port.
   */
  async start(): Promise<string> {
    const { host = '127.0.0.1', port = DEFAULT_PORT, webDirectory = packagedWeb, insecure = false } = this.#options
    if (this.#options.authenticate === undefined && !insecure && !isLoopback(host)) {
      throw new RangeError(`${host} can be reached from elsewhere: that needs \`authenticate\`, or \`insecure: true\`.`)
    }
    const app = publicApp({ isReady: () => this.harbor.isReady, roomsApi: this.#api, webDirectory })
    const http = createPort(getRequestListener(app.fetch), this.#entrance, this.harbor.limits)
    await this.attach(http)
    this.#http = http
    try {
      await listening(http, port, host)
    } catch (error) {
      await this.stop()
      throw error
    }
    return this.address
  }

  /**
   * Takes the WebSockets of an HTTP server that belongs to somebody else, who starts and stops it. Resolves when the
   * store is open; until then WebSockets are answered by 503. Throws `StoreError`.
   */
  async attach(http: UpgradeSource, { path = '/' }: AttachOptions = {}): Promise<void> {
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const rest = below(path, request.url ?? '/')
      if (rest !== null) this.#listener.upgrade(request, socket, head, rest)
      // Nobody else would ever answer.
      else if (http.listenerCount('upgrade') === 1) {
        decline(socket, '404 Not Found', 'There is nothing at this address.', this.harbor.clock)
      }
    }
    http.on('upgrade', upgrade)
    this.#detach.push(() => http.off('upgrade', upgrade))
    await this.#open()
  }

  async #open(): Promise<void> {
    if (this.#sweeping !== null) return
    await this.harbor.open()
    const { controlDirectory = null } = this.#options
    try {
      this.#revocations = await Revocations.load(controlDirectory)
      await this.#shelf?.open()
      if (controlDirectory !== null) {
        this.#control = await serveControl(controlDirectory, this.harbor.inspection, meant => this.revoke(meant))
      }
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#listener.open()
    this.#sweeping = this.harbor.clock.every(this.harbor.limits.sweepMs, () => {
      this.#listener.sweep()
      this.harbor.rooms.sweep()
      this.#shelf?.sweep().catch(error => this.harbor.log.error({ err: error }, 'old uploads could not be removed'))
    })
  }

  /**
   * Answers what of rooms can be asked over HTTP, `/files` and `/api/search`, for a program that has an HTTP server of its
   * own. `env` is what `@hono/node-server` hands over beside a request; without it, whoever asks counts as this machine.
   */
  async fetch(request: Request, env: HttpEnv = {}): Promise<Response> {
    return await this.#api.fetch(request, env)
  }

  #unlessRevoked(authenticate: Authenticate): Authenticate {
    return async request => {
      const grant = await authenticate(request)
      return grant !== null && this.#revocations?.covers(grant) === true ? null : grant
    }
  }

  /** A room to edit from this program. */
  room(name: string): ServerRoom {
    if (!isRoomName(name)) throw new RangeError(`${JSON.stringify(name)} cannot be the name of a room.`)
    const room = this.#rooms.get(name) ?? new ServerRoom({ name, open: async () => this.harbor.rooms.get(name) })
    this.#rooms.delete(name)
    this.#rooms.set(name, room)
    const [oldest] = this.#rooms.keys()
    if (this.#rooms.size > this.harbor.limits.serverRooms) this.#rooms.delete(oldest)
    return room
  }

  /**
   * Puts a user out of a room, of every room, or everybody out of one, now. A user who is put out of every room is let in
   * again only with a token that was issued later, where grants say when theirs was; otherwise that is for `authenticate`
   * to say. Resolves with how many sessions ended. Rejects when it could not be written down; they have ended all the same.
   */
  async revoke({ user, room }: { user?: string; room?: string }): Promise<number> {
    const isForGood = user !== undefined && room === undefined
    // Counts from here on; whoever is in goes at once, and not only when a disk has taken it: it may be full.
    const saved = isForGood ? this.#revocations?.revoke(user, this.harbor.clock.now()) : undefined
    const count = this.#listener.revoke(
      session => (user === undefined || session.user === user) && (room === undefined || session.room === room),
    )
    await saved
    return count
  }

  /** Whether updates can be taken now. */
  get isReady(): boolean {
    return this.harbor.isReady
  }

  /** The address of the page, such as `http://127.0.0.1:1234`. */
  get address(): string {
    const address = this.#http?.address() ?? null
    if (address === null || typeof address === 'string') throw new Error('The server is not listening.')
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}`
  }

  /** Connections now. */
  get connections(): number {
    return this.#listener.connections
  }

  /**
   * Ends every connection with a code that says to come back, writes what was accepted, and closes the store. An HTTP
   * server it was attached to goes on.
   */
  async stop(): Promise<void> {
    this.#sweeping?.cancel()
    this.#sweeping = null
    this.#listener.close()
    for (const detach of this.#detach.splice(0)) detach()
    for (const http of [this.#http, this.#control]) {
      http?.close()
      http?.closeAllConnections()
    }
    await this.harbor.close()
  }
}

/** The rest of a request's address below a path, with its leading slash; null when it is elsewhere. */
function below(path: string, url: string): string | null {
  const prefix = path.replace(/\/+$/, '')
  if (!url.startsWith(prefix)) return null
  const rest = url.slice(prefix.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : null
}

function listening(http: HttpServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, () => {
      http.off('error', reject)
      resolve()
    })
  })
}
