/**
 * The life of a connection as a function: `next` says what follows from an event and what is to be done. It knows no
 * socket, no timer and no clock; `connection.ts` drives it. Whatever it starts gets a number, and news of anything but
 * the newest changes nothing, so there is never more than one socket, one wait and one request for a token.
 */

import { isFinal } from '../protocol/close.ts'

export type ConnectionState =
  /** Nobody wants a connection. */
  | { readonly kind: 'idle'; readonly serial: number }
  /** A token is asked for. */
  | { readonly kind: 'preparing'; readonly serial: number; readonly attempt: number; readonly timer: number }
  | {
      readonly kind: 'opening'
      readonly serial: number
      readonly attempt: number
      readonly socket: number
      readonly timer: number
    }
  | {
      readonly kind: 'open'
      readonly serial: number
      /** Failures in a row before this; counts on until something was heard. */
      readonly attempt: number
      readonly socket: number
      readonly timer: number
      /** Something was heard since the timer was set. */
      readonly heard: boolean
      /** A sign of life was asked for; without one until the timer ends, the socket is dead. */
      readonly asked: boolean
      /** The server said it is about to go, and over how long its clients should come back. */
      readonly drainMs: number | null
    }
  /** Between two attempts. */
  | { readonly kind: 'waiting'; readonly serial: number; readonly attempt: number; readonly timer: number }
  /** The server said that trying again would end the same way. */
  | { readonly kind: 'stopped'; readonly serial: number; readonly code: number; readonly reason: string }

export type ConnectionEvent =
  /** Somebody wants a connection, or wants it tried again after it was stopped. */
  | { readonly type: 'start' }
  /** Nobody does any more. */
  | { readonly type: 'end' }
  /** The token that request `serial` asked for is here, or was not to be had. */
  | { readonly type: 'token'; readonly request: number; readonly found: boolean }
  | { readonly type: 'opened'; readonly socket: number }
  | { readonly type: 'closed'; readonly socket: number; readonly code: number; readonly reason: string }
  | { readonly type: 'heard'; readonly socket: number }
  | { readonly type: 'drain'; readonly socket: number; readonly withinMs: number }
  | { readonly type: 'timer'; readonly timer: number }
  /** The network may have come back: the device says so, or the page is looked at again. */
  | { readonly type: 'hint' }
  /** The network may have gone. */
  | { readonly type: 'doubt' }

export type ConnectionEffect =
  | { readonly type: 'fetch-token'; readonly request: number }
  | { readonly type: 'open'; readonly socket: number }
  | { readonly type: 'close'; readonly socket: number }
  /** Ask for a sign of life. */
  | { readonly type: 'ping' }
  /** Set the timer after a random time in between; an earlier one no longer counts. */
  | { readonly type: 'timer'; readonly timer: number; readonly fromMs: number; readonly toMs: number }

export interface ConnectionRules {
  /** Whether a token is asked for before every attempt. */
  readonly hasToken: boolean
  /** The longest wait between two attempts. */
  readonly longestWaitMs: number
}

/** The first wait; it doubles with every failure. */
const FIRST_WAIT_MS = 500
/** How long a token and a socket may take. */
const PREPARE_MS = 20_000
const OPEN_MS = 15_000
/** How long a connection may be quiet before a sign of life is asked for, and how long that may take. */
const QUIET_MS = 15_000
const ANSWER_MS = 5_000

export const initial: ConnectionState = { kind: 'idle', serial: 0 }

type Step = readonly [ConnectionState, readonly ConnectionEffect[]]

