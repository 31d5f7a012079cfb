import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { Closing } from '../../protocol/close.ts'
import { quietDoc } from '../support/oracle.ts'
import type { Harbour, Line } from './line.ts'
import { type Place, type Tongue, tongues } from './tongues.ts'

/** Somebody who keeps to the rules of a dialect: a document and an awareness in one room. */
export class Honest {
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly tongue: Tongue
  readonly #room: string
  readonly #line: Line
  readonly #token: string
  #place: Place | null = null
  #lastId = 0
  /** Everything that was said, for those who collect traffic. */
  readonly said: Uint8Array[] = []
  #outbox: Uint8Array[] = []
  /** The server refused something, or put it out of the room. */
  wasPutOut = false

  constructor(harbour: Harbour, tongue: Tongue, { room = 'room', token = 'token', id }: HonestOptions = {}) {
    this.tongue = tongue
    this.#room = room
    this.#token = token
    this.#line = harbour.connect(tongue, token)
    this.doc = quietDoc(id ?? null)
    this.awareness = new Awareness(this.doc)
    clearInterval(this.awareness._checkInterval as unknown as number)
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#say({ type: 'update', update, id: ++this.#lastId })
    })
    this.awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin !== this) this.#sayPresence()
    })
  }

  get closing(): Closing | null {
    return this.#line.closing
  }

  async enter(): Promise<void> {
    const { tongue } = this
    this.#outbox.push(...tongue.enter(this.#room, this.#token))
    if (tongue.dialect.rooms === 'one') {
      this.#place = { room: this.#room, address: '' }
      await this.#line.connection.enter(this.#room)
    } else if (tongue === tongues.hocuspocus) this.#place = { room: this.#room, address: this.#room }
    if (tongue !== tongues.native) this.#say({ type: 'step1', vector: Y.encodeStateVector(this.doc) })
    this.#sayPresence()
  }

  /** Whether anything is on its way in either direction. */
  get isBusy(): boolean {
    return this.#outbox.length > 0 || this.#line.arrived.length > 0
  }

  /** Says what it has to say. */
  speak(): void {
    for (const frame of this.#outbox.splice(0)) {
      this.said.push(frame)
      this.#line.connection.receive(frame)
    }
  }

  /** Hears what has arrived. */
  listen(): void {
    for (const payload of this.#line.arrived.splice(0)) this.#hear(payload)
  }

  leave(): void {
    this.#line.connection.closed()
    this.awareness.destroy()
    this.doc.destroy()
  }

  #hear(payload: Uint8Array): void {
    const heard = this.tongue.hear(payload)
    switch (heard.type) {
      case 'opened':
        this.#place = heard.place
        if (heard.vector === null) return
        this.#answer(heard.vector)
        this.#sayPresence()
        return
      case 'question':
        this.#answer(heard.vector)
        return
      case 'content':
        Y.applyUpdate(this.doc, heard.update, this)
        return
      case 'presence':
        applyAwarenessUpdate(this.awareness, heard.update, this)
        // It was told that it is gone, and said its state again: y-protocols does that without an event of its own.
        this.#sayPresence()
        return
      case 'out':
        this.wasPutOut = true
        return
      default:
        return
    }
  }

  #answer(vector: Uint8Array): void {
    this.#say({ type: 'step2', update: Y.encodeStateAsUpdate(this.doc, vector), id: ++this.#lastId })
  }

  #presenceSaid = -1

  #sayPresence(): void {
    const { clientID } = this.doc
    const clock = this.awareness.meta.get(clientID)?.clock ?? 0
    if (this.#place === null || clock === this.#presenceSaid) return
    this.#presenceSaid = clock
    this.#say({ type: 'presence', update: encodeAwarenessUpdate(this.awareness, [clientID]) })
  }

  #say(word: Parameters<Tongue['say']>[0]): void {
    if (this.#place !== null) this.#outbox.push(...this.tongue.say(word, this.#place))
  }
}

interface HonestOptions {
  room?: string
  token?: string
  /** The Yjs client id. */
  id?: number
}
