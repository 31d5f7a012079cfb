import type { Clock, Timer } from '../clock.ts'

/** How long something is kept after the last component that used it is gone: a change of page takes less. */
export const GRACE_MS = 1_000
/**
 * How long something is kept for a render that has not come on screen. Longer than a browser's storage may take (14 s):
 * a component that suspends on `room.loaded` starts from nothing afterwards, and has to find the room it waited for.
 */
export const UNSEEN_MS = 20_000

/**
 * Who uses something that was opened for rendering, and the end of it when nobody does. `end` is called after a time
 * without holders; when it returns false it is called again later.
 */
export class Holders {
  readonly #clock: Clock
  readonly #end: () => boolean
  #count = 0
  #timer: Timer | null = null

  constructor(clock: Clock, end: () => boolean) {
    this.#clock = clock
    this.#end = end
  }

  get isHeld(): boolean {
    return this.#count > 0
  }

  /** A render that may never come on screen uses it. */
  glimpse(): void {
    if (!this.isHeld) this.#endAfter(UNSEEN_MS)
  }

  /** Something on the screen uses it, until the returned function is called. */
  hold(): () => void {
    this.#timer?.cancel()
    this.#count += 1
    return () => {
      this.#count -= 1
      if (!this.isHeld) this.#endAfter(GRACE_MS)
    }
  }

  #endAfter(delayMs: number): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(delayMs, () => {
      if (!this.#end()) this.#endAfter(GRACE_MS)
    })
  }
}