export function next(state: ConnectionState, event: ConnectionEvent, rules: ConnectionRules): Step {
  switch (event.type) {
    case 'start':
      return state.kind === 'idle' || state.kind === 'stopped' ? attempt(state.serial, 0, rules) : [state, []]
    case 'end':
      return [{ kind: 'idle', serial: state.serial }, closing(state)]
    case 'token':
      if (state.kind !== 'preparing' || state.serial !== event.request) return [state, []]
      return event.found ? open(state.serial, state.attempt) : wait(state.serial, state.attempt, rules)
    case 'opened':
      if (state.kind !== 'opening' || state.socket !== event.socket) return [state, []]
      return watch({ ...state, kind: 'open', heard: false, asked: false, drainMs: null }, QUIET_MS)
    case 'closed':
      return closed(state, event, rules)
    case 'heard':
      if (state.kind !== 'open' || state.socket !== event.socket || state.heard) return [state, []]
      return [{ ...state, heard: true, attempt: 0 }, []]
    case 'drain':
      if (state.kind !== 'open' || state.socket !== event.socket) return [state, []]
      return [{ ...state, drainMs: event.withinMs }, []]
    case 'timer':
      return 'timer' in state && state.timer === event.timer ? timeUp(state, rules) : [state, []]
    case 'hint':
      if (state.kind === 'waiting') return attempt(state.serial, state.attempt, rules)
      return state.kind === 'open' && !state.asked ? ask(state) : [state, []]
    case 'doubt':
      return state.kind === 'open' && !state.asked ? ask(state) : [state, []]
  }
}

type Open = Extract<ConnectionState, { kind: 'open' }>

function attempt(serial: number, failures: number, { hasToken }: ConnectionRules): Step {
  if (!hasToken) return open(serial, failures)
  const request = serial + 1
  const state = { kind: 'preparing', serial: request, attempt: failures, timer: request } as const
  return [
    state,
    [
      { type: 'timer', timer: request, fromMs: PREPARE_MS, toMs: PREPARE_MS },
      { type: 'fetch-token', request },
    ],
  ]
}

function open(serial: number, failures: number): Step {
  const socket = serial + 1
  return [
    { kind: 'opening', serial: socket, attempt: failures, socket, timer: socket },
    [
      { type: 'timer', timer: socket, fromMs: OPEN_MS, toMs: OPEN_MS },
      { type: 'open', socket },
    ],
  ]
}

function wait(
  serial: number,
  failures: number,
  { longestWaitMs }: ConnectionRules,
  drainMs: number | null = null,
): Step {
  const timer = serial + 1
  const longest = Math.min(longestWaitMs, FIRST_WAIT_MS * 2 ** failures)
  // Everybody lost a server that drains at once: they come back spread over the time that it asked for.
  const [fromMs, toMs] = drainMs === null ? [longest / 2, longest] : [0, drainMs]
  return [{ kind: 'waiting', serial: timer, attempt: failures + 1, timer }, [{ type: 'timer', timer, fromMs, toMs }]]
}

function closed(
  state: ConnectionState,
  { socket, code, reason }: Extract<ConnectionEvent, { type: 'closed' }>,
  rules: ConnectionRules,
): Step {
  if ((state.kind !== 'opening' && state.kind !== 'open') || state.socket !== socket) return [state, []]
  if (isFinal(code)) return [{ kind: 'stopped', serial: state.serial, code, reason }, []]
  return wait(state.serial, state.attempt, rules, state.kind === 'open' ? state.drainMs : null)
}

function timeUp(state: Extract<ConnectionState, { timer: number }>, rules: ConnectionRules): Step {
  switch (state.kind) {
    case 'waiting':
      return attempt(state.serial, state.attempt, rules)
    case 'preparing':
      return wait(state.serial, state.attempt, rules)
    case 'opening':
      return followedBy(closing(state), wait(state.serial, state.attempt, rules))
    case 'open':
      if (state.heard) return watch({ ...state, heard: false, asked: false }, QUIET_MS)
      if (!state.asked) return ask(state)
      return followedBy(closing(state), attempt(state.serial, state.attempt, rules))
  }
}

/** Asks for a sign of life: what was heard before does not count. */
function ask(state: Open): Step {
  return followedBy([{ type: 'ping' }], watch({ ...state, heard: false, asked: true }, ANSWER_MS))
}

function watch(state: Open, ms: number): Step {
  const timer = state.serial + 1
  return [{ ...state, serial: timer, timer }, [{ type: 'timer', timer, fromMs: ms, toMs: ms }]]
}

function closing(state: ConnectionState): ConnectionEffect[] {
  return state.kind === 'opening' || state.kind === 'open' ? [{ type: 'close', socket: state.socket }] : []
}

function followedBy(first: readonly ConnectionEffect[], [state, then]: Step): Step {
  return [state, [...first, ...then]]
}
