import type { Clock, Timer } from '../../server/clock.ts'

/** A clock that moves only when told to. `turn` callbacks run in `flushTurns` or with any `advance`. */
export class TestClock implements Clock {
  #now = 1_700_000_000_000
  #order = 0
  #timers: { at: number; order: number; run: () => void; every: number | null; cancelled: boolean }[] = []
  #turns: (() => void)[] = []

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#add(delayMs, run, null)
  }

  every(periodMs: number, run: () => void): Timer {
    return this.#add(periodMs, run, periodMs)
  }

  turn(run: () => void): void {
    this.#turns.push(run)
  }

  flushTurns(): void {
    while (this.#turns.length > 0) for (const run of this.#turns.splice(0)) run()
  }

  /** Moves time forward, firing every timer that falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    this.flushTurns()
    for (;;) {
      const next = this.#timers
        .filter(t => !t.cancelled && t.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      if (next.every === null) next.cancelled = true
      else next.at += next.every
      next.run()
      this.flushTurns()
    }
    this.#timers = this.#timers.filter(t => !t.cancelled)
    this.#now = end
  }

  #add(delayMs: number, run: () => void, every: number | null): Timer {
    const timer = { at: this.#now + delayMs, order: this.#order++, run, every, cancelled: false }
    this.#timers.push(timer)
    return {
      cancel: () => {
        timer.cancelled = true
      },
    }
  }
}
