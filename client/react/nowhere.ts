import { systemClock } from '../clock.ts'
import type { Socket } from '../connection.ts'
import { connect, type Harbor } from '../harbor.ts'
import type { Room } from '../room.ts'

/**
 * Whether this renders on a server. To be asked in `getServer` only: that is called there and for the first render in
 * the browser that takes such a page over, which has a document. (React Native has none, and never calls it.)
 */
export function isServer(): boolean {
  return typeof document === 'undefined'
}

/** For rendering on a server, where nothing is opened: nobody would ever close it, and there may be no WebSocket. */
export function nowhere(): Harbor {
  const clock = { ...systemClock, after: () => ({ cancel: () => undefined }) }
  return connect('ws://nowhere.invalid', { WebSocket: DeadSocket, clock, storage: false, tabs: false })
}

/** An empty room that is connecting for ever. It has ended already, for its awareness would otherwise run a timer. */
export function roomOfNowhere(name: string): Room {
  const room = nowhere().room(name)
  room.destroy()
  return room
}

class DeadSocket implements Socket {
  binaryType = ''
  protocol = ''
  onopen = null
  onmessage = null
  onclose = null
  onerror = null

  send(): void {}

  close(): void {}
}
