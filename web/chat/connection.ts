/** The state of a room's connection, as a person needs to know it. */

export type ConnectionState =
  /** The page has not reached the server since it was opened. */
  | { readonly kind: 'connecting' }
  /** Connected, and everything the server had has arrived. */
  | { readonly kind: 'online' }
  /** It was online, and is being tried again. */
  | { readonly kind: 'reconnecting' }
  /** The device has no network; it is tried again as soon as it does. */
  | { readonly kind: 'offline' }
  /** The server said that trying again is pointless. Only a person can start it again. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }

/** What is known at a moment. */
export interface ConnectionFacts {
  readonly synced: boolean
  readonly everSynced: boolean
  readonly networkUp: boolean
  readonly closed: { readonly code: number; readonly reason: string } | null
}

/** A connection that works is online whatever the device says: the server may be on the same machine. */
export function connectionState(facts: ConnectionFacts): ConnectionState {
  if (facts.closed !== null) return { kind: 'closed', ...facts.closed }
  if (facts.synced) return { kind: 'online' }
  if (!facts.networkUp) return { kind: 'offline' }
  return { kind: facts.everSynced ? 'reconnecting' : 'connecting' }
}

export function sameState(a: ConnectionState, b: ConnectionState): boolean {
  if (a.kind === 'closed' && b.kind === 'closed') return a.code === b.code && a.reason === b.reason
  return a.kind === b.kind
}
