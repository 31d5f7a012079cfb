import * as Y from 'yjs'
import { closings, isFinal } from '../protocol/close.ts'
import type { Access } from '../protocol/message.ts'
import type { Hearing, Saying } from '../protocol/native-client.ts'
import type { Clock, Timer } from './clock.ts'
import { SERVER } from './origins.ts'
import { hasPending } from './refused.ts'
import type { Phase } from './status.ts'
import type { Numbered, UnsavedEdits } from './unsaved.ts'

/** Why a document is made anew from the server's state. */
export type RebuildReason =
  /** Edits were refused: what is missing in the new one is set aside. `taken` was sent before, and is on its way to disk. */
  | {
      readonly kind: 'refused'
      readonly code: number
      readonly message: string
      readonly taken: readonly Numbered[]
      /** Everything that was unsaved when we entered; null when that has been taken. */
      readonly offer: Uint8Array | null
    }
  /** What is missing in the new one is to be dropped. */
  | { readonly kind: 'discarded' }
  /** Another tab has done so, and has what was missing; that is its generation. */
  | { readonly kind: 'followed'; readonly generation: number }

export interface SyncParts {
  name: string
  clock: Clock
  /** In [0, 1). */
  random: () => number
  unsaved: UnsavedEdits
  doc(): Y.Doc
  /** Which incarnation of the room the content belongs to, as far as this device knows. */
  epoch(): number | null
  isConnected(): boolean
  say(saying: Saying): void
  /** From now on the server's messages with this number are for this room; null for none. */
  listen(number: number | null): void
  events: {
    phase(phase: Phase): void
    /** We are in, and may do this: the time to say who is here. */
    entered(access: Access): void
    /** The document has taken in an update of the server's. */
    took(update: Uint8Array): void
    /** The server has none of this, some of which may have counted as saved. It is about to be sent. */
    lacking(update: Uint8Array): void
    /** The server has content of ours, or we of it: from now on the epoch matters. */
    shared(epoch: number): void
    /** These are on the server's disk. */
    saved(edits: readonly Numbered[]): void
    /** Something was written while the document was to be made anew after another tab's: that has to be sent first. */
    postponed(generation: number): void
    /** `doc` is what the server has of `epoch`, and replaces the document in this call. */
    rebuilt(doc: Y.Doc, reason: RebuildReason, epoch: number): void
  }
}

/** How long "come back later", said of one room, is obeyed: the first time, and at most. It doubles in between. */
const REST_MS = { first: 500, longest: 15_000 }
/** What other tabs say may come in any order, and has all come by then. */
const GAP_MS = 5_000
/** When nothing of what was sent is acknowledged for so long, the room is opened again, and everything said anew. */
const ACK_MS = 20_000

/** A room's conversation with the server: entering, the first sync, edits out and in, acknowledgements, refusals. */
export class Sync {
  readonly #parts: SyncParts
  #phase: Phase = { kind: 'loading' }
  /** Edits of this turn of the event loop: they go out as one. */
  #outbox: { n: number; update: Uint8Array }[] = []
  #lastId = 0
  /** What was said first here, until it is acknowledged: everything that was unsaved, as it was before the server spoke. */
  #offer: { id: number; update: Uint8Array } | null = null
  /** What the server calls the room at the moment, and which incarnation it has. */
  #epoch = 0
  #access: Access = 'read'
  #rebuild: { doc: Y.Doc; reason: RebuildReason } | null = null
  /** What is under way is to be the answer to another question: it is asked as soon as this one is answered. */
  #mustReopen = false
  #isStopped = false
  /** What is in the document and can never be integrated is not waited for longer than this. */
  #gap: Timer | null = null
  /** The largest update that is taken at once. */
  #updateBytes = Number.POSITIVE_INFINITY
  #rest: Timer | null = null
  #ackDue: Timer | null = null
  /** How often in a row the server said to come back later. */
  #rests = 0

  constructor(parts: SyncParts) {
    this.#parts = parts
  }

  get phase(): Phase {
    return this.#phase
  }

  get number(): number | null {
    return this.#phase.kind === 'syncing' || this.#phase.kind === 'live' ? this.#phase.number : null
  }

  /** What this device kept is in the document, or the server is to be tried again. */
  start(): void {
    this.#become({ kind: 'away' })
    this.connected()
  }

