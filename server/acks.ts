/**
 * What a session owes its client: an acknowledgement of every update, once everything that was accepted up to and with
 * it is on disk. Ids grow, and one acknowledgement covers all ids up to its own.
 */
export class Acks {
  /** In growing order of both: when `seq` is on disk, everything up to `id` is. */
  #owed: { id: number; seq: number }[] = []
  /** The first update of which a part is held: nothing from there on is acknowledged until the client has said all. */
  #heldFrom = Number.POSITIVE_INFINITY

  get isOwing(): boolean {
    return this.#owed.length > 0
  }

  /** `id` was taken whole, or held nothing new; `seq` is the last that was accepted by then. */
  owe(id: number, seq: number): void {
    if (id >= this.#heldFrom) return
    const last = this.#owed.at(-1)
    if (last?.seq === seq) last.id = id
    else this.#owed.push({ id, seq })
  }

  /** A part of `id` waits for something that is not here. */
  hold(id: number): void {
    this.#heldFrom = Math.min(this.#heldFrom, id)
  }

  /** The client has said everything it has, as `id`, and all of it was taken: nothing of it is held any more. */
  oweAll(id: number, seq: number): void {
    this.#heldFrom = Number.POSITIVE_INFINITY
    this.owe(id, seq)
  }

  /** Everything up to `seq` is on disk. Returns the id up to which that settles what is owed, null when nothing. */
  settle(seq: number): number | null {
    let count = 0
    while (count < this.#owed.length && this.#owed[count].seq <= seq) count++
    return this.#owed.splice(0, count).at(-1)?.id ?? null
  }
}
