import { useMemo } from 'react'
import type { RefusedEdits } from '../refused.ts'
import type { Room } from '../room.ts'
import { fromEvent, useSource } from './source.ts'

const NONE: readonly RefusedEdits[] = []

/**
 * The edits that the server refused and on which somebody has to decide, oldest first: `retry()` or `discard()` each.
 * Renders anew when there are others. Rendered on a server, there are none.
 */
export function useRefused(room: Room): readonly RefusedEdits[] {
  const source = useMemo(() => fromEvent(room, 'refused', { get: () => room.refused, getServer: () => NONE }), [room])
  return useSource(source)
}
