/** What somebody may do in which rooms, as tokens say it: patterns of names, and the access that they grant. */

import { isRoomName } from '../protocol/name.ts'

/** From least to most; each includes those before it. */
export const accesses = ['read', 'write', 'admin'] as const

export type RoomAccess = (typeof accesses)[number]

export interface RoomRule {
  /**
   * The name of a room, in which `*` stands for any characters of one segment of a path, none included, and `**` for
   * any characters at all. There is no way to say that a star means itself.
   */
  room: string
  access: RoomAccess
}

/** A pattern is a name in which stars are wild, and as long as a name may be. */
export function isRoomPattern(text: string): boolean {
  return isRoomName(text)
}

export function isRoomAccess(value: unknown): value is RoomAccess {
  return accesses.some(access => access === value)
}

/** The most that any of the rules grants in a room; null when none of them is about it. */
export function bestAccess(rules: readonly RoomRule[], room: string): RoomAccess | null {
  let best = -1
  for (const rule of rules) {
    const rank = accesses.indexOf(rule.access)
    if (rank > best && matches(rule.room, room)) best = rank
  }
  return accesses[best] ?? null
}

/** Whether a pattern means a room. The stars cost nothing: one pass over the name, whatever they are. */
export function matches(pattern: string, room: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === room
  return room.startsWith(pattern.slice(0, star)) && matchesWild(pattern.slice(star), room.slice(star))
}

/**
 * The pattern as an automaton that is in all its states at once (Baeza-Yates and Gonnet 1992): bit `i` of `places` says
 * that the first `i` tokens can end here. Trying one way after the other would take exponential or quadratic time.
 */
function matchesWild(pattern: string, room: string): boolean {
  const tokens = pattern.match(/\*+|[^*]/g) ?? []
  const literals = new Map<string, bigint>()
  let stars = 0n
  let deepStars = 0n
  for (const [i, token] of tokens.entries()) {
    const place = 1n << BigInt(i)
    if (!token.startsWith('*')) literals.set(token, (literals.get(token) ?? 0n) | place)
    else stars |= place
    if (token.startsWith('**')) deepStars |= place
  }
  // A star may stand for nothing.
  const withNothing = (places: bigint) => places | ((places & stars) << 1n)
  let places = withNothing(1n)
  for (const unit of room.split('')) {
    const stays = places & (unit === '/' ? deepStars : stars)
    const moves = (places & (literals.get(unit) ?? 0n)) << 1n
    places = withNothing(stays | moves)
    if (places === 0n) return false
  }
  return places >> BigInt(tokens.length) === 1n
}
