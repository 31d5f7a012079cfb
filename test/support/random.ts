/** A small seeded generator (mulberry32): the same seed gives the same test, on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    // Neighbouring seeds would otherwise start with neighbouring numbers.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]
  }

  shuffle<T>(values: T[]): T[] {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const swapped = values[i]
      values[i] = values[j]
      values[j] = swapped
    }
    return values
  }
}

/**
 * The seeds a property runs with. `SEEDS` multiplies their number, `SEED` runs one alone: the number that a failure
 * printed.
 */
export function seeds(count: number): number[] {
  if (process.env.SEED !== undefined) return [Number(process.env.SEED)]
  return Array.from({ length: Math.ceil(count * Number(process.env.SEEDS ?? 1)) }, (_, i) => i + 1)
}

/** How long a test with seeds may take, in milliseconds: a watchdog for what hangs, on a machine that does other things. */
export const seedsTimeoutMs = 300_000 * Math.max(1, Number(process.env.SEEDS ?? 1))

/** Runs a property for every seed; a failure names its seed. */
export function forSeeds(count: number, property: (random: Random, seed: number) => void): void {
  for (const seed of seeds(count)) {
    try {
      property(new Random(seed), seed)
    } catch (error) {
      throw new Error(`seed ${seed} (run it alone with SEED=${seed})`, { cause: error })
    }
  }
}
