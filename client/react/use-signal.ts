import { useCallback, useEffect } from 'react'
import type { Room } from '../room.ts'
import { useLatest } from './latest.ts'

/**
 * Signals of that name: returns a function that sends one to everybody else who is here now (see `Room.signal`: never
 * stored, lost without a connection, throws when it is too long), and calls `handler` with the data of those that
 * arrive. It comes from other browsers and may be any JSON. Never renders anew; the function is the same as long as
 * room and name are, and `handler`, always the newest, may be written inline.
 */
export function useSignal(room: Room, name: string, handler?: (data: unknown) => void): (data?: unknown) => void {
  const latest = useLatest(handler)
  useEffect(() => {
    const listener = (heard: string, data: unknown) => {
      if (heard === name) latest.current?.(data)
    }
    room.on('signal', listener)
    return () => room.off('signal', listener)
  }, [room, name, latest])
  return useCallback(data => room.signal(name, data), [room, name])
}
