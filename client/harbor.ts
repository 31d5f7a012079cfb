import { ObservableV2 } from 'lib0/observable'
import * as Y from 'yjs'
import { closings } from '../protocol/close.ts'
import type { Hearing, Saying } from '../protocol/native-client.ts'
import { type Clock, systemClock, type Timer } from './clock.ts'
import { Connection, type SocketClass } from './connection.ts'
import type { ConnectionState } from './connection-state.ts'
import { Database } from './indexed-db.ts'
import { keepAlone, watchPage } from './page.ts'
import type { RefusedEdits } from './refused.ts'
import { Room } from './room.ts'

export interface ConnectOptions {
  /**
   * Who this is, for servers that want to know: asked for before every attempt to connect, and when the server wants a
   * fresh one. When it throws, that attempt counts as failed.
   */
  token?: () => string | Promise<string>
  /**
   * Whether rooms are kept in this browser across visits (in IndexedDB), and under which name. Give different people who
   * share a browser different names. Default: kept wherever there is IndexedDB, under the server's address.
   */
  storage?: boolean | { name: string }
  /** Whether tabs share what is written before the server has it. Default: in pages, yes. */
  tabs?: boolean
  /** Edits of a room were refused. They are among `room.refused` until somebody decides. */
  onRejected?: (edits: RefusedEdits, room: Room) => void
  /** Where there is no global `WebSocket`, as in Node 20: that of the package `ws`. */
  WebSocket?: unknown
  /** The longest wait between two attempts, in milliseconds. Default 30,000. */
  longestWaitMs?: number
  clock?: Clock
  /** In [0, 1). */
  random?: () => number
}

export interface RoomOptions {
  /** A document of your own, which may have content. Default: a new one. */
  doc?: Y.Doc
}

export interface HarborEvents {
  connection(state: ConnectionState): void
  problem(error: unknown): void
}

/** How long the browser may take to open its storage before rooms go on without it. */
const STORAGE_MS = 4_000

/** How long the connection stays after its last room. */
const LINGER_MS = 3_000

/**
 * A server to open rooms on. Connects when the first room is opened; all rooms share one connection.
 *
 * `url` is where the server is, such as `wss://sync.example.com`; in a page also a path. Throws when it is no address or
 * when there is no WebSocket.
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Harbor {
  return new Harbor(url, options)
}

/** One server, and the rooms on it that are open here. */
export class Harbor extends ObservableV2<HarborEvents> {
  readonly url: string
  readonly #options: ConnectOptions
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #rooms = new Map<string, Room>()
  /** By the number the server calls them at the moment. */
  readonly #numbers = new Map<number, Room>()
  #unwatch: (() => void) | null = null
  #database: Promise<Database> | null = null
  #lingering: Timer | null = null
  /** Rooms that the server was asked for and has not answered; and what to ask it next. */
  readonly #opening = new Map<string, Saying | null>()

