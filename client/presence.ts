import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { SERVER } from './origins.ts'

/** Who is in a room: an awareness of y-protocols, told to the server and heard from it. */
export class Presence {
  readonly awareness: Awareness
  readonly #say: (update: Uint8Array) => void

  constructor(doc: Y.Doc, say: (update: Uint8Array) => void) {
    this.awareness = new Awareness(doc)
    this.#say = say
    this.awareness.on('update', this.#changed)
  }

  hear(update: Uint8Array): void {
    applyAwarenessUpdate(this.awareness, update, SERVER)
  }

  /** Says our presence under a clock above the last: others ignore one that they remember. */
  announce(): void {
    const state = this.awareness.getLocalState()
    if (state !== null) this.awareness.setLocalState(state)
  }

  /** The others are out of sight. */
  loseOthers(): void {
    const { awareness } = this
    const others = [...awareness.getStates().keys()].filter(client => client !== awareness.clientID)
    removeAwarenessStates(awareness, others, SERVER)
  }

  /** The same person in another document. */
  moveTo(doc: Y.Doc): Presence {
    const { awareness } = this
    const state = awareness.getLocalState()
    const others = [...awareness.getStates().keys()].filter(client => client !== awareness.clientID)
    const moved = new Presence(doc, this.#say)
    applyAwarenessUpdate(moved.awareness, encodeAwarenessUpdate(awareness, others), SERVER)
    this.destroy()
    moved.awareness.setLocalState(state)
    return moved
  }

  /** Says that we leave. */
  destroy(): void {
    removeAwarenessStates(this.awareness, [this.awareness.clientID], 'destroy')
    this.awareness.off('update', this.#changed)
    this.awareness.destroy()
  }

  #changed = ({ added, updated, removed }: Record<string, number[]>): void => {
    const { clientID } = this.awareness
    // Others speak for themselves. Told by the server that we are gone, y-protocols raises our clock: that is news.
    if (![added, updated, removed].some(clients => clients.includes(clientID))) return
    this.#say(encodeAwarenessUpdate(this.awareness, [clientID]))
  }
}
