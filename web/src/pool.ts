/** Things that several parts of the page use at once: open while anybody uses them, and a moment longer. */

import { type Clock, systemClock, type Timer } from '../../client/index.ts'

export interface Lease<T> {
  readonly value: T
  /** Once is enough, and more often does nothing. */
  release(): void
}

export interface PoolParts<T> {
  open(key: string): T
  close(value: T): void
  clock?: Clock
  /** How long a thing stays open after its last user, so that whoever comes back at once finds it as it was. */
  lingerMs?: number
}

interface Held<T> {
  value: T
  users: number
  closing: Timer | null
}

export class Pool<T> {
  readonly #parts: PoolParts<T>
  readonly #clock: Clock
  readonly #held = new Map<string, Held<T>>()

  constructor(parts: PoolParts<T>) {
    this.#parts = parts
    this.#clock = parts.clock ?? systemClock
  }

  use(key: string): Lease<T> {
    let held = this.#held.get(key)
    if (held === undefined) {
      held = { value: this.#parts.open(key), users: 0, closing: null }
      this.#held.set(key, held)
    }
    held.closing?.cancel()
    held.closing = null
    held.users++
    const { value } = held
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      this.#left(key)
    }
    return { value, release }
  }

  /** Closes everything, also what is in use. */
  closeAll(): void {
    for (const { value, closing } of this.#held.values()) {
      closing?.cancel()
      this.#parts.close(value)
    }
    this.#held.clear()
  }

  #left(key: string): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    held.users--
    if (held.users > 0) return
    held.closing = this.#clock.after(this.#parts.lingerMs ?? 2_000, () => {
      this.#held.delete(key)
      this.#parts.close(held.value)
    })
  }
}
