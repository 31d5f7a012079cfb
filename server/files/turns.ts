/**
 * One at a time for each upload, in the order in which they came. Whoever holds it is asked to let go at once when somebody
 * else wants it: a client that comes back is right, and the socket it had before is dead.
 */
export class Turns {
  readonly #held = new Map<string, { release(): void; waiting: (() => void)[] }>()

  newLock(id: string): {
    lock(signal: AbortSignal, askedToRelease: () => unknown): Promise<void>
    unlock(): Promise<void>
  } {
    return {
      lock: (signal, askedToRelease) => this.#take(id, signal, askedToRelease),
      unlock: async () => this.#next(id),
    }
  }

  async #take(id: string, signal: AbortSignal, askedToRelease: () => unknown): Promise<void> {
    const release = () => void askedToRelease()
    const turn = this.#held.get(id)
    if (turn === undefined) {
      this.#held.set(id, { release, waiting: [] })
      return
    }
    turn.release()
    await new Promise<void>((resolve, reject) => {
      const mine = () => {
        signal.removeEventListener('abort', gone)
        turn.release = release
        resolve()
        // Others may have come while this one waited.
        if (turn.waiting.length > 0) release()
      }
      const gone = () => {
        const at = turn.waiting.indexOf(mine)
        if (at >= 0) turn.waiting.splice(at, 1)
        reject(new Error('The request is gone.'))
      }
      turn.waiting.push(mine)
      signal.addEventListener('abort', gone, { once: true })
    })
  }

  #next(id: string): void {
    const next = this.#held.get(id)?.waiting.shift()
    if (next === undefined) this.#held.delete(id)
    else next()
  }
}
