import type { Clock } from './clock.ts'

/** How much may come: so much a second in the long run, and so much at once. */
export interface Rate {
  perSecond: number
  burst: number
}

/** A token bucket: fills with time, and may be overdrawn by what is already there. */
export class Allowance {
  readonly #clock: Clock
  readonly #rate: Rate
  #left: number
  #at: number

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock
    this.#rate = rate
    this.#left = rate.burst
    this.#at = clock.monotonic()
  }

  /** Spends so much. Returns for how many milliseconds nothing more should be taken; 0 when all is well. */
  spend(amount: number): number {
    const now = this.#clock.monotonic()
    const { perSecond, burst } = this.#rate
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1_000) * perSecond) - amount
    this.#at = now
    return this.#left >= 0 ? 0 : (-this.#left / perSecond) * 1_000
  }
}
