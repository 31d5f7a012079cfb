import type { IncomingHttpHeaders } from 'node:http'
import type { Access } from '../protocol/message.ts'
import type { Clock } from './clock.ts'

/** Who somebody is, as the application knows them. */
export interface User {
  /** The same for every connection of the same person. */
  id: string
  name?: string
}

/** What somebody may do in a room. */
export interface Grant {
  access: Access
  /** Whether they may also do what is about the room as a whole. Nothing in a room itself asks for it. */
  isAdmin?: boolean
  user?: User
  /**
   * When the grant ends, in milliseconds since the epoch. A native client is asked for a fresh token a minute before; at
   * that time its session ends with a code that says to come back.
   */
  expiresAt?: number
  /** When the token was issued at the earliest, in milliseconds since the epoch: what is of before a user was put out is void. */
  issuedAt?: number
}

/** Somebody wants to enter a room, or has brought a fresh token while being in it. */
export interface AuthRequest {
  /** What the client said of itself: the native client's `token` or `?token=` of the address; null when it said nothing. */
  token: string | null
  room: string
  /** Of the request that opened the WebSocket. */
  headers: IncomingHttpHeaders
}

/** Decides who may enter. Null means no; a throw means "not now": the client tries again. */
export type Authenticate = (request: AuthRequest) => Grant | null | Promise<Grant | null>

/** Asks, and waits so long at most: then it throws, as if the application had said "not now". */
export async function askInTime(
  authenticate: Authenticate,
  request: AuthRequest,
  clock: Clock,
  limitMs: number,
): Promise<Grant | null> {
  const answer = Promise.resolve(authenticate(request))
  return new Promise((resolve, reject) => {
    const timer = clock.after(limitMs, () =>
      reject(new Error(`authenticate gave no answer within ${limitMs / 1000} s`)),
    )
    answer.then(resolve, reject).finally(() => timer.cancel())
  })
}

/** Everybody may do everything: for servers that only trusted people can reach. */
export const letEveryoneIn: Authenticate = () => ({ access: 'write' })
