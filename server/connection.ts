import type { IncomingHttpHeaders } from 'node:http'
import { type Closing, closings, isFinal, Refusal } from '../protocol/close.ts'
import { Fragments } from '../protocol/fragments.ts'
import {
  type Address,
  type ClientMessage,
  type Dialect,
  type Incoming,
  ProtocolError,
  type ServerNotice,
} from '../protocol/message.ts'
import { cutName, isRoomName } from '../protocol/name.ts'
import { THE_ROOM } from '../protocol/y-websocket.ts'
import { Allowance } from './allowance.ts'
import { type Authenticate, askInTime, type Grant } from './auth.ts'
import { Channel } from './channel.ts'
import type { Clock, Timer } from './clock.ts'
import { Early } from './early.ts'
import { Expiry } from './expiry.ts'
import type { Frame } from './frame.ts'
import type { Limits } from './limits.ts'
import type { Logger } from './logger.ts'
import { Outflow } from './outflow.ts'
import { framed, Outgoing } from './outgoing.ts'
import type { Room } from './room.ts'
import { Session } from './session.ts'
import type { SlowLane } from './slow-lane.ts'
import { StoreError } from './store/store.ts'
import { Tokens } from './tokens.ts'
import type { Visitors } from './visitors.ts'

/** One WebSocket, as `listen.ts` hands it over. */
export interface Wire {
  /** Bytes written that the network has not taken yet. */
  readonly queuedBytes: number
  write(frame: Frame): void
  ping(): void
  /** With `hangUp`, nothing more is read of what the peer sends meanwhile. */
  close(closing: Closing, hangUp?: boolean): void
  /** Frames wait in the network until `resume`. */
  pause(): void
  resume(): void
}

export interface ConnectionParts {
  wire: Wire
  dialect: Dialect
  clock: Clock
  limits: Limits
  log: Logger
  slowLane: SlowLane
  authenticate: Authenticate
  /** Counts the sessions of users. */
  users: Visitors
  /** Of the request that opened the socket. */
  request: { token: string | null; headers: IncomingHttpHeaders }
  /** The room of that name; rejects when it cannot be read. */
  room(name: string): Promise<Room>
}

/** Somebody wants to enter a room. */
interface Opening {
  room: string
  /** Null where the server gives it. */
  address: Address | null
  /** What the client has of it, and of which epoch; null in dialects in which it says so later. */
  stateVector: Uint8Array | null
  epoch: number | null
}

interface Verdict {
  grant: Grant
  /** Whether nothing has happened since that could change it. */
  stands(): boolean
}

