import type { Clock, Timer } from './clock.ts'

/** After a fan-out that took t, a room rests this many times t: a fifth of the time at most goes to one room. */
const REST_PER_WORK = 4
/** How much the newest fan-out counts for what one costs: one that was interrupted should not double the next rest. */
const NEWEST = 0.2
/** Timers below this are rounded up to it, so a shorter rest is none. */
const SHORTEST_REST_MS = 1

/**
 * The beat of a room: commit, fan out, rest. After quiet the first beat comes at the end of the event-loop turn; a busy
 * room's are spaced by what its fan-out costs, and everything that arrives meanwhile shares a commit and a message.
 */
export class Pace {
  readonly #clock: Clock
  readonly #longestRestMs: number
  readonly #beat: () => void
  #state: 'quiet' | 'asked' | 'stopped' = 'quiet'
  #timer: Timer | null = null
  #notBefore = 0
  /** What a fan-out costs, smoothed. */
  #workMs = 0

  constructor(clock: Clock, longestRestMs: number, beat: () => void) {
    this.#clock = clock
    this.#longestRestMs = longestRestMs
    this.#beat = beat
  }

  /** There is something to do. */
  ask(): void {
    if (this.#state !== 'quiet') return
    this.#state = 'asked'
    if (!this.isResting) this.#clock.turn(() => this.#run())
    else this.#timer = this.#clock.after(this.#notBefore - this.#clock.monotonic(), () => this.#run())
  }

  /** Whether the next beat has to wait. */
  get isResting(): boolean {
    return this.#notBefore - this.#clock.monotonic() >= SHORTEST_REST_MS
  }

  /** Does the work of a beat, after which the room rests. */
  work(run: () => void): void {
    const start = this.#clock.monotonic()
    run()
    const end = this.#clock.monotonic()
    this.#workMs += NEWEST * (end - start - this.#workMs)
    this.#notBefore = end + Math.min(REST_PER_WORK * this.#workMs, this.#longestRestMs)
  }

  stop(): void {
    this.#state = 'stopped'
    this.#timer?.cancel()
  }

  #run(): void {
    if (this.#state !== 'asked') return
    this.#state = 'quiet'
    this.#beat()
  }
}
