/** How often something is there, by name, up to a bound. */
export class Visitors {
  readonly #counts = new Map<string, number>()
  readonly #atMost: number

  constructor(atMost: number) {
    this.#atMost = atMost
  }

  /** Counts one more, unless it has no name. Returns how to count it off, null when there are too many already. */
  enter(name: string | undefined): (() => void) | null {
    if (name === undefined) return () => undefined
    const count = this.#counts.get(name) ?? 0
    if (count >= this.#atMost) return null
    this.#counts.set(name, count + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      const left = (this.#counts.get(name) ?? 1) - 1
      if (left > 0) this.#counts.set(name, left)
      else this.#counts.delete(name)
    }
  }
}
