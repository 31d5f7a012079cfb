import { HttpRefusal } from '../api/http-refusal.ts'
import type { Limits } from '../limits.ts'

interface Place {
  running: number
  waiting: (() => void)[]
}

/** Who searches at the moment, and who waits until they may. */
export class SearchLine {
  readonly #limits: Limits
  readonly #places = new Map<string, Place>()
  #waiting = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Resolves when it is their turn, with how to leave. Throws `HttpRefusal` when too many wait. */
  async enter(who: string): Promise<() => void> {
    const { searchesPerUser, searchesWaitingPerUser, searchesWaiting } = this.#limits
    const place = this.#places.get(who) ?? { running: 0, waiting: [] }
    if (place.running >= searchesPerUser) {
      if (place.waiting.length >= searchesWaitingPerUser || this.#waiting >= searchesWaiting) {
        throw new HttpRefusal('too-many-searches')
      }
      this.#waiting++
      await new Promise<void>(resolve => place.waiting.push(resolve))
      this.#waiting--
    } else {
      place.running++
      this.#places.set(who, place)
    }
    return () => this.#leave(who, place)
  }

  /** Their next takes over, or nobody. */
  #leave(who: string, place: Place): void {
    const next = place.waiting.shift()
    if (next !== undefined) next()
    else if (--place.running === 0) this.#places.delete(who)
  }
}
