/** The state of a room's connection, as a person needs to know it. */

import type { RoomStatus } from '../../client/index.ts'

export type Connection =
  /** The page has not reached the server since it was opened. */
  | { readonly kind: 'connecting' }
  /** Connected, and everything the server had has arrived. It is slow while something is long in being saved. */
  | { readonly kind: 'online'; readonly isSlow: boolean }
  /** It was online, and is being tried again. */
  | { readonly kind: 'reconnecting' }
  /** The device has no network; it is tried again as soon as it does. */
  | { readonly kind: 'offline' }
  /** The room on the server is another than the one whose content is here. Only a person can say what is to become of it. */
  | { readonly kind: 'replaced' }
  /** The server said that trying again is pointless. Only a person can start it again. */
  | { readonly kind: 'closed'; readonly reason: string }

/** What is known at a moment. */
export interface ConnectionFacts {
  readonly status: RoomStatus
  readonly networkUp: boolean
  /** The client said that the room was replaced, and nothing has been settled since. */
  readonly isReplaced: boolean
  /** When it last came online; null when it has not been since the page was opened. */
  readonly onlineAt: number | null
}

/** What is saved sooner needs no word. */
export const slowMs = 3_000

export function isOnline({ kind }: RoomStatus): boolean {
  return kind === 'saved' || kind === 'saving' || kind === 'refused'
}

/** What is known once the room's status is another. */
export function afterStatus(facts: ConnectionFacts, status: RoomStatus, now: number): ConnectionFacts {
  const comesOnline = isOnline(status) && !isOnline(facts.status)
  return {
    ...facts,
    status,
    isReplaced: facts.isReplaced && !isOnline(status),
    onlineAt: comesOnline ? now : facts.onlineAt,
  }
}

/** A connection that works is online whatever the device says: the server may be on the same machine. */
export function connectionAt(now: number, facts: ConnectionFacts): Connection {
  const { status, networkUp, isReplaced, onlineAt } = facts
  if (status.kind === 'stopped') return isReplaced ? { kind: 'replaced' } : { kind: 'closed', reason: status.reason }
  if (isOnline(status)) return { kind: 'online', isSlow: now >= (slowAt(facts) ?? Number.POSITIVE_INFINITY) }
  if (!networkUp) return { kind: 'offline' }
  return { kind: onlineAt === null ? 'connecting' : 'reconnecting' }
}

/** From when on it is slow unless there is news; null for never. The time without a connection is nobody's slowness. */
export function slowAt({ status, onlineAt }: ConnectionFacts): number | null {
  if (!isOnline(status) || status.since === null) return null
  return Math.max(status.since, onlineAt ?? 0) + slowMs
}

export function sameConnection(a: Connection, b: Connection): boolean {
  if (a.kind === 'closed' && b.kind === 'closed') return a.reason === b.reason
  if (a.kind === 'online' && b.kind === 'online') return a.isSlow === b.isSlow
  return a.kind === b.kind
}
