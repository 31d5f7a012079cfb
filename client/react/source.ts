import { useSyncExternalStore } from 'react'
import type { Room, RoomEvents } from '../room.ts'

/** A value of somewhere else that React reads and never owns: the arguments of `useSyncExternalStore`. */
export interface Source<T> {
  /** Calls `changed` whenever `get` may return something else, until the returned function is called. */
  subscribe(changed: () => void): () => void
  /** The same value until there is another one. */
  get(): T
  /** What a server renders, and what the first render in its page has to repeat. */
  getServer(): T
}

export function useSource<T>({ subscribe, get, getServer }: Source<T>): T {
  return useSyncExternalStore(subscribe, get, getServer)
}

/** What a room announces with an event. */
export function fromEvent<T>(
  room: Room,
  event: keyof RoomEvents,
  { get, getServer }: Pick<Source<T>, 'get' | 'getServer'>,
): Source<T> {
  return {
    subscribe(changed) {
      const listener = () => changed()
      room.on(event, listener)
      return () => room.off(event, listener)
    },
    get,
    getServer,
  }
}
