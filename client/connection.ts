import { Fragments } from '../protocol/fragments.ts'
import { NATIVE_PROTOCOL } from '../protocol/native.ts'
import { decodeHearing, encodeSaying, type Hearing, type Saying } from '../protocol/native-client.ts'
import type { Clock, Timer } from './clock.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionRules,
  type ConnectionState,
  initial,
  next,
} from './connection-state.ts'

/** What of a WebSocket is needed: the browser's own, Node's, or that of the package `ws`. */
export interface Socket {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown } & never) => void) | null
  onclose: ((event: { code: number; reason: string } & never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
}

export type SocketClass = new (url: string, protocols: string[]) => Socket

export interface ConnectionParts {
  url: string
  WebSocket: SocketClass
  /** Asked for before every attempt; null when nobody has to say who they are. */
  token: (() => string | Promise<string>) | null
  clock: Clock
  /** In [0, 1). */
  random: () => number
  longestWaitMs: number
  /** The state is another. */
  changed(state: ConnectionState, before: ConnectionState): void
  hear(hearing: Hearing): void
  /** The token could not be had, or something that was heard could not be understood. */
  failed(error: unknown): void
}

/** How long to wait before a token that could not be had is asked for again; doubled in between. */
const RENEW_MS = { first: 1_000, longest: 15_000 }

/** Drives the state machine of `connection-state.ts`: the sockets, the timer and the tokens are here, the thoughts there. */
export class Connection {
  readonly #parts: ConnectionParts
  readonly #rules: ConnectionRules
  #state: ConnectionState = initial
  #socket: { id: number; socket: Socket } | null = null
  #timer: Timer | null = null
  #token: string | null = null
  #fragments = new Fragments()
  /** A fresh token is being fetched, and this waits for it. */
  #renewal: Saying[] | null = null

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#rules = { hasToken: parts.token !== null, longestWaitMs: parts.longestWaitMs }
  }

  get state(): ConnectionState {
    return this.#state
  }

  dispatch(event: ConnectionEvent): void {
    const before = this.#state
    const [state, effects] = next(before, event, this.#rules)
    this.#state = state
    if (!('timer' in state)) this.#timer?.cancel()
    for (const effect of effects) this.#run(effect)
    if (state === before || this.#state !== state) return
    // Whoever enters rooms does so on a socket that is allowed to.
    if (state.kind === 'open' && before.kind === 'opening' && this.#token !== null) {
      this.send({ type: 'token', token: this.#token })
    }
    this.#parts.changed(state, before)
  }

  /** Says it when the connection is open, and forgets it otherwise. */
  send(saying: Saying): void {
    if (this.#state.kind !== 'open' || this.#socket === null) return
    // Whoever enters a room does so with the token that is on its way.
    if (saying.type === 'open' && this.#renewal !== null) {
      this.#renewal.push(saying)
      return
    }
    for (const frame of encodeSaying(saying)) this.#socket.socket.send(frame as Uint8Array<ArrayBuffer>)
  }

  /** The server wants a fresh token: it is tried until there is one, or until the connection is another. */
  async renewToken(): Promise<void> {
    const { token, clock, failed } = this.#parts
    if (token === null || this.#renewal !== null) return
    const waiting: Saying[] = []
    this.#renewal = waiting
    const socket = this.#socket
    for (let waitMs = RENEW_MS.first; this.#socket === socket && socket !== null; waitMs *= 2) {
      try {
        this.#token = await token()
        break
      } catch (error) {
        failed(error)
        await new Promise<void>(resolve => clock.after(Math.min(waitMs, RENEW_MS.longest), resolve))
      }
    }
    this.#renewal = null
    if (this.#socket !== socket) return
    if (this.#token !== null) this.send({ type: 'token', token: this.#token })
    for (const saying of waiting) this.send(saying)
  }

  #run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'fetch-token':
        void this.#fetchToken(effect.request)
        return
      case 'open':
        this.#open(effect.socket)
        return
      case 'close':
        this.#close()
        return
      case 'ping':
        this.send({ type: 'ping' })
        return
      case 'timer': {
        const { timer, fromMs, toMs } = effect
        this.#timer?.cancel()
        const delayMs = fromMs + this.#parts.random() * (toMs - fromMs)
        this.#timer = this.#parts.clock.after(delayMs, () => this.dispatch({ type: 'timer', timer }))
        return
      }
    }
  }

  async #fetchToken(request: number): Promise<void> {
    try {
      const token = (await this.#parts.token?.()) ?? null
      if (this.#state.kind === 'preparing' && this.#state.serial === request) this.#token = token
      this.dispatch({ type: 'token', request, found: true })
    } catch (error) {
      this.#parts.failed(error)
      this.dispatch({ type: 'token', request, found: false })
    }
  }

  #open(id: number): void {
    const { url, WebSocket } = this.#parts
    this.#close()
    this.#fragments = new Fragments()
    const socket = new WebSocket(url, [NATIVE_PROTOCOL])
    socket.binaryType = 'arraybuffer'
    this.#socket = { id, socket }
    socket.onopen = () => this.dispatch({ type: 'opened', socket: id })
    socket.onmessage = ({ data }) => this.#receive(id, data)
    socket.onclose = ({ code, reason }) => {
      if (this.#socket?.id === id) this.#socket = null
      this.dispatch({ type: 'closed', socket: id, code, reason })
    }
    socket.onerror = () => undefined
  }

  #close(): void {
    const open = this.#socket
    this.#socket = null
    if (open === null) return
    open.socket.onopen = open.socket.onmessage = open.socket.onclose = null
    open.socket.close()
  }

  #receive(socket: number, data: unknown): void {
    if (this.#socket?.id !== socket) return
    this.dispatch({ type: 'heard', socket })
    try {
      this.#hear(decodeHearing(new Uint8Array(data as ArrayBuffer)), socket)
    } catch (error) {
      this.#parts.failed(error)
    }
  }

  #hear(hearing: Hearing, socket: number): void {
    switch (hearing.type) {
      case 'fragment': {
        const message = this.#fragments.add(hearing.bytes, hearing.isLast, Number.POSITIVE_INFINITY)
        if (message !== null) this.#hear(decodeHearing(message), socket)
        return
      }
      case 'drain':
        this.dispatch({ type: 'drain', socket, withinMs: hearing.withinMs })
        return
      case 'token-wanted':
        void this.renewToken()
        return
      case 'heartbeat':
      case 'unknown':
        return
      default:
        this.#parts.hear(hearing)
    }
  }
}
