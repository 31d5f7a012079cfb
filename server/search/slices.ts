import type { Clock } from '../clock.ts'

/** How long the event loop is held up by all searches together before others have their turn. */
const SLICE_MS = 5

/** Lets one search go on in each turn of the event loop, however many there are. */
export class Slices {
  readonly #clock: Clock
  readonly #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when it is this search's turn. */
  next(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) this.#clock.turn(() => this.#give())
    })
  }

  /** Does some work to its end, a slice a turn. */
  async run<T>(work: Generator<void, T>): Promise<T> {
    for (let since = this.#clock.monotonic(); ; ) {
      const { done, value } = work.next()
      if (done === true) return value
      if (this.#clock.monotonic() - since < SLICE_MS) continue
      await this.next()
      since = this.#clock.monotonic()
    }
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (this.#waiting.length > 0) this.#clock.turn(() => this.#give())
    next?.()
  }
}
