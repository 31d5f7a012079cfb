import * as Y from 'yjs'
import type { Stretch } from './storage.ts'

/** What became of a piece of content that was written here. */
export type Fate =
  /** Not sent, or sent on a connection that is gone. */
  | 'waiting'
  /** On its way. */
  | 'sent'
  /** On the server's disk. */
  | 'saved'
  /** Refused by the server: it is among `Room.refused`, and in the document no more. */
  | 'refused'

/** An edit that the server has not acknowledged. */
export interface Edit {
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number
  /** The structs it added; none when it only deleted. */
  readonly stretches: readonly Stretch[]
  /** The edit itself; null for one of an earlier visit, which is in the document. */
  readonly update: Uint8Array | null
  /** Another tab made it, and will say when it is saved. */
  readonly tab: { readonly id: string; readonly n: number; readonly heardAt: number } | null
  /** The key of its mark in the storage; null when there is none. */
  key: Promise<number | null>
}

/** An edit and its number in this tab. */
export interface Numbered {
  readonly n: number
  readonly edit: Edit
}

interface Entry extends Numbered {
  /** What it was last sent as; null while it has not been. */
  id: number | null
}

/** The edits of this device that the server has not acknowledged, oldest first. */
export class UnsavedEdits {
  #entries: Entry[] = []
  #since: number | null = null
  #added = 0

  /** Whether some of it was made here, and whether some was made in other tabs. */
  get hasOwn(): boolean {
    return this.#entries.some(({ edit }) => edit.tab === null)
  }

  get hasOfTabs(): boolean {
    return this.#entries.some(({ edit }) => edit.tab !== null)
  }

  /** Whether some of it was sent and not acknowledged. */
  get isUnderWay(): boolean {
    return this.#entries.some(({ id }) => id !== null)
  }

  get count(): number {
    return this.#entries.length
  }

  /** When the oldest was made; null when there is none. */
  get since(): number | null {
    return this.#since
  }

  /** The number of the newest edit so far: they are numbered from 1. */
  get last(): number {
    return this.#added
  }

  /** The number of the oldest that is left, infinity when none is. */
  get first(): number {
    return this.#entries[0]?.n ?? Number.POSITIVE_INFINITY
  }

  /** Returns its number. */
  add(edit: Edit): number {
    this.#entries.push({ n: ++this.#added, edit, id: null })
    this.#since = Math.min(this.#since ?? edit.at, edit.at)
    return this.#added
  }

  /**
   * Another tab says that it has made this edit, perhaps not for the first time. When the mark of it was found in the
   * storage before, that is the same one.
   */
  addOfTab(edit: Edit): void {
    if (this.#entries.some(entry => isSameTab(entry.edit, edit))) return
    const marked = this.#entries.findIndex(({ edit: { at, stretches, update } }) => {
      return update === null && at === edit.at && sameStretches(stretches, edit.stretches)
    })
    if (marked < 0) this.add(edit)
    else this.#entries[marked] = { ...this.#entries[marked], edit: { ...edit, key: this.#entries[marked].edit.key } }
  }

  /** Everything there is, or those numbers only, went out as `id`. */
  send(id: number, numbers?: ReadonlySet<number>): void {
    for (const entry of this.#entries) if (numbers === undefined || numbers.has(entry.n)) entry.id = id
  }

  /** The connection is gone: nothing of it is under way any more. */
  unsend(): void {
    for (const entry of this.#entries) entry.id = null
  }

  /** The server has everything up to `id` on disk. Returns what that settles. */
  settle(id: number): readonly Numbered[] {
    return this.#remove(entry => entry.id !== null && entry.id <= id)
  }

  /** Another tab says that its edits up to number `n` are saved. */
  settleOfTab(id: string, n: number): readonly Numbered[] {
    return this.#remove(({ edit: { tab } }) => tab !== null && tab.id === id && tab.n <= n)
  }

  /** Takes everything out. */
  clear(): readonly Numbered[] {
    return this.#remove(() => true)
  }

  /** Edits of other tabs that were heard so long ago and have not been sent from here: their numbers and updates. */
  orphans(now: number, afterMs: number): { n: number; update: Uint8Array }[] {
    return this.#entries.flatMap(({ n, id, edit: { tab, update } }) => {
      if (tab === null || id !== null || update === null) return []
      // A clock that was set back says nothing of how long it is.
      const isOld = now - tab.heardAt >= afterMs || tab.heardAt > now
      return isOld ? [{ n, update }] : []
    })
  }

  /** What was sent from here before `id`. */
  sentBefore(id: number): readonly Numbered[] {
    return this.#entries.filter(entry => entry.id !== null && entry.id < id && entry.edit.tab === null)
  }

  /** Puts back, under their old numbers, some of what was taken out. */
  restore(entries: readonly Numbered[]): void {
    for (const { n, edit } of entries) {
      this.#entries.push({ n, edit, id: null })
      this.#since = Math.min(this.#since ?? edit.at, edit.at)
    }
  }

  all(): readonly Numbered[] {
    return this.#entries
  }

  /** A state vector, encoded, without what it knows of these edits. */
  before(stateVector: Uint8Array): Uint8Array {
    const clocks = Y.decodeStateVector(stateVector)
    let isLess = false
    for (const { edit } of this.#entries) {
      for (const { client, from } of edit.stretches) {
        if (from >= (clocks.get(client) ?? 0)) continue
        clocks.set(client, from)
        isLess = true
      }
    }
    return isLess ? Y.encodeStateVector(clocks) : stateVector
  }

  /** What of these stretches belongs to no edit here. */
  beyond(stretches: readonly Stretch[]): Stretch[] {
    const known = this.#entries.flatMap(({ edit }) => edit.stretches).sort((a, b) => a.from - b.from)
    return stretches.flatMap(({ client, from, to }) => {
      const rest: Stretch[] = []
      let at = from
      for (const s of known) {
        if (s.client !== client || s.to <= at || s.from >= to) continue
        if (s.from > at) rest.push({ client, from: at, to: s.from })
        at = s.to
      }
      if (at < to) rest.push({ client, from: at, to })
      return rest
    })
  }

  /** Where the struct of that client and clock is. Content of others is saved: nobody sees it before. */
  fateOf(client: number, clock: number): Fate {
    for (const { id, edit } of this.#entries) {
      if (edit.stretches.some(s => s.client === client && s.from <= clock && clock < s.to)) {
        return id === null ? 'waiting' : 'sent'
      }
    }
    return 'saved'
  }

  #remove(isSettled: (entry: Entry) => boolean): readonly Numbered[] {
    const settled = this.#entries.filter(isSettled)
    if (settled.length === 0) return settled
    this.#entries = this.#entries.filter(entry => !isSettled(entry))
    this.#since = this.#entries.reduce<number | null>((oldest, { edit: { at } }) => Math.min(oldest ?? at, at), null)
    return settled
  }
}

function isSameTab({ tab: a }: Edit, { tab: b }: Edit): boolean {
  return a !== null && b !== null && a.id === b.id && a.n === b.n
}

function sameStretches(a: readonly Stretch[], b: readonly Stretch[]): boolean {
  return (
    a.length === b.length && a.every((s, i) => s.client === b[i].client && s.from === b[i].from && s.to === b[i].to)
  )
}

/** The structs an update holds. */
export function stretchesOf(update: Uint8Array): Stretch[] {
  const { from, to } = Y.parseUpdateMeta(update)
  return [...from].map(([client, clock]) => ({ client, from: clock, to: to.get(client) ?? clock }))
}
