/** The log of one page, kept up to date: what did not change stays the same object. */

import type * as Y from 'yjs'
import {
  type Deletion,
  deletionsOf,
  type Edit,
  editsOf,
  type Reaction,
  reactionsOf,
  readDeletion,
  readEdit,
  readReaction,
} from './annotations.ts'
import type { Readable } from './cell.ts'
import { type Entry, type KnownEntries, messagesOf, readLog } from './log.ts'
import { compareShown, type Shown, sameShown, showDeletion, showMessage } from './shown.ts'
import { Sidecar } from './sidecar.ts'

export class PageLog implements Readable<readonly Shown[]> {
  readonly page: number
  readonly #doc: Y.Doc
  readonly #messages: Y.Array<unknown>
  readonly #edits: Sidecar<Edit>
  readonly #deletions: Sidecar<Deletion>
  readonly #reactions: Sidecar<Reaction>
  readonly #sidecars: ReadonlyMap<unknown, Pick<Sidecar<Edit>, 'update'>>
  /** Message id -> the first of its copies in this page. */
  #entries: ReadonlyMap<string, Entry> = new Map()
  readonly #known: KnownEntries = new WeakMap()
  #shown = new Map<string, Shown>()
  #log: readonly Shown[] = []
  #listeners = new Set<() => void>()

  constructor(doc: Y.Doc, page: number) {
    this.#doc = doc
    this.page = page
    this.#messages = messagesOf(doc)
    this.#edits = new Sidecar(editsOf(doc), readEdit)
    this.#deletions = new Sidecar(deletionsOf(doc), readDeletion)
    this.#reactions = new Sidecar(reactionsOf(doc), readReaction)
    this.#sidecars = new Map([this.#edits, this.#deletions, this.#reactions].map(sidecar => [sidecar.map, sidecar]))
    this.#entries = this.#readEntries()
    this.#show(new Set([...this.#entries.keys(), ...this.#deletions.messageIds()]))
    // A transaction may touch several types and is one change. Not `update`: for its listeners Yjs encodes everything anew.
    doc.on('afterTransaction', this.#changed)
  }

  get = (): readonly Shown[] => this.#log

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  destroy(): void {
    this.#doc.off('afterTransaction', this.#changed)
    this.#listeners.clear()
  }

  readonly #changed = ({ changed }: Y.Transaction): void => {
    const touched = new Set<string>()
    for (const [type, keys] of changed) {
      const sidecar = this.#sidecars.get(type)
      if (sidecar !== undefined) for (const key of keys) if (key !== null) sidecar.update(key, touched)
    }
    if (changed.has(this.#messages)) {
      const before = this.#entries
      this.#entries = this.#readEntries()
      for (const [id, entry] of this.#entries) if (before.get(id) !== entry) touched.add(id)
      for (const id of before.keys()) if (!this.#entries.has(id)) touched.add(id)
    }
    if (!this.#show(touched)) return
    for (const listener of [...this.#listeners]) listener()
  }

  #readEntries(): ReadonlyMap<string, Entry> {
    return new Map(readLog(this.#messages, this.#known).map(entry => [entry.message.id, entry]))
  }

  /** Whether any of these messages is shown in another way now. */
  #show(ids: ReadonlySet<string>): boolean {
    let isChanged = false
    let isMoved = false
    for (const id of ids) {
      const before = this.#shown.get(id)
      const now = this.#showOne(id)
      if (now === undefined ? before === undefined : before !== undefined && sameShown(before, now)) continue
      isChanged = true
      isMoved ||= now === undefined || before === undefined || compareShown(now, before) !== 0
      if (now === undefined) this.#shown.delete(id)
      else this.#shown.set(id, now)
    }
    if (isMoved) this.#log = [...this.#shown.values()].sort(compareShown)
    else if (isChanged) this.#log = this.#log.map(shown => this.#shown.get(shown.message.id) ?? shown)
    return isChanged
  }

  #showOne(id: string): Shown | undefined {
    const entry = this.#entries.get(id)
    const deletions = [...this.#deletions.of(id)]
    if (entry === undefined) {
      const [first] = deletions.sort((a, b) => (a.author.id < b.author.id ? -1 : 1))
      return first === undefined ? undefined : showDeletion(first, this.page)
    }
    const own = deletions.find(({ author }) => author.id === entry.message.author.id)
    if (own !== undefined) return showDeletion(own, this.page)
    return showMessage(entry, this.page, this.#edits.of(id), this.#reactions.of(id))
  }
}
