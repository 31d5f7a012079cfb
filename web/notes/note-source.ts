import type { Schema } from '@tiptap/pm/model'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import type { Room } from '../../client/index.ts'
import { fitOf, prune } from './fit.ts'

/** The name of the note in a room's document. */
export const BODY = 'body'

/** Why a note can only be read: the server says so, or it holds what this editor would lose. */
export type ReadOnly = 'access' | 'unfinished' | 'foreign'

export type Binding =
  | { readonly kind: 'loading' }
  | { readonly kind: 'write'; readonly doc: Y.Doc }
  | { readonly kind: 'read'; readonly doc: Y.Doc; readonly why: ReadOnly }

/** What has not arrived by then is not on its way: the editor may take the empty element away. */
const unfinishedMs = 5_000

const LOADING: Binding = { kind: 'loading' }

/**
 * The document that the editor is to be bound to: the room's, or a copy of it. What the editor deletes in a copy,
 * because it does not know it or because somebody wrote it badly, is deleted nowhere else; and who may only read sends
 * nothing that the server has to refuse.
 */
export class NoteSource {
  readonly #room: Room
  readonly #schema: Schema
  readonly #listeners = new Set<() => void>()
  readonly #leaving = new Set<() => void>()
  #binding: Binding = LOADING
  #watched: Y.Doc | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  /** A document in which nothing that is unfinished is waited for any more. */
  #waitedFor: Y.Doc | null = null
  #isStarted = false

  constructor(room: Room, schema: Schema) {
    this.#room = room
    this.#schema = schema
  }

  readonly get = (): Binding => this.#binding

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Called when the binding is about to be another, before an editor that is bound to it can hear of what has arrived. */
  onLeave(leave: () => void): () => void {
    this.#leaving.add(leave)
    return () => this.#leaving.delete(leave)
  }

  /** Begins to follow the room; returns what ends it. */
  start(): () => void {
    this.#isStarted = true
    void this.#room.loaded.then(this.#decide)
    this.#room.on('doc', this.#decide)
    this.#room.on('access', this.#decide)
    return () => {
      this.#isStarted = false
      this.#room.off('doc', this.#decide)
      this.#room.off('access', this.#decide)
      this.#unwatch()
      this.#become(LOADING)
    }
  }

  readonly #decide = (): void => {
    if (!this.#isStarted) return
    const { doc } = this.#room
    const why = this.#whyNot(doc)
    if (why === null) {
      if (this.#binding.kind === 'write' && this.#binding.doc === doc) return
      this.#watch(doc, 'beforeObserverCalls')
      this.#become({ kind: 'write', doc })
    } else if (this.#binding.kind === 'read' && this.#watched === doc) {
      if (this.#binding.why !== why) this.#become({ ...this.#binding, why })
    } else {
      this.#watch(doc, 'update')
      this.#become({ kind: 'read', doc: this.#copyOf(doc), why })
    }
    if (why === 'unfinished') this.#wait(doc)
  }

  #whyNot(doc: Y.Doc): ReadOnly | null {
    if (this.#room.access === 'read') return 'access'
    const fit = fitOf(doc.getXmlFragment(BODY), this.#schema)
    if (fit === 'foreign' || (fit === 'unfinished' && this.#waitedFor !== doc)) return fit
    return null
  }

  #copyOf(doc: Y.Doc): Y.Doc {
    const copy = new Y.Doc()
    this.#takeIn(copy, Y.encodeStateAsUpdate(doc))
    return copy
  }

  #takeIn(copy: Y.Doc, update: Uint8Array): void {
    // In one transaction: an editor sees what is left.
    copy.transact(() => {
      Y.applyUpdate(copy, update)
      prune(copy.getXmlFragment(BODY), this.#schema)
    })
  }

  /** Of the room's document while it can be written: what the editor made fits, and all else is judged first. */
  readonly #beforeObservers = ({ origin }: Y.Transaction): void => {
    if (origin === ySyncPluginKey || origin instanceof Y.UndoManager) return
    if (this.#binding.kind === 'write' && this.#whyNot(this.#binding.doc) !== null) this.#decide()
  }

  /** Of the room's document while there is a copy. */
  readonly #updated = (update: Uint8Array): void => {
    if (this.#binding.kind === 'read') this.#takeIn(this.#binding.doc, update)
    this.#decide()
  }

  #watch(doc: Y.Doc, event: 'beforeObserverCalls' | 'update'): void {
    this.#unwatch()
    this.#watched = doc
    if (event === 'update') doc.on('update', this.#updated)
    else doc.on('beforeObserverCalls', this.#beforeObservers)
  }

  #unwatch(): void {
    this.#watched?.off('update', this.#updated)
    this.#watched?.off('beforeObserverCalls', this.#beforeObservers)
    this.#watched = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #wait(doc: Y.Doc): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#waitedFor = doc
      this.#decide()
    }, unfinishedMs)
  }

  #become(binding: Binding): void {
    for (const leave of [...this.#leaving]) leave()
    const last = this.#binding
    this.#binding = binding
    if (last.kind === 'read' && !('doc' in binding && binding.doc === last.doc)) last.doc.destroy()
    for (const listener of [...this.#listeners]) listener()
  }
}
