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

  get isOwing(): boolean {
    return this.#owed.length > 0
  }

  /** `id` was taken whole, or held nothing new; `seq` is the last that was accepted by then. */
  owe(id: number, seq: number, count = 1): void {
    if (id >= this.#heldFrom) {
      this.#held += count
      return
    }
    const last = this.#owed.at(-1)
    if (last?.seq === seq) {
      last.id = id
      last.count += count
    } else this.#owed.push({ id, seq, count })
  }

  /** A part of `id` waits for something that is not here. */
  hold(id: number, count = 1): void {
    this.#heldFrom = Math.min(this.#heldFrom, id)
    this.#held += count
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

  /** Everything up to `seq` is on disk. Returns what that settles, null when nothing. */
  settle(seq: number): { upTo: number; count: number } | null {
    let settled = 0
    while (settled < this.#owed.length && this.#owed[settled].seq <= seq) settled++
    if (settled === 0) return null
    const gone = this.#owed.splice(0, settled)
    return { upTo: gone[settled - 1].id, count: gone.reduce((sum, { count }) => sum + count, 0) }
  }
}
