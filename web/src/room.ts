/** A room that is open in this page: its document, its connection, and what React reads of them. */

import { messageSync, WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { Cell, type Readable } from '../chat/cell.ts'
import type { ConnectionState } from '../chat/connection.ts'
import { append, type Entry, MessageLog } from '../chat/log.ts'
import { type Author, newId, nextTime, tidyText } from '../chat/message.ts'
import { type Presence, peopleHere } from '../chat/presence.ts'
import { afterHearing, encodeProbe, isWaiting, nothingHeld, readHeard, type StateVector } from '../chat/receipts.ts'
import { documentPath } from '../chat/room-name.ts'
import { watchConnection } from './connection.ts'
import { keep } from './keeping.ts'

/** Every page waits a different longest time, so that a restarted server is not met by everyone at once. */
const backoffMs = { least: 2_000, spread: 2_000 }
const probeEveryMs = 5_000
const typingForMs = 5_000

export interface Room {
  readonly name: string
  readonly log: Readable<readonly Entry[]>
  readonly held: Readable<StateVector>
  readonly connection: Readable<ConnectionState>
  readonly people: Readable<readonly Presence[]>
  /** Whether this browser keeps the room across reloads; null until that is known. */
  readonly kept: Readable<boolean | null>
  /** Adds a message to the log. False when nothing is left of the text. */
  send(text: string): boolean
  setTyping(typing: boolean): void
  setPerson(person: Author): void
  /** Connects again after the server closed for good. */
  retry(): void
  close(): void
}

export function openRoom(name: string, person: Author): Room {
  const path = documentPath(name, 0)
  const doc = new Y.Doc()
  const log = new MessageLog(doc)
  const held = new Cell(nothingHeld)
  const kept = new Cell<boolean | null>(null)
  const closing = new AbortController()
  const provider = new WebsocketProvider(`${location.origin.replace(/^http/, 'ws')}`, path, doc, {
    connect: false,
    maxBackoffTime: backoffMs.least + Math.random() * backoffMs.spread,
  })
  const connection = watchConnection(provider)
  const people = announcePresence(provider, person)

  let saveHeld: (held: StateVector) => void = () => undefined
  let heardServer = false
  listenForReceipts(provider, (next, connectionIsNew) => {
    heardServer = true
    const now = afterHearing(held.get(), next, connectionIsNew)
    if (now === held.get()) return
    held.set(now)
    saveHeld(now)
  })

  keep(`y-harbor/${decodeURIComponent(path)}`, doc, closing.signal)
    .catch(() => null)
    .then(keeping => {
      if (closing.signal.aborted) return keeping?.close()
      closing.signal.addEventListener('abort', () => keeping?.close())
      if (keeping !== null) {
        saveHeld = keeping.saveHeld
        if (!heardServer) held.set(keeping.held)
      }
      kept.set(keeping !== null)
      connection.start()
    })

  const probing = setInterval(() => {
    const waiting = log.get().filter(entry => isWaiting(entry, held.get()))
    if (!provider.synced || waiting.length === 0 || provider.ws === null) return
    provider.ws.send(encodeProbe(Y.decodeStateVector(Y.encodeStateVector(doc)), held.get(), waiting))
  }, probeEveryMs)

  let lastOwn = 0
  return {
    name,
    log,
    held,
    kept,
    connection: connection.state,
    people,
    send(typed) {
      const text = tidyText(typed)
      if (text === '') return false
      lastOwn = nextTime(Date.now(), lastOwn, log.get().at(-1)?.message.at ?? 0)
      append(doc, { id: newId(), author: people.person(), text, at: lastOwn })
      people.setTyping(false)
      return true
    },
    setTyping: people.setTyping,
    setPerson: people.setPerson,
    retry: connection.start,
    close() {
      clearInterval(probing)
      people.stop()
      connection.stop()
      closing.abort()
      provider.destroy()
      provider.awareness.destroy()
      log.destroy()
      doc.destroy()
    },
  }
}

/** Reads along with the provider: what each sync message of the server proves, before it is applied. */
function listenForReceipts(
  provider: WebsocketProvider,
  hear: (heard: NonNullable<ReturnType<typeof readHeard>>, connectionIsNew: boolean) => void,
): void {
  let heardOn: WebSocket | null = null
  const apply = provider.messageHandlers[messageSync]
  if (apply === undefined) throw new Error('This version of y-websocket has no handler for sync messages.')
  provider.messageHandlers[messageSync] = (encoder, decoder, from, overSocket, type) => {
    // The other windows of this browser speak the same messages; only the server's count.
    const heard = overSocket ? readHeard(decoder) : null
    if (heard !== null) {
      const isNew = heard.kind === 'vector' && heardOn !== provider.ws
      if (isNew) heardOn = provider.ws
      hear(heard, isNew)
    }
    apply(encoder, decoder, from, overSocket, type)
  }
}

interface Announced extends Readable<readonly Presence[]> {
  person(): Author
  setPerson(person: Author): void
  setTyping(typing: boolean): void
  stop(): void
}

function announcePresence({ awareness }: WebsocketProvider, first: Author): Announced {
  let person = first
  let pause: ReturnType<typeof setTimeout> | undefined
  const read = () => peopleHere(awareness.getStates().values(), person.id)
  const here = new Cell<readonly Presence[]>([])
  const update = () => here.set(read())
  const setTyping = (typing: boolean) => {
    clearTimeout(pause)
    if (typing) pause = setTimeout(() => setTyping(false), typingForMs)
    if (awareness.getLocalState()?.typing !== typing) awareness.setLocalStateField('typing', typing)
  }
  awareness.on('change', update)
  awareness.setLocalState({ person: { ...person }, typing: false })
  return {
    get: here.get,
    subscribe: here.subscribe,
    person: () => person,
    setPerson(next) {
      person = next
      awareness.setLocalStateField('person', { ...next })
    },
    setTyping,
    stop() {
      clearTimeout(pause)
      awareness.off('change', update)
    },
  }
}
