import * as Y from 'yjs'
import type { Clock, Timer } from './clock.ts'
import { TAB } from './origins.ts'
import type { Stretch } from './storage.ts'
import type { Numbered, UnsavedEdits } from './unsaved.ts'

/** What the tabs of one app say to each other about a room. Byte fields are copied on the way. */
type TabMessage =
  /** "This is what I have": everybody answers with what that lacks; a tab that has just come is told the same back. */
  | { type: 'hello'; vector: Uint8Array; isReply: boolean }
  /** Content; with `edit` when it was made in that tab and is not saved yet. */
  | { type: 'update'; update: Uint8Array; edit: TabEdit | null }
  /** That tab's edits up to number `n` are on the server's disk. */
  | { type: 'saved'; n: number }
  /** That tab has replaced its document by the server's: edits were refused, or the room was replaced. */
  | { type: 'rebuilt' }

/** What a tab's content is: of another incarnation of the room, or from before a rebuild, it is something else. */
export interface Lineage {
  /** Null while it is not known. */
  readonly epoch: number | null
  readonly generation: number
}

interface Envelope extends Lineage {
  tab: string
  message: TabMessage
}

interface TabEdit {
  n: number
  at: number
  stretches: readonly Stretch[]
}

export interface TabsParts {
  /** The same in tabs that belong together. */
  channel: string
  clock: Clock
  unsaved: UnsavedEdits
  doc(): Y.Doc
  lineage(): Lineage
  /** Sends an edit of a tab that seems to be gone. */
  send(n: number, update: Uint8Array): void
  /** Edits of another tab are on the server's disk. */
  saved(edits: readonly Numbered[]): void
  /** Another tab has emptied the storage that both share: what is unsaved here has to be kept again. */
  keepAgain(): void
  /** Makes the document anew from the server's state; from then on it is of that generation. */
  follow(generation: number): void
  changed(): void
}

/** Another tab's edit that is not saved after so long is sent from here: that tab may be gone. */
const ORPHAN_MS = 10_000

/**
 * The other tabs that have the same room open: they share what is written even when there is no network. Each tab sends
 * its own edits to the server, and no other's as long as that one does.
 */
export class Tabs {
  readonly #parts: TabsParts
  readonly #channel: BroadcastChannel
  /** Which tab this is. */
  readonly #id = `${Math.random()}`
  /** Another tab has rebuilt its document; this one follows as soon as nothing is unsaved here. */
  #mustFollow: number | null = null
  #orphans: Timer | null = null

  constructor(parts: TabsParts) {
    this.#parts = parts
    this.#channel = new BroadcastChannel(parts.channel)
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope>) => this.#hear(data)
  }

  /** Tells the others what is here, and so learns what is there. */
  greet(isReply = false): void {
    this.#post({ type: 'hello', vector: Y.encodeStateVector(this.#parts.doc()), isReply })
  }

  edited(update: Uint8Array, edit: TabEdit): void {
    this.#post({ type: 'update', update, edit })
  }

  /** Of these, the ones made here are news to the others. */
  saved(edits: readonly Numbered[]): void {
    const own = edits.findLast(({ edit }) => edit.tab === null)
    if (own !== undefined) this.#post({ type: 'saved', n: own.n })
    this.#follow()
  }

  /** The document was made anew here, and not after another tab's. */
  rebuilt(): void {
    this.#mustFollow = null
    this.#post({ type: 'rebuilt' })
  }

  /** Following has to wait until what was written meanwhile is saved. */
  postpone(generation: number): void {
    this.#mustFollow ??= generation
  }

  close(): void {
    this.#orphans?.cancel()
    this.#channel.close()
  }

  #post(message: TabMessage): void {
    const { epoch, generation } = this.#parts.lineage()
    this.#channel.postMessage({ tab: this.#id, message, epoch, generation } satisfies Envelope)
  }

  #hear({ message, tab, epoch, generation }: Envelope): void {
    const { unsaved, doc, saved, keepAgain, lineage } = this.#parts
    const own = lineage()
    const isOther = epoch !== null && own.epoch !== null && epoch !== own.epoch
    if (message.type !== 'rebuilt' && (isOther || generation !== own.generation)) return
    switch (message.type) {
      case 'hello':
        this.#answer(message.vector)
        if (!message.isReply) this.greet(true)
        return
      case 'update':
        Y.applyUpdate(doc(), message.update, TAB)
        if (message.edit !== null) this.#hearEdit(message.edit, message.update, tab)
        return
      case 'saved':
        saved(unsaved.settleOfTab(tab, message.n))
        return
      case 'rebuilt':
        if (generation === own.generation) return
        keepAgain()
        this.#mustFollow = generation
        this.#follow()
        return
    }
  }

  #answer(vector: Uint8Array): void {
    // What is unsaved first: nobody is to see it without knowing.
    for (const { n, edit } of this.#parts.unsaved.all()) {
      const { at, stretches, update, tab } = edit
      if (tab === null && update !== null) this.edited(update, { n, at, stretches })
    }
    this.#post({ type: 'update', update: Y.encodeStateAsUpdate(this.#parts.doc(), vector), edit: null })
  }

  #hearEdit({ n, at, stretches }: TabEdit, update: Uint8Array, id: string): void {
    this.#parts.unsaved.addOfTab({
      at,
      stretches,
      update,
      tab: { id, n, heardAt: this.#parts.clock.now() },
      key: NO_KEY,
    })
    this.#orphans ??= this.#parts.clock.after(ORPHAN_MS, () => this.#adoptOrphans())
    this.#parts.changed()
  }

  #adoptOrphans(): void {
    const { clock, unsaved, send } = this.#parts
    for (const { n, update } of unsaved.orphans(clock.now(), ORPHAN_MS)) send(n, update)
    this.#orphans = unsaved.hasOfTabs ? clock.after(ORPHAN_MS, () => this.#adoptOrphans()) : null
  }

  #follow(): void {
    const generation = this.#mustFollow
    if (generation === null || this.#parts.unsaved.hasOwn) return
    this.#mustFollow = null
    this.#parts.follow(generation)
  }
}

const NO_KEY = Promise.resolve(null)
