import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import type * as Y from 'yjs'
import type { Closing } from '../../protocol/close.ts'
import { yWebsocket } from '../../protocol/y-websocket.ts'
import { letEveryoneIn } from '../../server/auth.ts'
import type { Clock } from '../../server/clock.ts'
import { Connection, type Wire } from '../../server/connection.ts'
import type { Frame } from '../../server/frame.ts'
import { limits as defaultLimits, type Limits } from '../../server/limits.ts'
import { silentLogger } from '../../server/logger.ts'
import type { Rooms } from '../../server/rooms.ts'
import { SlowLane } from '../../server/slow-lane.ts'
import { Visitors } from '../../server/visitors.ts'

/** A wire that holds frames until the test lets them through. */
export class TestWire implements Wire {
  /** Payloads the network has not taken yet. */
  readonly waiting: Uint8Array[] = []
  /** Payloads it has, for the client to hear. */
  readonly arrived: Uint8Array[] = []
  closing: Closing | null = null
  paused = false
  pings = 0
  /** Whether frames arrive at once. */
  flows = true

  get queuedBytes(): number {
    return this.waiting.reduce((sum, payload) => sum + payload.length, 0)
  }

  write(frame: Frame): void {
    if (this.closing !== null) return
    const payload = payloadOf(Buffer.concat(frame))
    if (this.flows) this.arrived.push(payload)
    else this.waiting.push(payload)
  }

  /** The network takes everything that waits. */
  drain(): void {
    this.arrived.push(...this.waiting.splice(0))
  }

  ping(): void {
    this.pings++
  }

  close(closing: Closing): void {
    this.closing ??= closing
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }
}

function payloadOf(frame: Buffer): Uint8Array {
  const length = frame[1]
  const header = length < 126 ? 2 : length === 126 ? 4 : 10
  return Uint8Array.from(frame.subarray(header))
}

export interface StockClientParts {
  doc: Y.Doc
  /** The rooms of the server as it is now; after a restart they are others. */
  rooms: () => Rooms
  room: string
  clock: Clock
  limits?: Limits
}

/** The y-websocket provider's side of the protocol (`y-protocols/sync`), over wires that the test controls. */
export class StockClient {
  readonly doc: Y.Doc
  readonly #parts: StockClientParts
  /** The open connection, if any. */
  wire: TestWire | null = null
  #connection: Connection | null = null
  /** Frames on their way to the server. */
  readonly outbox: Uint8Array[] = []
  synced = false
  /** Updates heard, of any kind. */
  heard: Uint8Array[] = []
  /** Step 1 heard. */
  asked = 0

  constructor(parts: StockClientParts) {
    this.#parts = parts
    this.doc = parts.doc
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this || this.wire === null) return
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, 0)
      sync.writeUpdate(encoder, update)
      this.outbox.push(encoding.toUint8Array(encoder))
    })
  }

  async connect(): Promise<TestWire> {
    const { rooms, room, clock, limits = defaultLimits } = this.#parts
    const wire = new TestWire()
    const connection = new Connection({
      wire,
      dialect: yWebsocket,
      clock,
      limits,
      log: silentLogger,
      slowLane: new SlowLane(clock),
      authenticate: letEveryoneIn,
      users: new Visitors(limits.sessionsPerUser),
      request: { token: null, headers: {} },
      room: name => rooms().get(name),
    })
    this.wire = wire
    this.#connection = connection
    this.outbox.length = 0
    this.synced = false
    await connection.enter(room)
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    sync.writeSyncStep1(encoder, this.doc)
    this.outbox.push(encoding.toUint8Array(encoder))
    return wire
  }

  /** The connection breaks: what is under way in either direction is lost. */
  disconnect(): void {
    this.wire = null
    this.#connection?.closed()
    this.#connection = null
    this.outbox.length = 0
    this.synced = false
  }

  /** Sends the next frames, all by default. */
  send(count = this.outbox.length): void {
    for (const frame of this.outbox.splice(0, count)) this.#connection?.receive(frame)
  }

  /** Sends these very bytes. */
  sendRaw(frame: Uint8Array): void {
    this.#connection?.receive(frame)
  }

  /** Hears the next frames that arrived, all by default. */
  hear(count = Number.POSITIVE_INFINITY): void {
    for (const payload of this.wire?.arrived.splice(0, count) ?? []) this.#hearOne(payload)
  }

  sweep(): void {
    this.#connection?.sweep()
  }

  /** The network takes what waits, and the server may write on. */
  drain(): void {
    this.wire?.drain()
    this.#connection?.drained()
  }

  #hearOne(payload: Uint8Array): void {
    const decoder = decoding.createDecoder(payload)
    if (decoding.readVarUint(decoder) !== 0) return
    const step = decoding.peekVarUint(decoder)
    if (step === 0) this.asked++
    else this.heard.push(updateIn(payload) ?? fail(payload))
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    sync.readSyncMessage(decoder, encoder, this.doc, this)
    if (step === 1) this.synced = true
    if (encoding.length(encoder) > 1) this.outbox.push(encoding.toUint8Array(encoder))
  }
}

/** The update in a frame of the y-websocket dialect; null when it holds none. */
export function updateIn(frame: Uint8Array): Uint8Array | null {
  const incoming = yWebsocket.decode(frame)
  if (incoming.type !== 'room') return null
  const { message } = incoming
  return message.type === 'update' || message.type === 'step2' ? message.update : null
}

function fail(payload: Uint8Array): never {
  throw new Error(`no update in ${payload}`)
}