/** One socket: its dialect, its sessions, its signs of life. */
export class Connection {
  readonly #parts: ConnectionParts
  readonly #channels = new Map<Address, Channel>()
  /** By address, or by name where the server gives that; a later opening replaces an earlier one. */
  readonly #openings = new Map<Address, Opening>()
  readonly #tokens: Tokens
  /** What was said in rooms that the client is not in, where it may speak before it is let in. */
  readonly #early: Early
  readonly #fragments = new Fragments()
  #token: string | null
  /** How often somebody was put out: what was granted before has to be judged again. */
  #revocations = 0
  /** Whether the client understands a ping; otherwise it needs something else to hear. */
  #answersPings = true
  #isClosed = false
  #pauses = 0
  #wasLetIn = false
  /** Bytes that came before the client was let in anywhere. */
  #arrived = 0
  readonly #messages: Allowance
  readonly #bytes: Allowance
  /** What is said too fast waits in the network. */
  #throttled: Timer | null = null
  /** Sessions end with their grants; to wait for a sweep would be seconds more. */
  readonly #expiry: Expiry
  #aloneSince: number
  /** Frames sent in all, and how many there were when something was last found to have been sent. */
  #sent = 0
  #sentSeen = 0
  #quietSince: number
  #heardAt: number
  #pingedAt: number
  readonly #outflow: Outflow

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#token = parts.request.token
    this.#early = new Early(parts.limits)
    this.#tokens = new Tokens(parts.limits.openBytes)
    this.#quietSince = this.#heardAt = this.#pingedAt = this.#aloneSince = parts.clock.monotonic()
    this.#outflow = new Outflow(this.#heardAt)
    this.#expiry = new Expiry(parts.clock, () => this.#sweepGrants(parts.clock.now()))
    const { messagesPerSecond, messagesBurst, bytesPerSecond, bytesBurst } = parts.limits
    this.#messages = new Allowance(parts.clock, { perSecond: messagesPerSecond, burst: messagesBurst })
    this.#bytes = new Allowance(parts.clock, { perSecond: bytesPerSecond, burst: bytesBurst })
  }

  get dialect(): Dialect {
    return this.#parts.dialect
  }

  get queuedBytes(): number {
    return this.#parts.wire.queuedBytes
  }

  /** Enters the one room of this connection, and reads nothing from the socket until then. Never rejects. */
  async enter(room: string): Promise<void> {
    this.pause()
    await this.#open({ room, address: THE_ROOM, stateVector: null, epoch: null })
    this.resume()
  }

  /**
   * So many bytes have come from the network, of whatever. Before the client is let in anywhere, they are all it may say: a
   * frame that is never complete takes memory, too.
   */
  arrived(bytes: number): void {
    if (this.#wasLetIn || this.#isClosed) return
    this.#arrived += bytes
    if (this.#arrived > this.#parts.limits.openBytes) this.close('too-fast', true)
  }

  receive(frame: Uint8Array): void {
    if (this.#isClosed) return
    this.#heardAt = this.#parts.clock.monotonic()
    this.#throttle(Math.max(this.#messages.spend(1), this.#bytes.spend(frame.length)))
    try {
      this.#take(this.#parts.dialect.decode(frame))
    } catch (error) {
      this.#misheard(error)
    }
  }

  /** Reads nothing for a while. What has arrived already is still taken. */
  #throttle(forMs: number): void {
    if (forMs === 0 || this.#throttled !== null) return
    this.pause()
    this.#throttled = this.#parts.clock.after(forMs, () => {
      this.#throttled = null
      this.resume()
    })
  }

  /** What is wrong in one room does not concern the others, where it can be told in which. */
  #misheard(error: unknown): void {
    const channel = error instanceof ProtocolError && error.address !== null ? this.#channels.get(error.address) : null
    if (channel != null) channel.refuse(error)
    // Of a room that the client is not in, nothing is to be closed.
    else if (!(error instanceof ProtocolError) || error.address === null) this.close(this.closingOf(error))
  }

  #take(incoming: Incoming): void {
    switch (incoming.type) {
      case 'room':
        this.#hear(incoming.address, incoming.message)
        return
      case 'open':
        void this.#open({ ...incoming, address: null })
        return
      case 'enter':
        this.#answersPings = incoming.answersPings
        this.#enter(incoming)
        return
      case 'leave':
        this.#leave(incoming.address)
        return
      case 'token':
        this.#token = incoming.token
        for (const channel of this.#channels.values()) void this.#renew(channel)
        return
      case 'ping':
        this.#notify({ type: 'pong' })
        return
      case 'pong':
        return
      case 'fragment':
        this.#assemble(incoming)
        return
    }
  }

  #assemble({ bytes, isLast }: { bytes: Uint8Array; isLast: boolean }): void {
    const { limits, dialect } = this.#parts
    // Only who has been let in somewhere may have much kept: also while a room is left and entered again.
    const maxBytes = this.#wasLetIn ? limits.roomBytes : limits.openBytes
    const message = this.#fragments.add(bytes, isLast, maxBytes + FRAGMENTED_OVERHEAD_BYTES)
    if (message === null) return
    const incoming = dialect.decode(message)
    if (incoming.type === 'fragment') throw new ProtocolError('a fragment holds a fragment')
    this.#take(incoming)
  }

  #hear(address: Address, message: ClientMessage): void {
    const channel = this.#channels.get(address)
    if (channel !== undefined) channel.receive(message)
    // Elsewhere a client waits to be let in: then this crosses the news that it is out.
    else if (!this.#parts.dialect.returns) this.#early.hear(address, message)
  }

  /** The client enters a room, or shows a fresh token in one. */
  #enter({ room, address, token }: Extract<Incoming, { type: 'enter' }>): void {
    const channel = this.#channels.get(address)
    if (channel === undefined && !this.#openings.has(address)) this.#early.expect(address)
    this.#tokens.show(address, token)
    if (channel === undefined) void this.#open({ room, address, stateVector: null, epoch: null })
    else void this.#renew(channel)
  }

  #leave(address: Address): void {
    this.#openings.delete(address)
    this.#early.take(address)
    this.#tokens.forget(address)
    this.#channels.get(address)?.end()
    this.#channels.delete(address)
  }

  /** Never rejects: whatever happens, the client is told. */
  async #open(opening: Opening): Promise<void> {
    const { limits, room: roomOf } = this.#parts
    const { room: name, address } = opening
    const key = address ?? name
    // The answer will be to what was said last.
    const isUnderWay = this.#openings.has(key)
    this.#openings.set(key, opening)
    if (isUnderWay) return
    const current = (): Opening | undefined => (this.#isClosed ? undefined : this.#openings.get(key))
    try {
      if (!isRoomName(name)) throw new Refusal('no-room')
      if (this.#roomsWith(opening) > limits.roomsPerConnection) throw new Refusal('too-many-rooms')
      let verdict: Verdict
      let room: Room
      // To load a room takes time, in which a fresh token may come or somebody be put out.
      do {
        verdict = await this.#authenticate(name, address)
        room = await roomOf(name)
      } while (!verdict.stands())
      const latest = current()
      if (latest !== undefined) this.#letIn(room, verdict.grant, latest)
    } catch (error) {
      if (current() !== undefined) this.#refuseRoom(opening, error)
    } finally {
      this.#openings.delete(key)
    }
  }

  /** How many rooms the connection is in or about to be: one that is opened again is the same room. */
  #roomsWith({ address }: Opening): number {
    const rooms = new Set<Address>(this.#openings.keys())
    for (const [known, { room }] of this.#channels) rooms.add(address === null ? room : known)
    return rooms.size
  }

  #letIn(room: Room, grant: Grant, { address: given, stateVector, epoch }: Opening): void {
    if (!room.isServing) throw new Refusal('storage')
    // To load the room took time.
    if (isOver(grant, this.#parts.clock)) throw new Refusal('expired')
    if (epoch !== null && room.epoch !== null && epoch !== room.epoch) throw new OtherEpoch(room.epoch)
    const { dialect, limits, slowLane, clock } = this.#parts
    const address = given ?? room.number
    this.#channels.get(address)?.end()
    this.#channels.delete(address)
    const leave = this.#parts.users.enter(grant.user?.id)
    if (leave === null) throw new Refusal('too-many-sessions')
    const channel = new Channel(this, address, leave)
    this.#channels.set(address, channel)
    this.#wasLetIn = true
    const { acknowledges } = dialect
    channel.open(new Session({ room, link: channel, limits, slowLane, clock, grant, acknowledges }), epoch, stateVector)
    this.#expiry.add(grant.expiresAt)
    const early = this.#early.take(address)
    for (const message of early?.messages ?? []) channel.receive(message)
    channel.oweUnheard(early?.updates ?? 0)
  }

  /** What is granted in a room. A token that arrives meanwhile is the one that counts. */
  async #authenticate(room: string, address: Address | null): Promise<Verdict> {
    const tokenNow = (): string | null => (address === null ? undefined : this.#tokens.of(address)) ?? this.#token
    for (;;) {
      const token = tokenNow()
      const revocations = this.#revocations
      const stands = (): boolean => token === tokenNow() && revocations === this.#revocations
      const { authenticate, clock, limits, request } = this.#parts
      const grant = await askInTime(
        authenticate,
        { token, room, headers: request.headers },
        clock,
        limits.authenticateMs,
      )
      if (!stands()) continue
      if (grant === null || isOver(grant, clock)) throw new Refusal('denied')
      return { grant, stands }
    }
  }

  /** A fresh token may grant more, or less. One that arrives while another is judged is judged after it. */
  async #renew(channel: Channel): Promise<void> {
    if (!channel.beginRenewal()) return
    try {
      const { grant } = await this.#authenticate(channel.room, channel.address)
      channel.renew(grant, this.#parts.users)
      this.#expiry.add(grant.expiresAt)
    } catch (error) {
      channel.refuse(error)
    }
  }

  #refuseRoom({ room, address }: Opening, error: unknown): void {
    const closing = this.closingOf(error)
    if (!this.canClose(closing)) {
      this.close(closing)
      return
    }
    // A better one may come, and is judged then.
    if (address !== null) this.#tokens.forget(address)
    const message = error instanceof Refusal ? error.message : closings[closing].reason
    const epoch = error instanceof OtherEpoch ? error.epoch : null
    const said = isRoomName(room) ? { room, address: address ?? room } : { room: cutName(room), address: cutName(room) }
    this.#notify({ type: 'refused', ...said, closing, message, epoch })
  }

  /** Whether a client can be put out of one room for that and still do what it says: stop, or come back. */
  canClose(closing: Closing): boolean {
    const { rooms, returns } = this.#parts.dialect
    return rooms === 'many' && (returns || isFinal(closings[closing].code))
  }

  /** A session has ended itself. */
  drop(address: Address, channel: Channel): void {
    if (this.#channels.get(address) !== channel) return
    this.#channels.delete(address)
    this.#tokens.forget(address)
  }

  /** Reading stops until everyone who paused it has resumed it. */
  pause(): void {
    if (this.#pauses++ === 0) this.#parts.wire.pause()
  }

  resume(): void {
    if (--this.#pauses > 0) return
    // It could not be heard meanwhile.
    this.#heardAt = this.#parts.clock.monotonic()
    this.#parts.wire.resume()
  }

  /** The peer answered a ping. */
  ponged(): void {
    this.#heardAt = this.#parts.clock.monotonic()
  }

  drained(): void {
    for (const channel of this.#channels.values()) channel.drained()
  }

  write(frame: Frame): void {
    if (frame.length === 0 || this.#isClosed) return
    this.#sent++
    for (const chunk of frame) this.#outflow.wrote(chunk.length)
    this.#parts.wire.write(frame)
  }

  /** Where much waits for the peer, that is a sign of life, too; and whoever asks again and again without reading is closed. */
  #notify(message: ServerNotice): void {
    if (this.queuedBytes > this.#parts.limits.sendQueueBytes) {
      if (message.type === 'refused') this.close('not-answering')
      return
    }
    this.write(framed(this.#parts.dialect.notice(message)))
  }

  /** Ends with a code that says to come back, spread over some time. */
  drain(withinMs: number): void {
    if (this.#isClosed) return
    this.#notify({ type: 'drain', withinMs })
    this.close('shutting-down')
  }

  close(closing: Closing, hangUp = false): void {
    if (this.#isClosed) return
    this.closed()
    this.#parts.wire.close(closing, hangUp)
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const channels = [...this.#channels.values()]
    this.#channels.clear()
    this.#openings.clear()
    this.#early.clear()
    this.#throttled?.cancel()
    this.#expiry.stop()
    for (const channel of channels) channel.end()
  }

  /** Puts the client out of rooms it may no longer be in. Returns of how many. */
  revoke(isMeant: (session: { user: string | null; room: string }) => boolean): number {
    this.#revocations++
    const meant = [...this.#channels.values()].filter(({ room, grant }) =>
      isMeant({ user: grant.user?.id ?? null, room }),
    )
    for (const channel of meant) channel.close('denied')
    return meant.length
  }

  /** Says something when it was quiet for long, pings, and gives up a peer that was not heard of, or does not read. */
  sweep(): void {
    if (this.#isClosed) return
    const { clock, limits, wire } = this.#parts
    const now = clock.monotonic()
    if (this.#channels.size > 0) this.#aloneSince = now
    const isGone = this.#pauses === 0 && now - this.#heardAt >= limits.pongMs
    // However much it has to say meanwhile.
    const isStalled = this.#outflow.stalledFor(wire.queuedBytes, now) >= limits.pongMs
    if (isGone || isStalled || now - this.#aloneSince >= limits.aloneMs) {
      this.close('not-answering')
      return
    }
    if (now - this.#pingedAt >= limits.heartbeatMs) {
      this.#pingedAt = now
      wire.ping()
    }
    if (this.#sent !== this.#sentSeen) {
      this.#sentSeen = this.#sent
      this.#quietSince = now
    } else if (now - this.#quietSince >= limits.heartbeatMs) {
      this.#keepAwake()
    }
    this.#sweepGrants(clock.now())
  }

  #sweepGrants(now: number): void {
    // Where a token is the connection's, one question is enough.
    let isAsked = false
    for (const channel of [...this.#channels.values()]) {
      // The end of one may have been that of all.
      if (this.#isClosed) return
      const { expiresAt = Number.POSITIVE_INFINITY } = channel.grant
      if (expiresAt <= now) {
        channel.close('expired')
        continue
      }
      this.#expiry.add(expiresAt)
      if (expiresAt - now <= this.#parts.limits.renewMs) {
        const isNews = channel.wantToken(isAsked && this.#parts.dialect.acknowledges === 'by-number')
        isAsked ||= isNews
      }
    }
  }

  #keepAwake(): void {
    const [channel] = this.#channels.values()
    if (this.#answersPings || channel === undefined) this.#notify({ type: 'heartbeat' })
    else channel.send(new Outgoing({ type: 'presence', entries: [] }))
  }

  /** What an error means for whoever caused or met it. One that is nobody's fault but ours is logged. */
  closingOf(error: unknown): Closing {
    if (error instanceof Refusal) return error.closing
    if (error instanceof ProtocolError) return 'malformed'
    // That the store has failed is in the log already, and everyone who tries again would add a line.
    if (error instanceof StoreError && error.code === 'failed') return 'storage'
    this.#parts.log.error({ err: error }, 'a message could not be handled')
    return error instanceof StoreError ? 'storage' : 'internal'
  }
}

function isOver({ expiresAt }: Grant, clock: Clock): boolean {
  return expiresAt !== undefined && expiresAt <= clock.now()
}

/** Headers in front of the largest field of a message. */
const FRAGMENTED_OVERHEAD_BYTES = 1024

/** Somebody comes with content of a room that this one has replaced. */
class OtherEpoch extends Refusal {
  readonly epoch: number

  constructor(epoch: number) {
    super('other-epoch')
    this.epoch = epoch
  }
}
