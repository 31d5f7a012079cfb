import type { Closing } from '../../protocol/close.ts'
import { type Authenticate, letEveryoneIn } from '../../server/auth.ts'
import { Connection, type Wire } from '../../server/connection.ts'
import type { Frame } from '../../server/frame.ts'
import { silentLogger } from '../../server/logger.ts'
import { SlowLane } from '../../server/slow-lane.ts'
import { Visitors } from '../../server/visitors.ts'
import { payloadsOf } from '../support/native-network.ts'
import type { Stage } from '../support/stage.ts'
import type { Tongue } from './tongues.ts'

/** The parts of a server that its connections share. */
export class Harbour {
  readonly stage: Stage
  readonly slowLane: SlowLane
  readonly users: Visitors
  readonly authenticate: Authenticate

  constructor(stage: Stage, authenticate = letEveryoneIn) {
    this.stage = stage
    this.slowLane = new SlowLane(stage.clock)
    this.users = new Visitors(stage.limits.sessionsPerUser)
    this.authenticate = authenticate
  }

  connect(tongue: Tongue, token: string): Line {
    return new Line(this, tongue, token)
  }
}

/** A real connection of the server on a wire in memory. */
export class Line implements Wire {
  readonly connection: Connection
  readonly arrived: Uint8Array[] = []
  closing: Closing | null = null
  queuedBytes = 0
  /** Whether its client reads nothing. */
  isStalled = false

  constructor({ stage, slowLane, users, authenticate }: Harbour, { dialect }: Tongue, token: string) {
    this.connection = new Connection({
      wire: this,
      dialect,
      clock: stage.clock,
      limits: stage.limits,
      log: silentLogger,
      slowLane,
      authenticate,
      users,
      request: { token, headers: {} },
      room: name => stage.rooms.get(name),
    })
  }

  write(frame: Frame): void {
    if (this.isStalled) for (const chunk of frame) this.queuedBytes += chunk.length
    this.arrived.push(...payloadsOf(Buffer.concat(frame)))
  }

  close(closing: Closing): void {
    this.closing = closing
  }

  ping(): void {}
  pause(): void {}
  resume(): void {}
}
