/** What goes out of a connection: whether the network still takes it. */
export class Outflow {
  /** Bytes written in all; how many of them were taken when it was last looked at, and when that was last news. */
  #written = 0
  #taken = 0
  #takenAt: number

  constructor(now: number) {
    this.#takenAt = now
  }

  wrote(bytes: number): void {
    this.#written += bytes
  }

  /** For how long nothing of what waits was taken; 0 while nothing waits. */
  stalledFor(queuedBytes: number, now: number): number {
    const taken = this.#written - queuedBytes
    if (queuedBytes === 0 || taken > this.#taken) this.#takenAt = now
    // It may be less than before: pings wait, too, and are not counted.
    this.#taken = taken
    return now - this.#takenAt
  }
}
