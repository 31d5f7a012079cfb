/** A promise of a room that cannot be kept. `code` is one of the server's table, 0 when the room was destroyed. */
export class RoomError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'RoomError'
    this.code = code
  }
}

/** Who waits for something that happens in the order of numbers, such as edits being saved. */
export class Promises {
  #waiting: { n: number; resolve: () => void; reject: (error: RoomError) => void }[] = []

  wait(n: number): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ n, resolve, reject }))
  }

  /** Everything below number `first` has happened. */
  keep(first: number): void {
    const kept = this.#waiting.filter(({ n }) => n < first)
    this.#waiting = this.#waiting.filter(({ n }) => n >= first)
    for (const { resolve } of kept) resolve()
  }

  /** What is above number `above` will not happen. */
  break(error: RoomError, above = Number.NEGATIVE_INFINITY): void {
    const broken = this.#waiting.filter(({ n }) => n > above)
    this.#waiting = this.#waiting.filter(({ n }) => n <= above)
    for (const { reject } of broken) reject(error)
  }
}
