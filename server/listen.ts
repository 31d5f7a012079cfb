import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { type Closing, closings } from '../protocol/close.ts'
import { hocuspocus } from '../protocol/hocuspocus.ts'
import type { Dialect } from '../protocol/message.ts'
import { roomOfPath } from '../protocol/name.ts'
import { FRAME_BYTES, FRAME_OVERHEAD_BYTES, NATIVE_PROTOCOL } from '../protocol/native.ts'
import { native } from '../protocol/native-server.ts'
import { yWebsocket } from '../protocol/y-websocket.ts'
import { Allowance } from './allowance.ts'
import { type Authenticate, letEveryoneIn } from './auth.ts'
import type { Clock } from './clock.ts'
import { Connection, type Wire } from './connection.ts'
import { decline } from './decline.ts'
import { Entrance, type EntranceOptions } from './entrance.ts'
import type { Frame } from './frame.ts'
import type { Limits } from './limits.ts'
import type { Logger } from './logger.ts'
import type { Room } from './room.ts'
import type { SlowLane } from './slow-lane.ts'
import { Visitors } from './visitors.ts'

export interface ListenerParts {
  clock: Clock
  limits: Limits
  log: Logger
  slowLane: SlowLane
  authenticate: Authenticate
  entrance?: EntranceOptions
  /** The room a new connection enters; rejects when it cannot be read. */
  room(name: string): Promise<Room>
}

/** Of an origin as it is logged: a scheme, a name of 253 characters at most, and a port. */
const ORIGIN_LENGTH = 280

/** The only place that knows `ws`: upgrades sockets and joins them to connections. */
export class Listener {
  readonly #parts: ListenerParts
  /** Where a frame is a whole message, and where large messages come in fragments. */
  readonly #upgrades: { whole: WebSocketServer; native: WebSocketServer }
  readonly #connections = new Set<Connection>()
  readonly #entrance: Entrance
  readonly #addresses: Visitors
  readonly #users: Visitors
  readonly #complaints: Allowance
  #isOpen = false

