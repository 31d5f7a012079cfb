/** The only file that reads the time or sets a timer; everything else is handed a `Clock`. */

/** A pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void
}

/** Time as a constructor argument, so that tests own it. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. */
  now(): number
  /** Monotonic time in milliseconds, for measuring durations. */
  monotonic(): number
  /** Calls `run` once after `delayMs`. Does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer
  /** Calls `run` every `periodMs` until cancelled. Does not keep the process alive. */
  every(periodMs: number, run: () => void): Timer
  /** Calls `run` at the end of this event-loop turn, after the sockets that are readable now have been read. */
  turn(run: () => void): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref()
    return { cancel: () => clearTimeout(timer) }
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs).unref()
    return { cancel: () => clearInterval(timer) }
  },
  turn: run => void setImmediate(run),
}
