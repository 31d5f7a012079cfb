import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { serveControl } from './api/control.ts'
import { publicApp } from './api/public.ts'
import type { Timer } from './clock.ts'
import { Harbor, type HarborOptions } from './harbor.ts'
import { Listener } from './listen.ts'
import { SlowLane } from './slow-lane.ts'

export { ControlError, RemoteInspection } from './api/control.ts'
export type { Inspection, RoomContent, RoomSummary } from './api/inspection.ts'
export { type Clock, systemClock } from './clock.ts'
export { Harbor, type HarborOptions } from './harbor.ts'
export { type Limits, limits } from './limits.ts'
export { createLogger, type Logger, silentLogger } from './logger.ts'
export { LevelStore } from './store/level.ts'
export { MemoryStore } from './store/memory.ts'
export { type Store, StoreError, type StoreErrorCode } from './store/store.ts'

export interface ServerOptions extends HarborOptions {
  /** 0 takes any free port. */
  port: number
  /** Loopback unless said otherwise. */
  host?: string
  /** Where the control socket for `y-harbor rooms` and `show` goes; null opens none. */
  controlDirectory?: string | null
  /** The built web app; null serves none. Default: the one in this package. */
  webDirectory?: string | null
}

const packagedWeb = fileURLToPath(new URL('../web', import.meta.url))

/** A server that is not listening yet. */
export function createServer(options: ServerOptions): Server {
  return new Server(options)
}

/** Serves rooms over WebSocket, and the web app over HTTP, on one port. */
export class Server {
  readonly harbor: Harbor
  readonly #options: ServerOptions
  readonly #listener: Listener
  readonly #http: HttpServer
  #control: HttpServer | null = null
  #sweeping: Timer | null = null

  constructor(options: ServerOptions) {
    this.#options = options
    this.harbor = new Harbor(options)
    const { clock, limits, log, rooms } = this.harbor
    const slowLane = new SlowLane(clock)
    this.#listener = new Listener({ clock, limits, log, slowLane, room: name => rooms.get(name) })
    const { webDirectory = packagedWeb } = options
    const app = publicApp({ isReady: () => this.harbor.isReady, webDirectory })
    this.#http = createHttpServer(getRequestListener(app.fetch))
    this.#listener.attach(this.#http)
  }

  /** Resolves with the address once connections are taken. Throws `StoreError`, or the system's error for the port. */
  async start(): Promise<string> {
    const { host = '127.0.0.1', port, controlDirectory = null } = this.#options
    await this.harbor.open()
    try {
      await listening(this.#http, port, host)
      if (controlDirectory !== null) this.#control = await serveControl(controlDirectory, this.harbor.inspection)
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#sweeping = this.harbor.clock.every(this.harbor.limits.sweepMs, () => {
      this.#listener.sweep()
      this.harbor.rooms.sweep()
    })
    return this.address
  }

  /** The address of the page, such as `http://127.0.0.1:1234`. */
  get address(): string {
    const address = this.#http.address()
    if (address === null || typeof address === 'string') throw new Error('The server is not listening.')
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}`
  }

  /** Connections now. */
  get connections(): number {
    return this.#listener.connections
  }

  /** Ends every connection with a code that says to come back, writes what was accepted, and closes the store. */
  async stop(): Promise<void> {
    this.#sweeping?.cancel()
    this.#listener.close()
    for (const http of [this.#http, this.#control]) {
      http?.close()
      http?.closeAllConnections()
    }
    await this.harbor.close()
  }
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