  constructor(url: string | URL, options: ConnectOptions) {
    super()
    this.url = socketUrl(url)
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#connection = new Connection({
      url: this.url,
      WebSocket: socketClass(options.WebSocket),
      token: options.token ?? null,
      clock: this.#clock,
      random: options.random ?? Math.random,
      longestWaitMs: options.longestWaitMs ?? 30_000,
      changed: (state, before) => this.#changed(state, before),
      hear: hearing => this.#hear(hearing),
      failed: error => this.#problem(error),
    })
  }

  /** What it reads the time from. */
  get clock(): Clock {
    return this.#clock
  }

  get connection(): ConnectionState {
    return this.#connection.state
  }

  /** The rooms that are open, by name. */
  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms
  }

  /** A room. The same object until it is destroyed; a `doc` counts only when the room is not open yet. */
  room(name: string, { doc = new Y.Doc() }: RoomOptions = {}): Room {
    const known = this.#rooms.get(name)
    if (known !== undefined) return known
    const scope = JSON.stringify([this.#storageName, name])
    const room = new Room({
      name,
      doc,
      clock: this.#clock,
      random: this.#options.random ?? Math.random,
      keeping: { storage: this.#storage(name, doc), keepAlone: become => keepAlone(scope, become) },
      channel: this.#sharesTabs ? scope : null,
      connection: () => this.#connection.state,
      say: saying => this.#say(saying),
      listen: (listener, number) => this.#listen(listener, number),
      retry: () => this.retry(),
      destroyed: gone => this.#forget(gone),
    })
    this.#rooms.set(name, room)
    room.on('rejected', edits => this.#options.onRejected?.(edits, room))
    room.on('problem', error => this.#problem(error))
    this.#unwatch ??= watchPage(type => this.#connection.dispatch({ type }))
    this.#connection.dispatch({ type: 'start' })
    return room
  }

  /** Tries now: after a stop, or without waiting for the next attempt. */
  retry(): void {
    this.#connection.dispatch({ type: this.connection.kind === 'stopped' ? 'start' : 'hint' })
  }

  /** Ends every room and the connection. A room that is opened afterwards connects anew. */
  override destroy(): void {
    const rooms = [...this.#rooms.values()]
    for (const room of rooms) room.destroy()
    this.#lingering?.cancel()
    this.#connection.dispatch({ type: 'end' })
    this.#unwatch?.()
    this.#unwatch = null
    const database = this.#database
    // What was just written has to be kept first.
    void Promise.all(rooms.map(room => room.closed))
      .then(() => database)
      .then(
        open => open?.close(),
        () => undefined,
      )
    this.#database = null
    super.destroy()
  }

  get #storageName(): string {
    const { storage } = this.#options
    if (typeof storage === 'object') return storage.name
    // Not what is behind the path: a token there is another every time.
    const { origin, pathname } = new URL(this.url)
    return `y-harbor ${origin}${pathname}`
  }

  get #sharesTabs(): boolean {
    return this.#options.tabs ?? (typeof document !== 'undefined' && typeof BroadcastChannel !== 'undefined')
  }

  #storage(room: string, doc: Y.Doc): Promise<ReturnType<Database['room']>> | null {
    if (this.#options.storage === false || typeof indexedDB === 'undefined') return null
    this.#database ??= Database.open(this.#storageName, {
      withinMs: STORAGE_MS,
      clock: this.#clock,
      mergeFailed: error => this.#problem(error),
    })
    return this.#database.then(database => database.room(room, doc))
  }

  #changed(state: ConnectionState, before: ConnectionState): void {
    if (state.kind !== 'open') {
      this.#numbers.clear()
      this.#opening.clear()
    }
    // News that concern nobody: something was heard, a timer was set anew.
    if (state.kind === before.kind && state.kind === 'open') return
    for (const room of [...this.#rooms.values()]) room.connectionChanged(state)
    this.emit('connection', [state])
  }

  /** Two questions about one room could not be told apart by their answers: the second waits, if somebody still asks it. */
  #say(saying: Saying): void {
    if (saying.type === 'open') {
      if (this.#opening.has(saying.room)) {
        this.#opening.set(saying.room, saying)
        return
      }
      this.#opening.set(saying.room, null)
    }
    this.#connection.send(saying)
  }

  /** The answer to a question that nobody asks any more. */
  #isOutdated(hearing: Extract<Hearing, { type: 'opened' | 'refused' }>): boolean {
    const next = this.#opening.get(hearing.name) ?? null
    this.#opening.delete(hearing.name)
    if (this.#rooms.has(hearing.name) && next === null) return false
    if (next !== null && this.#rooms.has(hearing.name)) this.#say(next)
    else if (hearing.type === 'opened') this.#connection.send({ type: 'leave', room: hearing.room })
    return true
  }

  #hear(hearing: Hearing): void {
    if ((hearing.type === 'opened' || hearing.type === 'refused') && this.#isOutdated(hearing)) return
    // Whoever comes back does so with a fresh token.
    if (hearing.type === 'closed' && hearing.code === closings.expired.code) void this.#connection.renewToken()
    const room =
      hearing.type === 'opened' || hearing.type === 'refused'
        ? this.#rooms.get(hearing.name)
        : 'room' in hearing
          ? this.#numbers.get(hearing.room)
          : undefined
    room?.hear(hearing)
  }

  #listen(room: Room, number: number | null): void {
    for (const [known, listener] of this.#numbers) if (listener === room) this.#numbers.delete(known)
    if (number !== null) this.#numbers.set(number, room)
  }

  #forget(room: Room): void {
    this.#rooms.delete(room.name)
    // Whoever goes from one room to the next needs no new connection.
    this.#lingering?.cancel()
    this.#lingering = this.#clock.after(LINGER_MS, () => {
      if (this.#rooms.size === 0) this.#connection.dispatch({ type: 'end' })
    })
  }

  #problem(error: unknown): void {
    this.emit('problem', [error])
  }
}

function socketUrl(given: string | URL): string {
  const url = new URL(given, typeof location === 'undefined' ? undefined : location.href)
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new TypeError(`${url} is not the address of a server.`)
  url.hash = ''
  return url.href
}

function socketClass(given: unknown): SocketClass {
  const found = given ?? (globalThis as { WebSocket?: unknown }).WebSocket
  if (typeof found !== 'function') {
    throw new TypeError(
      'There is no WebSocket here. In Node before 22, give that of the package "ws": connect(url, { WebSocket })',
    )
  }
  return found as SocketClass
}
