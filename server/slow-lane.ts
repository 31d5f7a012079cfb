import type { Clock } from './clock.ts'

interface Job {
  work: Generator<void, void>
  failed(error: unknown): void
}

/**
 * Work that would hold up everyone else if it were done at once: large updates, a slice a turn of the event loop, and
 * one at a time in the whole server, because what is half read of one takes several times its size in memory.
 */
export class SlowLane {
  readonly #clock: Clock
  readonly #jobs: Job[] = []
  #running = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs `work` when it is its turn; `failed` hears what it throws. */
  enter(work: Generator<void, void>, failed: (error: unknown) => void): void {
    this.#jobs.push({ work, failed })
    if (!this.#running) this.#step()
  }

  #step(): void {
    this.#running = true
    this.#clock.turn(() => {
      const job = this.#jobs[0]
      if (this.#isDone(job)) this.#jobs.shift()
      if (this.#jobs.length > 0) this.#step()
      else this.#running = false
    })
  }

  #isDone({ work, failed }: Job): boolean {
    try {
      return work.next().done === true
    } catch (error) {
      failed(error)
      return true
    }
  }
}
