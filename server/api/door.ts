import type { IncomingHttpHeaders } from 'node:http'
import { isRoomName } from '../../protocol/name.ts'
import { type Authenticate, askInTime, type Grant } from '../auth.ts'
import type { Clock } from '../clock.ts'
import type { Entrance, Visit } from '../entrance.ts'
import { HttpRefusal } from './http-refusal.ts'

/** What `@hono/node-server` hands over beside a request; a program that has none is taken for somebody on this machine. */
export interface HttpEnv {
  incoming?: Visit
}

/** Somebody who asks over HTTP. */
export interface Caller {
  /** `Authorization: Bearer <token>`, never a cookie and never a part of the address. */
  readonly token: string | null
  readonly address: string
  readonly headers: IncomingHttpHeaders
}

export interface DoorParts {
  authenticate: Authenticate
  entrance: Entrance
  clock: Clock
  /** How long `authenticate` may take. */
  authenticateMs: number
}

/** Where requests over HTTP come in: which page they are of, and what whoever asks may do, as sockets are asked. */
export class Door {
  readonly #parts: DoorParts

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  /** Throws `HttpRefusal` for a page that may not ask. */
  receive(request: Request, env: HttpEnv | undefined): Caller {
    const { entrance } = this.#parts
    const headers = env?.incoming?.headers ?? {
      host: new URL(request.url).host,
      ...Object.fromEntries(request.headers),
    }
    const visit: Visit = env?.incoming ?? { headers, socket: { remoteAddress: '127.0.0.1' } }
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (!(isReading ? entrance.allowsReading(visit) : entrance.allows(visit))) throw new HttpRefusal('foreign-page')
    return { token: tokenOf(headers), address: entrance.addressOf(visit), headers }
  }

  /** What somebody may do in a room; null when nothing. Throws `HttpRefusal` when that cannot be known now. */
  async grant({ token, headers }: Caller, room: string): Promise<Grant | null> {
    if (!isRoomName(room)) return null
    const { authenticate, clock, authenticateMs } = this.#parts
    const grant = await askInTime(authenticate, { token, room, headers }, clock, authenticateMs).catch(() => {
      throw new HttpRefusal('unavailable')
    })
    return grant?.expiresAt !== undefined && grant.expiresAt <= clock.now() ? null : grant
  }

  /** Throws `HttpRefusal` unless they may do so much in a room. */
  async judge(caller: Caller, room: string, access: 'read' | 'write'): Promise<Grant> {
    const grant = await this.grant(caller, room)
    if (grant !== null && (access === 'read' || grant.access === 'write')) return grant
    throw new HttpRefusal(caller.token === null ? 'no-token' : 'denied')
  }
}

function tokenOf({ authorization }: IncomingHttpHeaders): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null
}
