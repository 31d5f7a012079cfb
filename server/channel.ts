import { type Closing, closings, Refusal } from '../protocol/close.ts'
import type { Address, ClientMessage } from '../protocol/message.ts'
import type { Grant } from './auth.ts'
import type { Connection } from './connection.ts'
import { Outgoing } from './outgoing.ts'
import type { Link, Session } from './session.ts'
import type { Visitors } from './visitors.ts'

/** A session's place on its connection: where its messages go, and what of the connection is its own to stop. */
export class Channel implements Link {
  readonly #connection: Connection
  readonly #address: Address
  #left: () => void
  #state: { kind: 'new' | 'ended' } | { kind: 'open'; session: Session } = { kind: 'new' }
  #isPaused = false
  #tokenIsWanted = false
  #isRenewing = false

  /** `left` is called once, when it ends. */
  constructor(connection: Connection, address: Address, left: () => void) {
    this.#connection = connection
    this.#address = address
    this.#left = left
  }

  get queuedBytes(): number {
    return this.#connection.queuedBytes
  }

  get room(): string {
    return this.#open.room
  }

  get grant(): Grant {
    return this.#open.grant
  }

  get address(): Address {
    return this.#address
  }

  /** Wants a fresh token, and asks for it once until there is one, unless somebody has. Returns whether that is news. */
  wantToken(isAsked: boolean): boolean {
    if (this.#tokenIsWanted) return false
    this.#tokenIsWanted = true
    if (!isAsked) this.send(new Outgoing({ type: 'token-wanted' }))
    return true
  }

  /** False while a renewal is under way: that one will see what has changed. */
  beginRenewal(): boolean {
    if (this.#isRenewing) return false
    this.#isRenewing = true
    return true
  }

  /** The session enters its room, with what the client said it has. */
  open(session: Session, epoch: number | null, known: Uint8Array | null): void {
    this.#state = { kind: 'open', session }
    try {
      session.open(epoch, known)
    } catch (error) {
      this.refuse(error)
    }
  }

  receive(message: ClientMessage): void {
    if (this.#state.kind !== 'open') return
    try {
      this.#state.session.receive(message)
    } catch (error) {
      this.refuse(error)
    }
  }

  oweUnheard(count: number): void {
    if (this.#state.kind === 'open' && count > 0) this.#state.session.oweUnheard(count)
  }

  drained(): void {
    if (this.#state.kind === 'open') this.#state.session.drained()
  }

  /** Throws `Refusal` when it is another user's now who has too many. */
  renew(grant: Grant, users: Visitors): void {
    this.#tokenIsWanted = false
    this.#isRenewing = false
    if (this.#state.kind !== 'open') return
    if (this.#state.session.grant.user?.id !== grant.user?.id) {
      const left = users.enter(grant.user?.id)
      if (left === null) throw new Refusal('too-many-sessions')
      this.#left()
      this.#left = left
    }
    this.#state.session.renew(grant)
  }

  send(message: Outgoing): void {
    if (this.#state.kind === 'open') this.#connection.write(message.frame(this.#connection.dialect, this.#address))
  }

  refuse(error: unknown): void {
    this.close(this.#connection.closingOf(error), error instanceof Refusal ? error.message : undefined)
  }

  /** The client is told why it is out of the room; where that is not possible, the socket is closed. */
  close(closing: Closing, message: string = closings[closing].reason): void {
    if (this.#state.kind !== 'open') return
    if (!this.#connection.canClose(closing)) {
      this.#connection.close(closing)
      return
    }
    this.send(new Outgoing({ type: 'closed', closing, message }))
    this.#connection.drop(this.#address, this)
    this.end()
  }

  /** The session leaves its room, and the client knows. */
  end(): void {
    const state = this.#state
    this.#state = { kind: 'ended' }
    this.#left()
    this.resume()
    if (state.kind === 'open') state.session.close()
  }

  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#connection.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#connection.resume()
  }

  get #open(): Session {
    if (this.#state.kind !== 'open') throw new Error('The channel is not open.')
    return this.#state.session
  }
}
