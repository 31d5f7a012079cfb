/** Where the others are in the note: a caret with a name, and what they have selected. */

import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { DecorationAttrs } from '@tiptap/pm/view'
import { yCursorPlugin } from '@tiptap/y-tiptap'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { ownValue } from '../chat/message.ts'
import { readPresence } from '../chat/presence.ts'
import { hueOf } from '../src/avatar.tsx'
import { BODY } from './note-source.ts'
import { words } from './words.ts'

/** How long a name is seen after its caret has moved. */
const freshMs = 2_000

export interface CaretOptions {
  awareness: Awareness | null
  doc: Y.Doc | null
}

export const Carets = Extension.create<CaretOptions>({
  name: 'carets',
  priority: 900,

  addOptions() {
    return { awareness: null, doc: null }
  },

  addProseMirrorPlugins() {
    const { awareness, doc } = this.options
    if (awareness === null || doc === null) return []
    const names = new Names(awareness)
    return [
      yCursorPlugin(awareness, {
        awarenessStateFilter: (_: number, client: number, state: unknown) =>
          client !== awareness.clientID &&
          isUser(ownValue(state, 'user')) &&
          isCursorIn(doc, ownValue(state, 'cursor')),
        cursorBuilder: (_: unknown, client: number) => names.caret(client),
        selectionBuilder: (_: unknown, client: number): DecorationAttrs => ({
          class: 'note-selection',
          'data-hue': String(names.hue(client)),
        }),
      }),
      new Plugin({ view: () => names.follow() }),
    ]
  },
})

/**
 * Whether the value is a place in the note. Others may have written anything there: what Yjs cannot read would stop the
 * editor with every change, and a name of another type would make one.
 */
export function isCursorIn(doc: Y.Doc, value: unknown): boolean {
  return [ownValue(value, 'anchor'), ownValue(value, 'head')].every(place => {
    if (!isPlace(place)) return false
    try {
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(place), doc)
      return true
    } catch {
      return false
    }
  })
}

/** The plugin sets properties of what other editors announce there. */
function isUser(value: unknown): boolean {
  return value == null || typeof value === 'object'
}

function isPlace(value: unknown): boolean {
  const name = ownValue(value, 'tname')
  const assoc = ownValue(value, 'assoc')
  return (
    typeof value === 'object' &&
    value !== null &&
    (name == null || name === BODY) &&
    (assoc == null || Number.isSafeInteger(assoc)) &&
    [ownValue(value, 'type'), ownValue(value, 'item')].every(id => id == null || isId(id)) &&
    (name != null || ownValue(value, 'type') != null || ownValue(value, 'item') != null)
  )
}

function isId(value: unknown): boolean {
  return [ownValue(value, 'client'), ownValue(value, 'clock')].every(
    part => typeof part === 'number' && Number.isSafeInteger(part) && part >= 0,
  )
}

/** The carets on the page, and who has just moved. */
class Names {
  readonly #awareness: Awareness
  readonly #fresh = new Map<number, ReturnType<typeof setTimeout>>()
  readonly #places = new Map<number, string>()
  readonly #carets = new Map<number, HTMLElement>()

  constructor(awareness: Awareness) {
    this.#awareness = awareness
  }

  name(client: number): string {
    return readPresence(this.#awareness.getStates().get(client))?.person.name ?? words.someone
  }

  hue(client: number): number {
    return hueOf(this.name(client))
  }

  caret(client: number): HTMLElement {
    const caret = document.createElement('span')
    caret.className = 'note-caret'
    // It stands in the middle of somebody's sentence.
    caret.setAttribute('aria-hidden', 'true')
    caret.dataset.hue = String(this.hue(client))
    caret.toggleAttribute('data-fresh', this.#fresh.has(client))
    const name = document.createElement('bdi')
    name.className = 'note-caret-name'
    name.textContent = this.name(client)
    caret.append(name)
    this.#carets.set(client, caret)
    return caret
  }

  follow() {
    this.#awareness.on('change', this.#changed)
    return {
      destroy: () => {
        this.#awareness.off('change', this.#changed)
        for (const timer of this.#fresh.values()) clearTimeout(timer)
      },
    }
  }

  readonly #changed = ({ added, updated, removed }: Record<string, number[]>): void => {
    for (const client of [...added, ...updated]) {
      if (client === this.#awareness.clientID) continue
      const place = JSON.stringify(ownValue(this.#awareness.getStates().get(client), 'cursor') ?? null)
      if (place === 'null' || this.#places.get(client) === place) continue
      this.#places.set(client, place)
      this.#refresh(client)
    }
    for (const client of removed) {
      this.#places.delete(client)
      this.#carets.delete(client)
      clearTimeout(this.#fresh.get(client))
      this.#fresh.delete(client)
    }
  }

  #refresh(client: number): void {
    clearTimeout(this.#fresh.get(client))
    this.#carets.get(client)?.setAttribute('data-fresh', '')
    const fade = () => {
      this.#fresh.delete(client)
      this.#carets.get(client)?.removeAttribute('data-fresh')
    }
    this.#fresh.set(client, setTimeout(fade, freshMs))
  }
}
