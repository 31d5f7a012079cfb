import { useMemo } from 'react'
import type { Clock } from '../clock.ts'
import type { Harbor } from '../harbor.ts'
import type { Room } from '../room.ts'
import { useHarbor, useHarborSource } from './harbor-provider.tsx'
import { isServer, roomOfNowhere } from './nowhere.ts'
import { leasesOf } from './room-lease.ts'
import { fromEvent, type Source, useSource } from './source.ts'

/**
 * The room of that name. Opened on first use, the same for all components, and destroyed a second after the last of
 * them was unmounted; when something written in it is not on the server's disk by then, as soon as it is. A room that
 * was opened with `harbor.room()` before is used and left open.
 *
 * Renders anew when `room.doc` (and `room.awareness`) are replaced, not when the document or the status change:
 * `useShared` and `useSyncStatus` do. Rendered on a server, it is an empty room that is connecting.
 */
export function useRoom(name: string): Room {
  const harbor = useHarbor()
  const { clock } = useHarborSource()
  const room = useSource(useMemo(() => leased(harbor, name, clock), [harbor, name, clock]))
  useSource(useMemo(() => documentOf(room), [room]))
  return room
}

/**
 * Rendering opens the room, because it returns it: a component may then read the document and suspend on `loaded`, and
 * nothing flashes. That is sound because it is idempotent (all renders of a name get one room, in StrictMode and when
 * React renders again what it threw away) and because it undoes itself: a room that nothing on the screen holds ends by
 * itself. What counts is held by an effect, the subscription; should a render have taken so long that its room has
 * ended, the subscription opens a new one, and React, which compares right after subscribing, renders again.
 */
function leased(harbor: Harbor, name: string, clock: Clock): Source<Room> {
  const get = () => leasesOf(harbor, clock).get(name)
  return {
    subscribe: () => leasesOf(harbor, clock).hold(name),
    get,
    getServer: () => (isServer() ? roomOfNowhere(name) : get()),
  }
}

function documentOf(room: Room): Source<unknown> {
  const get = () => room.doc
  return fromEvent(room, 'doc', { get, getServer: get })
}
