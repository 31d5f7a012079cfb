/** Watches a room and the device's network, and says what that means for the person at any moment. */

import { type Clock, type Room as SharedRoom, systemClock, type Timer } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import {
  afterStatus,
  type Connection,
  type ConnectionFacts,
  connectionAt,
  sameConnection,
  slowAt,
} from '../chat/connection.ts'
import { deviceNetwork } from './network.ts'

export interface WatchedConnection extends Readable<Connection> {
  stop(): void
}

export interface ConnectionParts {
  clock?: Clock
  network?: Readable<boolean>
}

export function watchConnection(
  room: Pick<SharedRoom, 'status' | 'on' | 'off'>,
  { clock = systemClock, network = deviceNetwork }: ConnectionParts = {},
): WatchedConnection {
  const unknown: ConnectionFacts = { status: room.status, networkUp: network.get(), isReplaced: false, onlineAt: null }
  let facts = afterStatus(unknown, room.status, clock.now())
  let timer: Timer | null = null
  const state = new Cell(connectionAt(clock.now(), facts))

  const look = () => {
    const now = clock.now()
    const next = connectionAt(now, facts)
    if (!sameConnection(next, state.get())) state.set(next)
    timer?.cancel()
    const due = slowAt(facts)
    timer = due === null || due <= now ? null : clock.after(due - now, look)
  }
  const learn = (news: Partial<ConnectionFacts>) => {
    facts = { ...facts, ...news }
    look()
  }
  const statusChanged = () => learn(afterStatus(facts, room.status, clock.now()))
  const replaced = () => learn({ isReplaced: true })
  const stopNetwork = network.subscribe(() => learn({ networkUp: network.get() }))
  room.on('status', statusChanged)
  room.on('replaced', replaced)
  look()
  return {
    get: state.get,
    subscribe: state.subscribe,
    stop() {
      timer?.cancel()
      stopNetwork()
      room.off('status', statusChanged)
      room.off('replaced', replaced)
    },
  }
}
