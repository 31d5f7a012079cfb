import type { ConnectionState } from './connection-state.ts'

/** What a person should know of a room right now. */
export type RoomStatus = {
  /** Edits made on this device that the server has not acknowledged. */
  readonly pending: number
  /** When the oldest of them was made, in milliseconds since the epoch; null when there is none. */
  readonly since: number | null
} & (
  | { readonly kind: 'connecting' }
  /** There is no connection; it is tried again by itself. */
  | { readonly kind: 'offline' }
  /** Connected; what others wrote meanwhile is on its way. */
  | { readonly kind: 'syncing' }
  /** Connected, and some of what was written here is not on the server's disk yet. */
  | { readonly kind: 'saving' }
  /** Connected, and everything written here is on the server's disk. */
  | { readonly kind: 'saved' }
  /** The server refused edits; they are set aside, and somebody has to decide: see `Room.refused`. */
  | { readonly kind: 'refused'; readonly refused: number }
  /** The server said that trying again would end the same way. `Room.retry` tries nevertheless. */
  | { readonly kind: 'stopped'; readonly code: number; readonly reason: string }
)

/** Where a room stands with the server. */
export type Phase =
  /** What the browser kept of it is being read. */
  | { readonly kind: 'loading' }
  /** There is no connection. */
  | { readonly kind: 'away' }
  /** The server was asked to let us in. */
  | { readonly kind: 'opening' }
  /** We are in; its answer is arriving. */
  | { readonly kind: 'syncing'; readonly number: number }
  | { readonly kind: 'live'; readonly number: number }
  /** The server put us out and said to come back. */
  | { readonly kind: 'resting' }
  /** The server put us out for good. `epoch` is that of the room there when it is another than ours. */
  | { readonly kind: 'stopped'; readonly code: number; readonly reason: string; readonly epoch: number | null }

export interface StatusFacts {
  phase: Phase
  connection: ConnectionState
  pending: number
  since: number | null
  refused: number
}

export function statusOf({ phase, connection, pending, since, refused }: StatusFacts): RoomStatus {
  const edits = { pending, since }
  if (phase.kind === 'stopped') return { kind: 'stopped', code: phase.code, reason: phase.reason, ...edits }
  if (connection.kind === 'stopped') {
    return { kind: 'stopped', code: connection.code, reason: connection.reason, ...edits }
  }
  if (connection.kind !== 'open') {
    // From the second attempt on it is a network that is gone, not one that is slow.
    const isFirst = connection.kind === 'idle' || connection.attempt === 0
    return { kind: isFirst ? 'connecting' : 'offline', ...edits }
  }
  if (phase.kind === 'syncing') return { kind: 'syncing', ...edits }
  if (phase.kind !== 'live') return { kind: 'connecting', ...edits }
  if (refused > 0) return { kind: 'refused', refused, ...edits }
  return { kind: pending > 0 ? 'saving' : 'saved', ...edits }
}

export function sameStatus(a: RoomStatus, b: RoomStatus): boolean {
  if (a.kind !== b.kind || a.pending !== b.pending || a.since !== b.since) return false
  if (a.kind === 'stopped' && b.kind === 'stopped') return a.code === b.code && a.reason === b.reason
  return a.kind !== 'refused' || b.kind !== 'refused' || a.refused === b.refused
}
