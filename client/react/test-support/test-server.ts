import * as Y from 'yjs'
import type { Closing } from '../../../protocol/close.ts'
import type { ClientMessage, Payload, PresenceEntry, ServerMessage } from '../../../protocol/message.ts'
import { NATIVE_PROTOCOL } from '../../../protocol/native.ts'
import { native } from '../../../protocol/native-server.ts'
import type { Socket } from '../../connection.ts'

/** What it takes of a server to render a room, and fake sockets to it. It answers at once, and only when reachable. */
export class TestServer {
  /** Every socket that was ever opened. */
  readonly sockets: TestSocket[] = []
  /** The content of the rooms. */
  readonly docs = new Map<string, Y.Doc>()
  /** What the client said about its rooms, in order. */
  readonly said: ClientMessage[] = []
  /** Rooms in the order in which they were opened and left. */
  readonly comings: string[] = []
  isReachable = true
  acknowledges = true
  /** Refuses the next edit with this code. */
  refusal: Closing | null = null
  #names = new Map<number, string>()

  get WebSocket(): unknown {
    const server = this
    return class extends TestSocket {
      constructor() {
        super(frame => server.#receive(frame))
        server.sockets.push(this)
        queueMicrotask(() => server.isReachable && this.onopen?.())
      }
    }
  }

  get open(): TestSocket[] {
    return this.sockets.filter(socket => !socket.isClosed)
  }

  doc(name: string): Y.Doc {
    const doc = this.docs.get(name) ?? new Y.Doc()
    this.docs.set(name, doc)
    return doc
  }

  /** Somebody else changes a room. */
  edit(name: string, change: (doc: Y.Doc) => void): void {
    const doc = this.doc(name)
    const before = Y.encodeStateVector(doc)
    change(doc)
    this.tell(name, { type: 'update', update: Y.encodeStateAsUpdate(doc, before) })
  }

  present(name: string, client: number, clock: number, state: unknown): void {
    const entries: PresenceEntry[] = [{ client, clock, state: JSON.stringify(state) }]
    this.tell(name, { type: 'presence', entries })
  }

  tell(name: string, message: ServerMessage): void {
    const number = [...this.#names].findLast(([, known]) => known === name)?.[0]
    if (number === undefined) throw new Error(`nobody is in the room ${name}`)
    this.#answer(native.encode(message, number))
  }

  #answer(frames: readonly Payload[]): void {
    for (const frame of frames) this.open.at(-1)?.hear(frame)
  }

  #receive(frame: Uint8Array): void {
    const incoming = native.decode(frame)
    if (incoming.type === 'ping') this.#answer(native.notice({ type: 'heartbeat' }))
    if (incoming.type === 'open') this.#enter(incoming.room, incoming.stateVector)
    if (incoming.type === 'leave') this.comings.push(`left ${this.#names.get(Number(incoming.address))}`)
    if (incoming.type !== 'room') return
    const name = this.#names.get(Number(incoming.address)) ?? ''
    const { message } = incoming
    this.said.push(message)
    if (message.type === 'update' || message.type === 'step2') this.#take(name, message)
  }

  #enter(name: string, theirs: Uint8Array): void {
    this.comings.push(name)
    this.#names.set(this.#names.size + 1, name)
    const doc = this.doc(name)
    const limits = { updateBytes: 1_000_000, heartbeatMs: 15_000 }
    const stateVector = Y.encodeStateVector(doc)
    this.tell(name, { type: 'opened', room: name, access: 'write', epoch: 1, stateVector, ...limits })
    this.tell(name, { type: 'step2', update: Y.encodeStateAsUpdate(doc, theirs) })
  }

  #take(name: string, { update, id }: Extract<ClientMessage, { type: 'update' | 'step2' }>): void {
    if (this.refusal !== null) {
      const closing = this.refusal
      this.refusal = null
      this.tell(name, { type: 'reject', id: id ?? 0, closing, message: 'No.' })
      return
    }
    if (!this.acknowledges) return
    Y.applyUpdate(this.doc(name), update)
    this.tell(name, { type: 'ack', upTo: id ?? 0, count: 1 })
  }
}

export class TestSocket implements Socket {
  binaryType = ''
  readonly protocol = NATIVE_PROTOCOL
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: (() => void) | null = null
  isClosed = false
  readonly #said: (frame: Uint8Array) => void

  constructor(said: (frame: Uint8Array) => void) {
    this.#said = said
  }

  send(data: Uint8Array): void {
    this.#said(data)
  }

  close(): void {
    this.isClosed = true
  }

  hear(frame: readonly Uint8Array[]): void {
    this.onmessage?.({ data: Uint8Array.from(frame.flatMap(chunk => [...chunk])).buffer })
  }
}
