import { HttpRefusal } from '../api/http-refusal.ts'
import type { Limits } from '../limits.ts'

interface Place {
  running: number
  waiting: (() => void)[]
}

/**
 * Who searches at the moment, and who waits until they may. Known by their address: what a token is worth comes out only in
 * a room, so anybody could have as many places as they can think of tokens.
 */
export class SearchLine {
  readonly #limits: Limits
  /** Whoever was let in last is last. */
  readonly #places = new Map<string, Place>()
  #running = 0
  #waiting = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Resolves when it is their turn, with how to leave. Throws `HttpRefusal` when too many wait. */
  async enter(address: string): Promise<() => void> {
    const { searchesAtOnce, searchesPerAddress, searchesWaiting, searchesWaitingPerAddress } = this.#limits
    const place = this.#places.get(address) ?? { running: 0, waiting: [] }
    this.#places.set(address, place)
    if (this.#running < searchesAtOnce && place.running < searchesPerAddress) {
      this.#begin(address, place)
    } else {
      if (place.waiting.length >= searchesWaitingPerAddress || this.#waiting >= searchesWaiting) {
        if (place.running === 0 && place.waiting.length === 0) this.#places.delete(address)
        throw new HttpRefusal('too-many-searches')
      }
      this.#waiting++
      await new Promise<void>(resolve => place.waiting.push(resolve))
    }
    return () => this.#leave(address, place)
  }

  #begin(address: string, place: Place): void {
    this.#running++
    place.running++
    this.#places.delete(address)
    this.#places.set(address, place)
  }

  /** One of those who wait takes over: of the addresses that may, the one whose turn is longest ago. */
  #leave(address: string, place: Place): void {
    this.#running--
    place.running--
    if (place.running === 0 && place.waiting.length === 0) this.#places.delete(address)
    for (const [other, next] of this.#places) {
      if (next.running >= this.#limits.searchesPerAddress) continue
      const go = next.waiting.shift()
      if (go === undefined) continue
      this.#waiting--
      this.#begin(other, next)
      go()
      return
    }
  }
}
