import type { Clock, Timer } from './clock.ts'

/** A longer timer would fire at once; what is due later is looked at again then. */
const LONGEST_MS = 24 * 60 * 60_000

/** Wakes somebody when the first of several times has come. */
export class Expiry {
  readonly #clock: Clock
  readonly #wake: () => void
  #at = Number.POSITIVE_INFINITY
  #timer: Timer | null = null

  /** `wake` may come early, and has to name what is still to come again. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock
    this.#wake = wake
  }

  /** Something ends at that time, in milliseconds since the epoch; never, when there is none. */
  add(at = Number.POSITIVE_INFINITY): void {
    if (at >= this.#at) return
    this.#timer?.cancel()
    this.#at = at
    this.#timer = this.#clock.after(Math.min(Math.max(at - this.#clock.now(), 1), LONGEST_MS), () => {
      this.#at = Number.POSITIVE_INFINITY
      this.#wake()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#at = Number.NEGATIVE_INFINITY
  }
}
