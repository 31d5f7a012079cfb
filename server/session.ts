import { type Closing, closings, isFinal, Refusal } from '../protocol/close.ts'
import type { ClientMessage, Dialect, PresenceEntry } from '../protocol/message.ts'
import { SIGNAL_LENGTH } from '../protocol/native.ts'
import { Acks } from './acks.ts'
import { Allowance } from './allowance.ts'
import type { Grant } from './auth.ts'
import type { Clock } from './clock.ts'
import { InputError } from './document/cursor.ts'
import { parseStateVector, type StateVector } from './document/state-vector.ts'
import type { Limits } from './limits.ts'
import { Outgoing } from './outgoing.ts'
import type { Peer, Room } from './room.ts'
import type { SlowLane } from './slow-lane.ts'

/** The connection under a session. */
export interface Link {
  /** Bytes written that the network has not taken yet. */
  readonly queuedBytes: number
  send(message: Outgoing): void
  close(closing: Closing): void
  /** A message could not be taken: the client is put out of the room with what the error says. */
  refuse(error: unknown): void
  /** Messages wait in the network until `resume`; what has left it already still comes. */
  pause(): void
  resume(): void
}

/** What a session has sent of the room's content. */
type Reading =
  /** Nothing: the client has not said anything yet. */
  | { kind: 'silent' }
  /** Everything; every fan-out goes to it. */
  | { kind: 'live' }
  /** It has asked, and is answered as soon as its socket takes it: whoever asks again and again without reading is not. */
  | { kind: 'asking'; known: StateVector }
  /**
   * An answer is being written as fast as the socket takes it. Fan-outs are not sent meanwhile: once the answer is
   * out, the client has `known`, and what it lacks then is the next answer.
   */
  | { kind: 'behind'; answer: Answer; seq: number; known: StateVector }

interface Answer {
  parts: Iterator<Uint8Array>
  /** The part to send next, null when all are sent. */
  next: Uint8Array | null
  /** What the last part is sent as: only a client's own question is answered by a step 2. */
  last: 'step2' | 'update'
}

export interface SessionParts {
  room: Room
  link: Link
  limits: Limits
  slowLane: SlowLane
  clock: Clock
  grant: Grant
  /** How the client is told what is on disk. */
  acknowledges: Dialect['acknowledges']
}

/** Where clients count, so many acknowledgements are written before it is looked at whether the socket takes them. */
const WORDS_AT_ONCE = 1_000

/** An update of the client's: step 2 answers the server's question and so holds all the client has beyond it. */
type Offer = Extract<ClientMessage, { type: 'step2' | 'update' }>

/**
 * One connection in one room: what it may do, what it has been sent, what it has been asked, and what of its own could
 * not be taken yet or is not on disk. Nothing that was held is kept here; the client still has it and is asked again when that may help.
 */
export class Session implements Peer {
  readonly #room: Room
  readonly #link: Link
  readonly #limits: Limits
  readonly #slowLane: SlowLane
  readonly #clock: Clock
  /** Null in a dialect without acknowledgements. */
  readonly #acks: Acks | null
  readonly #acknowledges: Dialect['acknowledges']
  /** The number of the client's last update, where it does not number them itself. */
  #lastId = 0
  /** Step 1 of the client that count as said when the server has what the client has. */
  #stepsOwed = 0
  readonly #signals: Allowance
  #grant: Grant
  /** An update was refused: what follows builds on it, so nothing more is taken until the room is opened again. */
  #hasRejected = false
  #reading: Reading = { kind: 'silent' }
  #askedAt = Number.NEGATIVE_INFINITY
  /** Step 1 was sent and its step 2 has not come: at most one is outstanding. */
  #asked = false
  /** It was too slow to be asked, and has to be as soon as it is not. */
  #isAskDue = false
  /** Held parts wait for these: client id -> clock. */
  #missing = new Map<number, number>()
  /**
   * Nobody's presence is shown to a client before its own had a chance to arrive: it takes what it hears of itself,
   * perhaps from a half-dead connection of its own, for its own newer state.
   */
  #greeting: 'none' | 'due' | 'done' = 'none'
  #missedPresence = false
  /** Messages behind a large update that is being taken; null while there is none. First in, first out. */
  #backlog: ClientMessage[] | null = null
  #isClosed = false

