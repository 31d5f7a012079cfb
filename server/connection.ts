import { type Closing, Refusal } from '../protocol/close.ts'
import { type Dialect, ProtocolError } from '../protocol/message.ts'
import type { Clock } from './clock.ts'
import type { Frame } from './frame.ts'
import type { Limits } from './limits.ts'
import type { Logger } from './logger.ts'
import { Outgoing } from './outgoing.ts'
import type { Room } from './room.ts'
import { type Link, Session } from './session.ts'
import type { SlowLane } from './slow-lane.ts'
import { StoreError } from './store/store.ts'

/** One WebSocket, as `listen.ts` hands it over. */
export interface Wire {
  /** Bytes written that the network has not taken yet. */
  readonly queuedBytes: number
  write(frame: Frame): void
  ping(): void
  close(closing: Closing): void
  /** Frames wait in the network until `resume`. */
  pause(): void
  resume(): void
}

export interface ConnectionParts {
  wire: Wire
  dialect: Dialect
  clock: Clock
  limits: Limits
  log: Logger
  slowLane: SlowLane
}

const heartbeat = new Outgoing({ type: 'heartbeat' })

/** One socket: its dialect, its session, its signs of life. */
export class Connection implements Link {
  readonly #parts: ConnectionParts
  #state: { kind: 'opening' } | { kind: 'open'; session: Session } | { kind: 'closed' } = { kind: 'opening' }
  /** Frames sent in all, and how many there were when something was last found to have been sent. */
  #sent = 0
  #sentSeen = 0
  #quietSince: number
  #heardAt: number
  #pingedAt: number

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#quietSince = this.#heardAt = this.#pingedAt = parts.clock.monotonic()
  }

  get queuedBytes(): number {
    return this.#parts.wire.queuedBytes
  }

  /** Waits for the room without reading from the socket, then enters it. Never rejects. */
  async open(opening: Promise<Room>): Promise<void> {
    const { wire, log } = this.#parts
    wire.pause()
    try {
      const room = await opening
      if (this.#state.kind !== 'opening') return
      if (!room.isServing) throw new Refusal('storage')
      const session = new Session({ room, link: this, limits: this.#parts.limits, slowLane: this.#parts.slowLane })
      this.#state = { kind: 'open', session }
      session.open()
      wire.resume()
    } catch (error) {
      // That the store has failed is in the log already, and everyone who tries again would add a line.
      const isKnown = error instanceof Refusal || (error instanceof StoreError && error.code === 'failed')
      if (!isKnown) log.error({ err: error }, 'a room could not be opened')
      this.close('storage')
    }
  }

  receive(frame: Uint8Array): void {
    if (this.#state.kind !== 'open') return
    this.#heardAt = this.#parts.clock.monotonic()
    try {
      this.#state.session.receive(this.#parts.dialect.decode(frame))
    } catch (error) {
      this.refuse(error)
    }
  }

  pause(): void {
    this.#parts.wire.pause()
  }

  resume(): void {
    this.#parts.wire.resume()
  }

  /** The peer answered a ping. */
  ponged(): void {
    this.#heardAt = this.#parts.clock.monotonic()
  }

  drained(): void {
    if (this.#state.kind === 'open') this.#state.session.drained()
  }

  send(message: Outgoing): void {
    this.#sent++
    this.#parts.wire.write(message.frame(this.#parts.dialect))
  }

  close(closing: Closing): void {
    if (this.#state.kind === 'closed') return
    this.closed()
    this.#parts.wire.close(closing)
  }

  /** The socket is gone. */
  closed(): void {
    const state = this.#state
    this.#state = { kind: 'closed' }
    if (state.kind === 'open') state.session.close()
  }

  /** Says something when it was quiet for long, pings, and gives up a peer that was not heard of. */
  sweep(): void {
    if (this.#state.kind !== 'open') return
    const { clock, limits, wire } = this.#parts
    const now = clock.monotonic()
    if (now - this.#heardAt >= limits.pongMs) {
      this.close('not-answering')
      return
    }
    if (now - this.#pingedAt >= limits.heartbeatMs) {
      this.#pingedAt = now
      wire.ping()
    }
    if (this.#sent !== this.#sentSeen) {
      this.#sentSeen = this.#sent
      this.#quietSince = now
    } else if (now - this.#quietSince >= limits.heartbeatMs) {
      this.send(heartbeat)
    }
  }

  refuse(error: unknown): void {
    if (error instanceof Refusal) this.close(error.closing)
    else if (error instanceof ProtocolError) this.close('malformed')
    else {
      this.#parts.log.error({ err: error }, 'a message could not be handled')
      this.close('internal')
    }
  }
}
