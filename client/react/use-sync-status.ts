import { useMemo } from 'react'
import type { Room } from '../room.ts'
import type { RoomStatus } from '../status.ts'
import { fromEvent, useSource } from './source.ts'

const CONNECTING: RoomStatus = { kind: 'connecting', pending: 0, since: null }

/**
 * What a person should know of a room right now: whether it is connected, and whether what was written here is on the
 * server's disk. Renders anew whenever that changes, which is with every edit too: `pending` counts them. Put it into a
 * component of its own. Rendered on a server, it is `connecting`.
 */
export function useSyncStatus(room: Room): RoomStatus {
  const source = useMemo(
    () => fromEvent(room, 'status', { get: () => room.status, getServer: () => CONNECTING }),
    [room],
  )
  return useSource(source)
}
