import type { User } from './auth.ts'
import { tokenLimits } from './limits.ts'
import { accesses, isRoomAccess, isRoomPattern, type RoomRule } from './room-patterns.ts'

/** What a token says, besides who issued it and for whom. */
export interface Claims {
  user: User
  rooms: readonly RoomRule[]
  /** Milliseconds since the epoch, like the next. */
  expiresAt: number
  /** A token that does not say it may be of any age. */
  issuedAt: number
}

/** A token that nobody is let in with. The message says why, for whoever runs the server, and has nothing of the token. */
export class BadToken extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BadToken'
  }
}

/** Reads the payload of a token whose signature was right, completely or not at all. Throws `BadToken`. */
export function readClaims(payload: { readonly [claim: string]: unknown }): Claims {
  const { sub, name, rooms = [], exp, iat = 0 } = payload
  if (!isText(sub) || sub === '') throw new BadToken(`its "sub" is no text of 1 to ${TEXT_LENGTH} characters`)
  if (name !== undefined && !isText(name)) throw new BadToken(`its "name" is no text of ${TEXT_LENGTH} characters`)
  if (!isTime(exp)) throw new BadToken('it does not say when it expires ("exp")')
  if (!isTime(iat)) throw new BadToken('its "iat" is no time')
  return {
    user: name === undefined ? { id: sub } : { id: sub, name },
    rooms: readRules(rooms),
    expiresAt: exp * 1_000,
    issuedAt: iat * 1_000,
  }
}

/** Throws `BadToken`. */
export function readRules(value: unknown): readonly RoomRule[] {
  if (!Array.isArray(value)) throw new BadToken('its "rooms" are no list')
  if (value.length > tokenLimits.rooms) throw new BadToken(`its "rooms" are more than ${tokenLimits.rooms}`)
  return value.map(readRule)
}

function readRule(value: unknown): RoomRule {
  const { room, access } = (value ?? {}) as { room?: unknown; access?: unknown }
  if (typeof room !== 'string' || !isRoomPattern(room)) {
    throw new BadToken('one of its "rooms" has no "room" that is a name or a pattern of names')
  }
  if (!isRoomAccess(access)) throw new BadToken(`one of its "rooms" has no "access" that is ${accesses.join(' or ')}`)
  return { room, access }
}

const TEXT_LENGTH = 255

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_LENGTH && !/\p{Surrogate}/u.test(value)
}

/** Seconds since the epoch. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
