/** Real parts for integration tests: a server on a real database and a free port, and stock y-websocket clients. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { systemClock } from '../../server/clock.ts'
import { createServer, type Server } from '../../server/index.ts'
import type { Limits } from '../../server/limits.ts'
import { silentLogger } from '../../server/logger.ts'
import { LevelStore } from '../../server/store/level.ts'

// Every provider waits for the end of the process, and some tests have hundreds.
process.setMaxListeners(0)

export async function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'y-harbor-test-'))
}

export class LiveServer {
  readonly directory: string
  readonly #limits: Partial<Limits>
  server: Server
  /** The port stays the same over restarts, so that clients find the server again. */
  port = 0

  private constructor(directory: string, limits: Partial<Limits>) {
    this.directory = directory
    this.#limits = limits
    this.server = this.#create()
  }

  static async start(limits: Partial<Limits> = {}, directory?: string): Promise<LiveServer> {
    const live = new LiveServer(directory ?? (await temporaryDirectory()), limits)
    await live.server.start()
    live.port = Number(new URL(live.server.address).port)
    return live
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  async restart(): Promise<void> {
    await this.server.stop()
    this.server = this.#create()
    await this.server.start()
  }

  async dispose(): Promise<void> {
    await this.server.stop()
    await rm(this.directory, { recursive: true, force: true })
  }

  #create(): Server {
    return createServer({
      store: new LevelStore(this.directory, { clock: systemClock }),
      port: this.port,
      controlDirectory: this.directory,
      webDirectory: null,
      limits: this.#limits,
      log: silentLogger,
    })
  }
}

/** A stock provider in this process. It never speaks to its siblings by any other way than the server. */
export function connect(
  url: string,
  room: string,
  doc = new Y.Doc(),
  params: Record<string, string> = {},
): WebsocketProvider {
  return new WebsocketProvider(url, room, doc, {
    params,
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    maxBackoffTime: 200,
  })
}

export function disconnect(...providers: WebsocketProvider[]): void {
  for (const provider of providers) {
    provider.destroy()
    provider.awareness.destroy()
    provider.doc.destroy()
  }
}

/** Resolves when `holds` does; looked at after every event-loop turn, so it only ends a test that would hang. */
export async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain until ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

export async function synced(...providers: WebsocketProvider[]): Promise<void> {
  await until('everyone is synced', () => providers.every(provider => provider.synced))
}
