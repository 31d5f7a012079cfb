/** Watches a provider and the device's network, and keeps the connection trying for as long as that makes sense. */

import type { WebsocketProvider } from 'y-websocket'
import { Cell, type Readable } from '../chat/cell.ts'
import { type ConnectionFacts, type ConnectionState, connectionState, sameState } from '../chat/connection.ts'

export interface Connection {
  readonly state: Readable<ConnectionState>
  /** Connects for the first time, or again after the server closed for good. */
  start(): void
  stop(): void
}

export function watchConnection(provider: WebsocketProvider): Connection {
  let facts: ConnectionFacts = { synced: false, everSynced: false, networkUp: navigator.onLine, closed: null }
  const state = new Cell(connectionState(facts))

  const learn = (news: Partial<ConnectionFacts>) => {
    facts = { ...facts, ...news }
    const next = connectionState(facts)
    if (!sameState(next, state.get())) state.set(next)
  }
  const start = () => {
    learn({ closed: null })
    provider.connect()
  }
  const again = () => {
    if (facts.closed !== null) return
    provider.disconnect()
    provider.connect()
  }
  // A socket may look open long after its network is gone. Trying at once tells which it is, and a server on this
  // very machine is reached again although the device says it is offline.
  const networkDown = () => {
    learn({ networkUp: false })
    again()
  }
  const networkUp = () => {
    learn({ networkUp: true })
    if (!facts.synced) again()
  }

  provider.on('sync', synced => learn({ synced, everSynced: facts.everSynced || synced }))
  provider.on('closed', ({ code, reason }) => learn({ synced: false, closed: { code, reason } }))
  window.addEventListener('offline', networkDown)
  window.addEventListener('online', networkUp)
  return {
    state,
    start,
    stop() {
      window.removeEventListener('offline', networkDown)
      window.removeEventListener('online', networkUp)
    },
  }
}