  connected(): void {
    if (this.#phase.kind === 'away' && this.#parts.isConnected() && !this.#isStopped) this.#enter()
  }

  disconnected(): void {
    this.#rest?.cancel()
    this.#rests = 0
    this.#mustReopen = false
    const { kind } = this.#phase
    if (kind !== 'loading' && kind !== 'stopped') this.#leave({ kind: 'away' })
  }

  /** Says what is still to be said, and leaves for good. */
  stop(): void {
    this.#flush()
    if (this.number !== null) this.#parts.say({ type: 'leave', room: this.number })
    this.#isStopped = true
    this.#rest?.cancel()
    this.#leave({ kind: 'away' })
  }

  /** An edit was made here. */
  send(n: number, update: Uint8Array): void {
    this.#outbox.push({ n, update })
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush())
  }

  /** Makes the document anew from the server's state. */
  rebuild(reason: RebuildReason): void {
    if (this.#isStopped) return
    this.#rebuild = { doc: new Y.Doc({ gc: this.#parts.doc().gc }), reason }
    if (this.#phase.kind === 'stopped') this.start()
    else if (this.#parts.isConnected() && this.#phase.kind !== 'loading') this.#enter()
  }

  hear(hearing: Hearing): void {
    switch (hearing.type) {
      case 'opened':
        this.#opened(hearing)
        return
      case 'refused':
        this.#putOut(hearing.code, hearing.message, hearing.epoch)
        return
      case 'closed':
        this.#putOut(hearing.code, hearing.message, null)
        return
      case 'step1':
        this.#answer(hearing.stateVector)
        return
      case 'update':
        this.#take(hearing.update)
        return
      case 'step2':
        this.#take(hearing.update)
        this.#synced()
        return
      case 'ack':
        this.#acknowledged(hearing.upTo)
        return
      case 'reject':
        this.rebuild({
          kind: 'refused',
          code: hearing.code,
          message: hearing.message,
          taken: this.#parts.unsaved.sentBefore(hearing.id),
          offer: this.#offer?.update ?? null,
        })
        return
    }
  }

  #enter(): void {
    const { name, epoch, say } = this.#parts
    // Two questions at once could not be told apart by their answers.
    this.#mustReopen = this.#phase.kind === 'opening'
    if (this.#mustReopen) return
    this.#leave({ kind: 'opening' })
    // Whoever starts from nothing takes the room as it is.
    const isFollowing = this.#rebuild?.reason.kind === 'followed'
    const stateVector = Y.encodeStateVector(this.#target)
    say({ type: 'open', room: name, stateVector, epoch: isFollowing ? null : epoch() })
  }

  #opened({ room, access, epoch, updateBytes, stateVector }: Extract<Hearing, { type: 'opened' }>): void {
    if (this.#phase.kind !== 'opening') return
    if (this.#mustReopen) {
      this.#leave({ kind: 'away' })
      this.#enter()
      return
    }
    this.#epoch = epoch
    this.#updateBytes = updateBytes
    this.#parts.listen(room)
    this.#become({ kind: 'syncing', number: room })
    this.#answer(stateVector)
    this.#access = access
    this.#parts.events.entered(access)
  }

  /** Says everything that we have and the server lacks. */
  #answer(stateVector: Uint8Array): void {
    const { number } = this
    if (number === null) return
    // What nobody has acknowledged is said even if the server has something under its ids: that may be another's word.
    const known = this.#rebuild === null ? this.#parts.unsaved.before(stateVector) : stateVector
    const update = Y.encodeStateAsUpdate(this.#target, known)
    const id = ++this.#lastId
    if (this.#rebuild === null) {
      this.#outbox = []
      this.#parts.events.lacking(update)
      this.#parts.unsaved.send(id)
      this.#offer ??= { id, update }
    }
    this.#parts.say({ type: 'step2', room: number, id, update })
    this.#awaitAck()
  }

  #flush(): void {
    const { number } = this
    const edits = this.#outbox
    this.#outbox = []
    // Otherwise the next answer has them.
    if (number === null || this.#rebuild !== null || edits.length === 0) return
    for (const some of within(edits, this.#updateBytes)) {
      const id = ++this.#lastId
      const update = some.length === 1 ? some[0].update : Y.mergeUpdates(some.map(edit => edit.update))
      this.#parts.unsaved.send(id, new Set(some.map(edit => edit.n)))
      this.#parts.say({ type: 'update', room: number, id, update })
    }
    this.#awaitAck()
  }

  /** Everything the server has is here: what waits for something still waits for what is not there. */
  #awaitGap(): void {
    if (this.#gap !== null || !hasPending(this.#parts.doc())) return
    this.#gap = this.#parts.clock.after(GAP_MS, () => {
      this.#gap = null
      if (this.#phase.kind !== 'live' || this.#rebuild !== null || !hasPending(this.#parts.doc())) return
      const { code, reason: message } = closings.orphaned
      this.rebuild({ kind: 'refused', code, message, taken: [], offer: null })
    })
  }

  /** An acknowledgement can only be lost with its connection, unless something between us and the server is at fault. */
  #awaitAck(): void {
    if (this.#ackDue !== null || !this.#parts.unsaved.isUnderWay) return
    this.#ackDue = this.#parts.clock.after(ACK_MS, () => {
      this.#ackDue = null
      if (this.number !== null && this.#parts.unsaved.isUnderWay) this.#enter()
    })
  }

  #stopAwaitingAck(): void {
    this.#ackDue?.cancel()
    this.#ackDue = null
  }

  #take(update: Uint8Array): void {
    if (this.number === null) return
    Y.applyUpdate(this.#target, update, SERVER)
    if (this.#rebuild !== null) return
    this.#parts.events.took(update)
    if (update.length > EMPTY_UPDATE_BYTES) this.#parts.events.shared(this.#epoch)
  }

  #acknowledged(upTo: number): void {
    if (this.#offer !== null && this.#offer.id <= upTo) this.#offer = null
    const edits = this.#parts.unsaved.settle(upTo)
    if (edits.length === 0) return
    this.#stopAwaitingAck()
    this.#awaitAck()
    this.#parts.events.shared(this.#epoch)
    this.#parts.events.saved(edits)
  }

  #synced(): void {
    if (this.#phase.kind !== 'syncing') return
    const rebuild = this.#rebuild
    if (rebuild?.reason.kind === 'followed' && this.#parts.unsaved.hasOwn) {
      this.#rebuild = null
      this.#parts.events.postponed(rebuild.reason.generation)
      this.#enter()
      return
    }
    if (rebuild !== null) {
      this.#rebuild = null
      this.#outbox = []
      this.#parts.events.rebuilt(rebuild.doc, rebuild.reason, this.#epoch)
      this.#parts.events.entered(this.#access)
    }
    this.#rests = 0
    this.#become({ kind: 'live', number: this.#phase.number })
    this.#awaitGap()
  }

  #putOut(code: number, reason: string, epoch: number | null): void {
    this.#mustReopen = false
    if (isFinal(code)) {
      this.#leave({ kind: 'stopped', code, reason, epoch })
      return
    }
    this.#leave({ kind: 'resting' })
    this.#rest?.cancel()
    const longest = Math.min(REST_MS.longest, REST_MS.first * 2 ** this.#rests++)
    this.#rest = this.#parts.clock.after((longest * (1 + this.#parts.random())) / 2, () => {
      if (this.#phase.kind === 'resting') this.start()
    })
  }

  /** Out of the room: nothing is under way any more. */
  #leave(phase: Phase): void {
    this.#stopAwaitingAck()
    this.#gap?.cancel()
    this.#gap = null
    this.#parts.listen(null)
    this.#parts.unsaved.unsend()
    this.#offer = null
    this.#become(phase)
  }

  #become(phase: Phase): void {
    this.#phase = phase
    this.#parts.events.phase(phase)
  }

  /** What the server's content goes into. */
  get #target(): Y.Doc {
    return this.#rebuild?.doc ?? this.#parts.doc()
  }
}

/** Edits in groups that are sent as one: no larger than that, unless one alone is. */
function* within<T extends { update: Uint8Array }>(edits: readonly T[], bytes: number): Generator<T[]> {
  let some: T[] = []
  let sum = 0
  for (const edit of edits) {
    if (some.length > 0 && sum + edit.update.length > bytes) {
      yield some
      some = []
      sum = 0
    }
    some.push(edit)
    sum += edit.update.length
  }
  if (some.length > 0) yield some
}

/** An update of no structs and no deletions. */
const EMPTY_UPDATE_BYTES = 2
