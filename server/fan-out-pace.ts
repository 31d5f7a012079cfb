import type { Clock, Timer } from './clock.ts'

/** After a fan-out that took t, the next one waits this many times t: a fifth of the time at most goes to one room. */
const REST_PER_WORK = 4
/** Timers below this are rounded up to it, so a shorter wait is none. */
const SHORTEST_WAIT_MS = 1

/**
 * The duty cycle of a room: the first fan-out after quiet runs at the end of the event-loop turn, a busy room's are
 * spaced by what they cost, and everything that comes meanwhile goes out as one.
 */
export class FanOutPace {
  readonly #clock: Clock
  readonly #longestMs: number
  readonly #fanOut: () => void
  #state: 'quiet' | 'asked' | 'stopped' = 'quiet'
  #timer: Timer | null = null
  #notBefore = 0

  constructor(clock: Clock, longestMs: number, fanOut: () => void) {
    this.#clock = clock
    this.#longestMs = longestMs
    this.#fanOut = fanOut
  }

  /** There is something to fan out. */
  ask(): void {
    if (this.#state !== 'quiet') return
    this.#state = 'asked'
    const wait = this.#notBefore - this.#clock.monotonic()
    if (wait < SHORTEST_WAIT_MS) this.#clock.turn(() => this.#run())
    else this.#timer = this.#clock.after(wait, () => this.#run())
  }

  stop(): void {
    this.#state = 'stopped'
    this.#timer?.cancel()
  }

  #run(): void {
    if (this.#state !== 'asked') return
    this.#state = 'quiet'
    const start = this.#clock.monotonic()
    this.#fanOut()
    const end = this.#clock.monotonic()
    this.#notBefore = end + Math.min(REST_PER_WORK * (end - start), this.#longestMs)
  }
}