  constructor({ room, link, limits, slowLane, clock, grant, acknowledges }: SessionParts) {
    this.#signals = new Allowance(clock, { perSecond: limits.signalsPerSecond, burst: limits.signalsBurst })
    this.#clock = clock
    this.#grant = grant
    const counts = acknowledges === 'by-count'
    this.#acks = acknowledges === 'by-echo' ? null : new Acks(counts ? limits.heldUpdates : undefined)
    this.#acknowledges = acknowledges
    this.#room = room
    this.#link = link
    this.#limits = limits
    this.#slowLane = slowLane
  }

  get room(): string {
    return this.#room.name
  }

  /** Providers of Hocuspocus do not say again what they learn from the server, even of themselves. */
  get answersNudges(): boolean {
    return this.#acknowledges !== 'by-count'
  }

  get grant(): Grant {
    return this.#grant
  }

  /**
   * Enters the room: the client is told what it may do and asked for what the server lacks. `known` is the state vector
   * it came with, when it did: that is answered. Throws `Refusal`.
   */
  open(epoch: number | null, known: Uint8Array | null): void {
    this.#room.enter(this)
    this.#asked = true
    this.#send({
      type: 'opened',
      room: this.#room.name,
      access: this.#grant.access,
      // Of a room whose epoch is lost, the client's memory is as good as any.
      epoch: this.#room.epoch ?? epoch ?? 0,
      stateVector: this.#room.document.encodedStateVector(),
      updateBytes: this.#limits.updateBytes,
      heartbeatMs: this.#limits.heartbeatMs,
    })
    if (known !== null) this.#answer(known)
  }

  /** The client has shown a fresh token: of the same user, or of another. */
  renew(grant: Grant): void {
    if (grant.user?.id !== this.#grant.user?.id) this.#room.release(this)
    this.#grant = grant
    this.#send({ type: 'renewed', access: grant.access })
  }

  /** The client waits to be told of so many updates that were not heard, and that it is now asked for. */
  oweUnheard(count: number): void {
    this.#stepsOwed += count
  }

  /** Leaves the room. */
  close(): void {
    this.#isClosed = true
    this.#room.leave(this)
  }

  /** Throws `Refusal`: the client must then be put out of the room. */
  receive(message: ClientMessage): void {
    if (this.#backlog !== null) this.#backlog.push(message)
    else this.#handle(message)
  }

  #handle(message: ClientMessage): void {
    if (this.#greeting === 'none') this.#greetSoon()
    switch (message.type) {
      case 'step1':
        this.#answer(message.stateVector)
        if (this.#acknowledges === 'by-count') this.#countAnew()
        return
      case 'step2':
        this.#asked = false
        this.#receiveOffer(message, this.#limits.roomBytes)
        return
      case 'update':
        this.#receiveOffer(message, this.#limits.updateBytes)
        return
      case 'signal':
        if (message.name.length + message.data.length > SIGNAL_LENGTH) throw new Refusal('too-large')
        if (this.#signals.spend(1) > 0) throw new Refusal('too-fast')
        // They go to everybody: like writing, they are not for those who may only read.
        if (this.#grant.access === 'read') return
        this.#room.signal(this, message.name, message.data)
        return
      case 'presence':
        this.#sendPresence(this.#room.receivePresence(this, message.entries, this.#greeting === 'done'))
        return
      case 'presence-query':
        this.#sendPresence(this.#room.presenceNow(this))
        return
    }
  }

  deliver(messages: readonly Outgoing[]): void {
    if (this.#reading.kind !== 'live') return
    // All of them first: to fall behind is to have had everything up to now.
    for (const message of messages) if (message.author !== this || this.#acks === null) this.#link.send(message)
    if (this.#link.queuedBytes > this.#limits.sendQueueBytes) this.#fallBehind()
  }

  deliverPresence(message: Outgoing): void {
    if (this.#greeting !== 'done') return
    if (this.#link.queuedBytes > this.#limits.answerQueueBytes) this.#missedPresence = true
    else this.#link.send(message)
  }

  deliverSignal(message: Outgoing): void {
    // A signal is of the moment: what could only arrive late is not sent.
    if (this.#link.queuedBytes <= this.#limits.answerQueueBytes) this.#link.send(message)
  }

  /** For what others have brought in this client's name: soon, and not every time somebody does. */
  ask(): void {
    const now = this.#clock.monotonic()
    if (now - this.#askedAt < this.#limits.askMs) return
    this.#askedAt = now
    this.#ask()
  }

  committed(): void {
    this.#acknowledge()
    for (const [client, clock] of this.#missing) {
      if (!this.#room.document.knows(client, clock)) continue
      this.#ask()
      return
    }
  }

  end(closing: Closing): void {
    this.#link.close(closing)
  }

  /** The socket can take more. */
  drained(): void {
    this.#acknowledge()
    if (this.#isAskDue) this.#ask()
    this.#pump()
    if (!this.#missedPresence || this.#link.queuedBytes > this.#limits.answerQueueBytes) return
    this.#missedPresence = false
    this.#sendPresence(this.#room.presenceNow(this))
  }

  #greetSoon(): void {
    this.#greeting = 'due'
    this.#room.soon(() => {
      this.#greeting = 'done'
      this.#sendPresence(this.#room.presenceFor(this))
    })
  }

  #receiveOffer(offer: Offer, maxBytes: number): void {
    if (this.#hasRejected) return
    if (this.#reading.kind === 'silent') this.#reading = { kind: 'live' }
    try {
      if (offer.update.length > maxBytes) throw new Refusal('too-large')
      // Whoever may only read has nothing to bring but what is known: an answer that is as large as offline work is not that.
      const isReader = this.#grant.access === 'read'
      if (isReader && offer.update.length > this.#limits.updateBytes) throw new Refusal('may-not-write')
      if (offer.update.length > this.#limits.updateAtOnceBytes) this.#receiveSlowly(offer)
      else this.#hold(offer, this.#room.receive(offer.update, this))
    } catch (error) {
      this.#refuse(offer, error)
    }
  }

  /** Says which update was refused. Throws `Refusal` where that does not suffice and the client has to leave. */
  #refuse({ id }: Offer, error: unknown): void {
    const refusal = asRefusal(error)
    const isRefused = refusal instanceof Refusal && isFinal(closings[refusal.closing].code)
    if (!isRefused || this.#acks === null) throw refusal
    this.#hasRejected = true
    this.#send({ type: 'reject', id: id ?? 0, closing: refusal.closing, message: refusal.message })
    if (id === null) throw refusal
  }

  /**
   * A client that counts waits for one thing from its step 1 on: that what it has is on disk. It has to be asked for that,
   * unless it is asked already.
   */
  #countAnew(): void {
    this.#acks?.forget()
    this.#stepsOwed = 1
    this.#ask()
  }

  #receiveSlowly(offer: Offer): void {
    this.#backlog = []
    this.#link.pause()
    this.#slowLane.enter(this.#receiving(offer), error => this.#link.refuse(asRefusal(error)))
  }

  *#receiving(offer: Offer): Generator<void, void> {
    const work = this.#room.receiving(offer.update, this)
    for (;;) {
      // Nobody waits for it any more, and its author still has it.
      if (this.#isClosed) return
      try {
        const { done, value } = work.next()
        if (done === true) {
          this.#hold(offer, value)
          break
        }
      } catch (error) {
        this.#refuse(offer, error)
        break
      }
      yield
    }
    const backlog = this.#backlog ?? []
    this.#backlog = null
    this.#link.resume()
    for (const message of backlog) {
      if (this.#isClosed) return
      this.receive(message)
    }
  }

  /** Remembers what the held part of an update waits for, and asks for it where that may help. */
  #hold({ type, id }: Offer, missing: ReadonlyMap<number, number>): void {
    const isLive = type === 'update'
    this.#owe(id ?? ++this.#lastId, missing.size > 0, isLive)
    // Of a step 2, what is held is all the client has; of an update, the client may well have what is missing.
    if (missing.size > 0 && isLive) this.#ask()
    if (missing.size > 0 || this.#missing.size > 0) {
      if (!isLive) this.#missing.clear()
      for (const [client, clock] of missing) {
        if (this.#missing.size < this.#limits.heldClients) this.#missing.set(client, clock)
      }
    }
    this.#awaitCommits()
  }

  #awaitCommits(): void {
    this.#room.awaitCommits(this, this.#missing.size > 0 || this.#acks?.isOwing === true)
  }

  #owe(id: number, isHeld: boolean, isLive: boolean): void {
    if (this.#acks === null) return
    const count = isLive ? 1 : this.#stepsOwed
    if (!isLive) this.#stepsOwed = 0
    if (isHeld) this.#acks.hold(id, count)
    else if (isLive) this.#acks.owe(id, this.#room.acceptedSeq, count)
    else this.#acks.oweAll(id, this.#room.acceptedSeq, count)
    // What was there already is on disk, unless somebody's write of it is under way.
    this.#acknowledge()
  }

  /** After the fsync, and never before. */
  #acknowledge(): void {
    if (this.#acks === null || !this.#acks.isOwing) return
    const most = this.#acknowledges === 'by-count' ? WORDS_AT_ONCE : undefined
    while (this.#link.queuedBytes <= this.#limits.sendQueueBytes) {
      const settled = this.#acks.settle(this.#room.document.seq, most)
      if (settled === null) break
      this.#send({ type: 'ack', ...settled })
    }
    this.#awaitCommits()
  }

  #ask(): void {
    // Whoever asks for answers without reading them gets no more of them.
    if (this.#asked) return
    this.#isAskDue = this.#link.queuedBytes > this.#limits.sendQueueBytes
    if (this.#isAskDue) return
    this.#asked = true
    this.#send({ type: 'step1', stateVector: this.#room.document.encodedStateVector() })
  }

  /**
   * The joiner's invariant: in one turn, the answer is fixed at a committed seq and the session is registered from
   * there. Every later record reaches it by the next answer or by a fan-out; to overlap is harmless, to omit impossible.
   */
  #answer(stateVector: Uint8Array): void {
    const mostEntries = this.#limits.stateVectorEntries + this.#room.document.clients
    const known = checked(() => parseStateVector(stateVector, mostEntries))
    this.#reading = { kind: 'asking', known }
    this.#pump()
  }

  #catchUp(known: StateVector, last: Answer['last']): void {
    const parts = this.#room.document.answer(known)
    const answer: Answer = { parts, next: nextOf(parts), last }
    this.#reading = { kind: 'behind', answer, seq: this.#room.document.seq, known: this.#room.stateVector() }
  }

  /** The socket is slow: from now on it gets one answer when it can take it, computed from what it has by now. */
  #fallBehind(): void {
    const { document } = this.#room
    const nothing: Answer = { parts: [].values(), next: null, last: 'update' }
    this.#reading = { kind: 'behind', answer: nothing, seq: document.seq, known: this.#room.stateVector() }
  }

  #pump(): void {
    while (this.#link.queuedBytes < this.#limits.answerQueueBytes) {
      if (this.#reading.kind === 'asking') this.#catchUp(this.#reading.known, 'step2')
      if (this.#reading.kind !== 'behind') return
      const { answer, seq, known } = this.#reading
      if (answer.next !== null) {
        const part = answer.next
        answer.next = nextOf(answer.parts)
        this.#send({ type: answer.next === null ? answer.last : 'update', update: part })
      } else if (seq < this.#room.document.seq) {
        this.#catchUp(known, 'update')
      } else {
        this.#reading = { kind: 'live' }
      }
    }
  }

  #sendPresence(entries: readonly PresenceEntry[]): void {
    if (entries.length === 0) return
    if (this.#link.queuedBytes > this.#limits.answerQueueBytes) this.#missedPresence = true
    else this.#send({ type: 'presence', entries })
  }

  #send(message: ConstructorParameters<typeof Outgoing>[0]): void {
    this.#link.send(new Outgoing(message))
  }
}

function nextOf(parts: Iterator<Uint8Array>): Uint8Array | null {
  const { value, done } = parts.next()
  return done === true ? null : value
}

/** What the document says of bytes, as the connection must hear it. */
function checked<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw asRefusal(error)
  }
}

function asRefusal(error: unknown): unknown {
  return error instanceof InputError ? new Refusal(error.closing, error.message) : error
}
