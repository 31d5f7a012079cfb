/** Native clients and a server in one process, on a network, a clock and a disk that the test owns. */

import type { Socket, SocketClass } from '../../client/connection.ts'
import type { Closing } from '../../protocol/close.ts'
import { closings } from '../../protocol/close.ts'
import { native } from '../../protocol/native-server.ts'
import { type Authenticate, letEveryoneIn } from '../../server/auth.ts'
import { Connection, type Wire } from '../../server/connection.ts'
import type { Frame } from '../../server/frame.ts'
import { silentLogger } from '../../server/logger.ts'
import { SlowLane } from '../../server/slow-lane.ts'
import { Visitors } from '../../server/visitors.ts'
import type { Stage } from './stage.ts'

/** What travels to a client: frames, and at the end the close. */
type Downward = { payload: Uint8Array } | { code: number; reason: string }

/** Both ends of one WebSocket, and what is under way between them. */
export class FakeSocket implements Socket {
  binaryType = ''
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  onerror: Socket['onerror'] = null
  state: 'connecting' | 'open' | 'closed' = 'connecting'
  /** Nothing passes and nobody is told: as when a cable is pulled. */
  isStalled = false
  readonly up: Uint8Array[] = []
  readonly down: Downward[] = []
  #connection: Connection | null = null

  constructor(network: NativeNetwork) {
    network.sockets.add(this)
  }

  /** The server takes the connection. */
  accept(connection: Connection): void {
    this.#connection = connection
    this.state = 'open'
    this.onopen?.(undefined as never)
  }

  send(data: Uint8Array): void {
    if (this.state === 'open') this.up.push(Uint8Array.from(data))
  }

  close(): void {
    this.state = 'closed'
    this.#connection?.closed()
  }

  /** The connection breaks; what was under way is lost. */
  cut(code = 1006, reason = ''): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.#connection?.closed()
    this.onclose?.({ code, reason } as never)
  }

  deliverUp(count = Number.POSITIVE_INFINITY): void {
    if (this.isStalled || this.state !== 'open') return
    for (const frame of this.up.splice(0, count)) this.#connection?.receive(frame)
  }

  deliverDown(count = Number.POSITIVE_INFINITY): void {
    if (this.isStalled) return
    for (const item of this.down.splice(0, count)) {
      if (this.state !== 'open') return
      if ('code' in item) this.cut(item.code, item.reason)
      else this.onmessage?.({ data: item.payload.buffer } as never)
    }
    this.#connection?.drained()
  }

  sweep(): void {
    this.#connection?.sweep()
  }

  drain(withinMs: number): void {
    this.#connection?.drain(withinMs)
  }
}

class NetworkWire implements Wire {
  readonly #socket: FakeSocket

  constructor(socket: FakeSocket) {
    this.#socket = socket
  }

  get queuedBytes(): number {
    return this.#socket.down.reduce((sum, item) => sum + ('payload' in item ? item.payload.length : 0), 0)
  }

  write(frame: Frame): void {
    for (const payload of payloadsOf(Buffer.concat(frame))) this.#socket.down.push({ payload })
  }

  close(closing: Closing): void {
    this.#socket.down.push(closings[closing])
  }

  ping(): void {}
  pause(): void {}
  resume(): void {}
}

export class NativeNetwork {
  readonly stage: Stage
  readonly sockets = new Set<FakeSocket>()
  readonly #users: Visitors
  /** Whether new connections reach the server. */
  isUp = true
  authenticate: Authenticate = letEveryoneIn
  /** What a client may use to connect: `connect(url, { WebSocket: network.WebSocket })`. */
  readonly WebSocket: SocketClass

  constructor(stage: Stage) {
    this.stage = stage
    this.#users = new Visitors(stage.limits.sessionsPerUser)
    const network = this
    this.WebSocket = class extends FakeSocket {
      constructor() {
        super(network)
      }
    } as unknown as SocketClass
  }

  get open(): FakeSocket[] {
    return [...this.sockets].filter(socket => socket.state === 'open')
  }

  /** Those that wait to be connected are, or fail. */
  admit(): void {
    for (const socket of this.sockets) {
      if (socket.state === 'closed') this.sockets.delete(socket)
      if (socket.state !== 'connecting') continue
      if (this.isUp) socket.accept(this.#serve(socket))
      else socket.cut()
    }
  }

  /** As after `kill -9` and a restart: every connection ends, and memory is gone. */
  restart(reachesDisk = () => false): void {
    for (const socket of this.sockets) socket.cut()
    this.stage.restart(reachesDisk)
  }

  /** Lets everything pass, and time with it where somebody waits for it, until `holds`. */
  async until(what: string, holds: () => boolean, rounds = 400): Promise<void> {
    for (let round = 0; !holds(); round++) {
      if (round > rounds) throw new Error(`in vain until ${what}`)
      await this.pass()
      this.stage.clock.advance(100)
    }
  }

  /** Everything that is under way arrives, in both directions. */
  async pass(): Promise<void> {
    this.admit()
    for (const socket of this.open) socket.deliverUp()
    await this.stage.run()
    for (const socket of this.open) socket.deliverDown()
    await this.stage.run()
  }

  #serve(socket: FakeSocket): Connection {
    const { stage } = this
    return new Connection({
      wire: new NetworkWire(socket),
      dialect: native,
      clock: stage.clock,
      limits: stage.limits,
      log: silentLogger,
      slowLane: new SlowLane(stage.clock),
      authenticate: request => this.authenticate(request),
      users: this.#users,
      request: { token: null, headers: {} },
      room: name => stage.rooms.get(name),
    })
  }
}

/** The payloads of unmasked WebSocket frames. */
export function payloadsOf(bytes: Buffer): Uint8Array[] {
  const payloads: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    payloads.push(Uint8Array.from(bytes.subarray(at + header, at + header + length)))
    at += header + length
  }
  return payloads
}
