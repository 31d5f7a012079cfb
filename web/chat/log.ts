/**
 * The message log of a document: what lies in its `messages` array, read as messages, each id once, by (time, id).
 * Messages themselves never change: edits, reactions and deletions are maps beside the array (`annotations.ts`).
 */

import type * as Y from 'yjs'
import type { Readable } from './cell.ts'
import { type Draft, type Message, plainMessage, readMessage } from './message.ts'

/** A message and the id Yjs gave it, by which one can tell whether the server holds it. */
export interface Entry {
  readonly message: Message
  readonly client: number
  readonly clock: number
}

export function messagesOf(doc: Y.Doc): Y.Array<unknown> {
  return doc.getArray<unknown>('messages')
}

/** Appends by `insert` at the end: `push` walks the whole list. */
export function append(doc: Y.Doc, message: Draft): void {
  doc.transact(() => {
    const messages = messagesOf(doc)
    messages.insert(messages.length, [plainMessage(message)])
  })
}

/** What was read before, by the value in the document. */
export type KnownEntries = WeakMap<object, Entry>

/** Every message of the array as it lies there, copies too. What is in `known` is not read again. */
export function readElements(messages: Y.Array<unknown>, known?: KnownEntries): readonly Entry[] {
  const found: Entry[] = []
  // Yjs has no public way to ask an element for its id; the list of items is where it is.
  for (let item = messages._start; item !== null; item = item.right) collect(item, found, known)
  return found
}

/** Every message of the array: in order of (time, id), each id once, other shapes left out. */
export function readLog(messages: Y.Array<unknown>, known?: KnownEntries): readonly Entry[] {
  return firstOfEach([...readElements(messages, known)].sort(compareEntries))
}

/** The log of a document, kept up to date. */
export class MessageLog implements Readable<readonly Entry[]> {
  readonly #messages: Y.Array<unknown>
  #entries: readonly Entry[]
  #ids: Set<string>
  #listeners = new Set<() => void>()

  constructor(doc: Y.Doc) {
    this.#messages = messagesOf(doc)
    this.#entries = readLog(this.#messages)
    this.#ids = idsOf(this.#entries)
    this.#messages.observe(this.#observe)
  }

  get = (): readonly Entry[] => this.#entries

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  destroy(): void {
    this.#messages.unobserve(this.#observe)
    this.#listeners.clear()
  }

  readonly #observe = (event: Y.YArrayEvent<unknown>): void => {
    const added: Entry[] = []
    for (const item of event.changes.added) collect(item, added)
    added.sort(compareEntries)
    const fresh = firstOfEach(added)
    // A deletion, or an id that is already there, may change which copy counts: read again. Both are rare.
    if (event.changes.deleted.size > 0 || fresh.some(entry => this.#ids.has(entry.message.id))) {
      this.#entries = readLog(this.#messages)
      this.#ids = idsOf(this.#entries)
    } else {
      if (fresh.length === 0) return
      this.#entries = merge(this.#entries, fresh)
      for (const entry of fresh) this.#ids.add(entry.message.id)
    }
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Display order: (time, id). Copies of one message follow each other, in the same order everywhere. */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.message.at !== b.message.at) return a.message.at - b.message.at
  if (a.message.id !== b.message.id) return a.message.id < b.message.id ? -1 : 1
  return a.client - b.client || a.clock - b.clock
}

function collect(item: Y.Item, into: Entry[], known?: KnownEntries): void {
  if (item.deleted || !item.countable) return
  item.content.getContent().forEach((value: unknown, offset: number) => {
    if (typeof value !== 'object' || value === null) return
    const clock = item.id.clock + offset
    const before = known?.get(value)
    if (before?.clock === clock && before.client === item.id.client) {
      into.push(before)
      return
    }
    const message = readMessage(value)
    if (message === null) return
    const entry = { message, client: item.id.client, clock }
    known?.set(value, entry)
    into.push(entry)
  })
}

function firstOfEach(sorted: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>()
  return sorted.filter(({ message }) => !seen.has(message.id) && seen.add(message.id))
}

function idsOf(entries: readonly Entry[]): Set<string> {
  return new Set(entries.map(entry => entry.message.id))
}

function merge(old: readonly Entry[], fresh: readonly Entry[]): readonly Entry[] {
  const merged: Entry[] = []
  let from = 0
  for (const entry of fresh) {
    const to = lowerBound(old, entry, from)
    for (let i = from; i < to; i++) merged.push(old[i] as Entry)
    merged.push(entry)
    from = to
  }
  for (let i = from; i < old.length; i++) merged.push(old[i] as Entry)
  return merged
}

function lowerBound(entries: readonly Entry[], entry: Entry, from: number): number {
  let low = from
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareEntries(entries[middle] as Entry, entry) < 0) low = middle + 1
    else high = middle
  }
  return low
}
