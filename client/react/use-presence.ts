import { useCallback, useMemo } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import type { Room } from '../room.ts'
import { isSame } from './same.ts'
import { useSelection } from './selection.ts'
import { acrossDocuments, Snapshots } from './snapshots.ts'

/** What somebody says of themselves. What others say comes from other browsers and may be anything. */
export type PresenceState = Readonly<Record<string, unknown>>

/** Somebody who is in the room. */
export interface Presence {
  /** The Yjs client id; one person with two tabs has two. */
  readonly clientId: number
  readonly isSelf: boolean
  readonly state: PresenceState
}

const NOBODY: readonly Presence[] = []

const presences = new Snapshots<Awareness, readonly Presence[]>(
  (awareness, changed) => awareness.on('change', changed),
  awareness => {
    const all = [...awareness.getStates()]
      .filter(([, state]) => typeof state === 'object')
      .map(([clientId, state]) => ({ clientId, isSelf: clientId === awareness.clientID, state }))
    return [...all.filter(({ isSelf }) => isSelf), ...all.filter(({ isSelf }) => !isSelf)]
  },
)

/**
 * Who is in the room: oneself first, then the others in the order in which they came; `selector` picks from that list
 * and may be written inline.
 *
 * Renders anew only when the selected value is another; by default JSON is compared by content. Without a connection
 * only oneself is here. Follows the room to another document. Rendered on a server, nobody is.
 */
export function usePresence(room: Room): readonly Presence[]
export function usePresence<T>(
  room: Room,
  selector: (present: readonly Presence[]) => T,
  isEqual?: (a: T, b: T) => boolean,
): T
export function usePresence<T>(
  room: Room,
  selector: (present: readonly Presence[]) => T = everybody,
  isEqual: (a: T, b: T) => boolean = isSame,
): T {
  const source = useMemo(
    () =>
      acrossDocuments(
        room,
        () => room.awareness,
        presences,
        () => NOBODY,
      ),
    [room],
  )
  return useSelection(source, selector, isEqual)
}

/** Only without a selector, where `T` is the list. */
function everybody<T>(present: readonly Presence[]): T {
  return present as T
}

/**
 * A function that sets fields of one's own presence, `set({ cursor })`, and leaves the others as they are. `set(null)`
 * takes one out of sight until fields are set again. Says nothing to anybody when nothing is different. Never renders
 * anew; the function is the same as long as the room is, and follows it to another document.
 */
export function useSetPresence(room: Room): (fields: PresenceState | null) => void {
  return useCallback(
    fields => {
      const { awareness } = room
      const before = awareness.getLocalState()
      const after = fields === null ? null : { ...before, ...fields }
      if (!isSame(before, after)) awareness.setLocalState(after)
    },
    [room],
  )
}
