import { Refusal } from '../protocol/close.ts'

/**
 * What a session owes its client: an acknowledgement of every update, once everything that was accepted up to and with
 * it is on disk. Ids grow, and an acknowledgement covers all ids up to its own; `count` is how many of the client's
 * utterances that settles, for dialects in which clients count.
 */
export class Acks {
  /** In growing order of both: when `seq` is on disk, everything up to `id` is. */
  #owed: { id: number; seq: number; count: number }[] = []
  /** The first update of which a part is held: nothing from there on is acknowledged until the client has said all. */
  #heldFrom = Number.POSITIVE_INFINITY
  /** How many utterances wait for that. */
  #held = 0
  readonly #mostHeld: number

  /** `mostHeld`: where clients count, each utterance that waits is to become a word of its own. */
  constructor(mostHeld = Number.POSITIVE_INFINITY) {
    this.#mostHeld = mostHeld
  }

  get isOwing(): boolean {
    return this.#owed.length > 0
  }

  /** `id` was taken whole, or held nothing new; `seq` is the last that was accepted by then. Throws `Refusal`. */
  owe(id: number, seq: number, count = 1): void {
    if (id >= this.#heldFrom) {
      this.#wait(count)
      return
    }
    const last = this.#owed.at(-1)
    if (last?.seq === seq) {
      last.id = id
      last.count += count
    } else this.#owed.push({ id, seq, count })
  }

  /** A part of `id` waits for something that is not here. Throws `Refusal`. */
  hold(id: number, count = 1): void {
    this.#heldFrom = Math.min(this.#heldFrom, id)
    this.#wait(count)
  }

  /** The client has said everything it has, as `id`, and all of it was taken: nothing of it is held any more. */
  oweAll(id: number, seq: number, count = 1): void {
    this.#heldFrom = Number.POSITIVE_INFINITY
    this.owe(id, seq, count + this.#held)
    this.#held = 0
  }

  /** The client no longer counts on anything that it said so far. */
  forget(): void {
    this.#owed = []
    this.#heldFrom = Number.POSITIVE_INFINITY
    this.#held = 0
  }

  /**
   * Everything up to `seq` is on disk. Returns what that settles, null when nothing. Where clients count, at most so many
   * utterances at a time; the rest at another call.
   */
  settle(seq: number, most = Number.POSITIVE_INFINITY): { upTo: number; count: number } | null {
    let settled = 0
    let count = 0
    while (settled < this.#owed.length && this.#owed[settled].seq <= seq && count < most) {
      count += this.#owed[settled++].count
    }
    if (settled === 0) return null
    const last = this.#owed[settled - 1]
    const rest = Math.max(0, count - most)
    this.#owed.splice(0, rest > 0 ? settled - 1 : settled)
    last.count = rest
    return { upTo: last.id, count: count - rest }
  }

  #wait(count: number): void {
    this.#held += count
    if (this.#held > this.#mostHeld) throw new Refusal('too-fast')
  }
}