  constructor(parts: ListenerParts) {
    this.#parts = parts
    this.#entrance = new Entrance(parts.entrance, parts.authenticate === letEveryoneIn)
    this.#addresses = new Visitors(parts.limits.connectionsPerAddress)
    this.#users = new Visitors(parts.limits.sessionsPerUser)
    this.#complaints = new Allowance(parts.clock, { perSecond: 1, burst: 20 })
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      WebSocket: HarborSocket,
    }
    this.#upgrades = {
      // A first sync is the largest message; its frame adds a few bytes of headers.
      whole: new WebSocketServer({ ...options, maxPayload: parts.limits.roomBytes + FRAME_OVERHEAD_BYTES }),
      native: new WebSocketServer({
        ...options,
        maxPayload: FRAME_BYTES + FRAME_OVERHEAD_BYTES,
        handleProtocols: () => NATIVE_PROTOCOL,
      }),
    }
  }

  get connections(): number {
    return this.#connections.size
  }

  /**
   * Takes over an HTTP upgrade. Whatever the socket does from now on cannot throw. `path` names the room where the
   * dialect does not.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path = request.url ?? '/'): void {
    socket.on('error', () => socket.destroy())
    const { clock, log } = this.#parts
    if (!this.#isOpen) {
      decline(socket, '503 Service Unavailable', 'The server is not ready.', clock)
      return
    }
    const address = this.#entrance.addressOf(request)
    if (!this.#entrance.allows(request)) {
      // Whoever tries origins should not fill the disk.
      if (this.#complaints.spend(0) === 0) {
        this.#complaints.spend(1)
        const origin = request.headers.origin?.slice(0, ORIGIN_LENGTH)
        log.warn({ address, origin }, 'a page of another origin was refused')
      }
      decline(socket, '403 Forbidden', 'Pages of this origin may not connect here.', clock)
      return
    }
    const leave = this.#addresses.enter(address)
    if (leave === null) {
      decline(socket, '429 Too Many Requests', 'There are too many connections from this address.', clock)
      return
    }
    socket.once('close', leave)
    const dialect = dialectOf(request, path)
    const upgrades = dialect === native ? this.#upgrades.native : this.#upgrades.whole
    upgrades.handleUpgrade(request, socket, head, ws => this.#accept(ws, socket, request, path, dialect))
  }

  /** Connections are taken from now on. */
  open(): void {
    this.#isOpen = true
  }

  /** Keeps quiet connections alive and drops dead ones. Called every few seconds. */
  sweep(): void {
    for (const connection of this.#connections) connection.sweep()
  }

  /** Ends every connection with a code that says to come back. */
  close(): void {
    this.#isOpen = false
    for (const connection of [...this.#connections]) connection.drain(this.#parts.limits.drainMs)
  }

  /** Puts everyone out of rooms whom `isMeant` means. Returns how many sessions that were. */
  revoke(isMeant: (session: { user: string | null; room: string }) => boolean): number {
    let count = 0
    for (const connection of [...this.#connections]) count += connection.revoke(isMeant)
    return count
  }

  #accept(ws: WebSocket, socket: Duplex, request: IncomingMessage, path: string, dialect: Dialect): void {
    // `ws` reports a bad frame as an error and then closes by itself.
    ws.on('error', () => undefined)
    const wire = new SocketWire(ws, socket)
    const room = dialect.rooms === 'one' ? roomOfPath(path) : null
    if (room === null && dialect.rooms === 'one') {
      wire.close('no-room')
      return
    }
    const { clock, limits, log, slowLane, authenticate, room: roomOf } = this.#parts
    const connection = new Connection({
      wire,
      dialect,
      clock,
      limits,
      log,
      slowLane,
      authenticate,
      users: this.#users,
      request: { token: tokenOf(path), headers: request.headers },
      room: roomOf,
    })
    this.#connections.add(connection)
    ws.on('message', (data, isBinary) => {
      if (isBinary) connection.receive(bytesOf(data))
      else connection.close('malformed')
    })
    // `ws` limits a message, and not what comes before the client may say any: it would wait for all of what a frame announces.
    socket.on('data', (chunk: Buffer) => connection.arrived(chunk.length))
    // By itself `ws` answers every ping, whatever waits for the peer already.
    ws.on('ping', data => {
      if (wire.queuedBytes <= limits.sendQueueBytes) ws.pong(data)
    })
    ws.on('pong', () => connection.ponged())
    ws.on('close', () => {
      this.#connections.delete(connection)
      connection.closed()
    })
    socket.on('drain', () => connection.drained())
    if (room !== null) void connection.enter(room)
  }
}

/** One port for all of them: the subprotocol says native, no path says Hocuspocus, and any other path is a room. */
function dialectOf(request: IncomingMessage, path: string): Dialect {
  if (offers(request, NATIVE_PROTOCOL)) return native
  return /^\/?(\?|$)/.test(path) ? hocuspocus : yWebsocket
}

/** Whether a client offers a subprotocol. */
function offers({ headers }: IncomingMessage, protocol: string): boolean {
  const offered = headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some(name => name.trim() === protocol)
}

/** The token of an address such as `/room?token=x`; null when it has none. */
function tokenOf(path: string): string | null {
  const query = path.indexOf('?')
  return query < 0 ? null : new URLSearchParams(path.slice(query + 1)).get('token')
}

/** ws picks 10xx codes for bad frames, which stock clients answer by sending the same again: 44xx stops them. */
class HarborSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    const closing = code === undefined ? undefined : wsCodes.get(code)
    if (closing === undefined) super.close(code, reason)
    else super.close(closings[closing].code, closings[closing].reason)
  }
}

const wsCodes = new Map<number, Closing>([
  [1002, 'malformed'],
  [1003, 'malformed'],
  [1007, 'malformed'],
  [1008, 'malformed'],
  [1009, 'too-large'],
])

/**
 * Writes frames that are already framed straight to the socket under a `ws` WebSocket. Without compression `ws` also
 * writes whole frames in one turn, so the two never interleave.
 */
class SocketWire implements Wire {
  readonly #ws: WebSocket
  readonly #socket: Duplex

  constructor(ws: WebSocket, socket: Duplex) {
    this.#ws = ws
    this.#socket = socket
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  write(frame: Frame): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return
    if (frame.length === 1) {
      this.#socket.write(frame[0])
      return
    }
    this.#socket.cork()
    for (const chunk of frame) this.#socket.write(chunk)
    this.#socket.uncork()
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping()
  }

  close(closing: Closing, hangUp = false): void {
    const { code, reason } = closings[closing]
    // A paused socket would never read the answer to its close frame.
    if (!hangUp) this.resume()
    this.#ws.close(code, reason)
    if (!hangUp) return
    // The code goes out, and `ws` destroys the socket before long.
    this.#socket.end()
    this.pause()
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#ws.resume()
  }
}

/** The message as plain bytes: on a Node `Buffer`, `slice` would give a view where `Uint8Array` gives a copy. */
function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data))
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
