import type * as Y from 'yjs'
import { type Closing, Refusal } from '../protocol/close.ts'
import type { Grant } from './auth.ts'
import { InputError } from './document/cursor.ts'
import type { Peer, Room } from './room.ts'

export interface ServerRoomParts {
  name: string
  /** The room of that name, read from disk unless it is in memory. */
  open(name: string): Promise<Room>
}

/** What becomes of an update that a program brings. */
export interface Applied {
  /** Whether it holds anything that the room did not have. */
  isNews: boolean
  /**
   * Whether a part of it was left out, because it builds on something that neither it nor the room has, or is of a user who
   * is in the room now and is asked for it.
   */
  isIncomplete: boolean
}

/**
 * A room as the program around the server edits it. What it writes goes the way of every update: checked, committed,
 * relayed. Transactions of one room run one after the other, under one Yjs client id.
 */
export class ServerRoom {
  readonly name: string
  readonly #parts: ServerRoomParts
  #last: Promise<unknown> = Promise.resolve()
  #clientId: number | null = null

  constructor(parts: ServerRoomParts) {
    this.name = parts.name
    this.#parts = parts
  }

  /**
   * Runs `edit` on the document as it is on disk, and resolves with what it returns when what it wrote is on disk, too.
   * `edit` must not be async. When it throws, nothing is written, and the promise rejects with what was thrown; with a
   * `Refusal` when the room does not take the change (too large, full, damaged, the disk fails).
   *
   * The document is made for the occasion, on this thread: that costs tens of milliseconds for a megabyte. A program
   * that edits a large room often is better off as a client of it.
   */
  transact<T>(edit: (doc: Y.Doc) => T): Promise<T> {
    const run = (): Promise<T> => this.#transact(edit)
    const result = this.#last.then(run, run)
    this.#last = result.catch(() => undefined)
    return result
  }

  /**
   * Merges an update in Yjs' V1 encoding into the document, whatever its size up to that of a room: the state of a
   * document kept elsewhere, say. Resolves when what was new in it is on disk; what was there already costs nothing.
   * Rejects with a `Refusal`, `malformed` when the bytes are not an update; then nothing of it was taken.
   */
  async apply(update: Uint8Array): Promise<Applied> {
    const room = await this.#parts.open(this.name)
    const writer = new Writer(room)
    try {
      const applied = await inSlices(room, receiving(room, update, writer))
      await writer.saved()
      return applied
    } finally {
      room.leave(writer)
    }
  }

  /** What `apply` would do. Writes nothing. */
  async judge(update: Uint8Array): Promise<Applied> {
    const room = await this.#parts.open(this.name)
    const { taken, missing } = await inSlices(room, room.document.judging(update))
    if (taken.length > 0 && room.problem !== null) throw new Refusal('read-only', room.problem)
    return { isNews: taken.length > 0, isIncomplete: missing.size > 0 }
  }

  async #transact<T>(edit: (doc: Y.Doc) => T): Promise<T> {
    // Loaded when first needed: a server without edits of its own keeps no Yjs on its main thread.
    const { materialise } = await import('./document/compact.ts')
    const { mergeUpdates } = await import('yjs')
    const room = await this.#parts.open(this.name)
    const doc = materialise(room.document.contents().updates)
    try {
      this.#clientId ??= doc.clientID
      doc.clientID = this.#clientId
      const updates: Uint8Array[] = []
      doc.on('update', update => updates.push(update))
      const result = doc.transact(() => edit(doc), this)
      if (result instanceof Promise) throw new TypeError('The function given to transact must not be async.')
      if (updates.length > 0) await commit(room, mergeUpdates(updates))
      return result
    } catch (error) {
      // Whether the write reached the disk is not known: its clocks are never used for anything else.
      this.#clientId = null
      throw error
    } finally {
      doc.destroy()
    }
  }
}

/** Writes one update at once. Rejects with `Refusal`. */
async function commit(room: Room, update: Uint8Array): Promise<void> {
  const writer = new Writer(room)
  try {
    const missing = room.receive(update, writer)
    if (missing.size > 0) throw new Error('The room lacks something that it has on disk.')
    await writer.saved()
  } finally {
    room.leave(writer)
  }
}

function* receiving(room: Room, update: Uint8Array, writer: Writer): Generator<void, Applied> {
  const work = room.receiving(update, writer)
  for (;;) {
    const before = room.acceptedSeq
    const { done, value } = work.next()
    if (done === true) return { isNews: room.acceptedSeq > before, isIncomplete: value.size > 0 }
    yield
  }
}

/** A slice a turn, so that others are served in between. */
async function inSlices<T>(room: Room, work: Generator<void, T>): Promise<T> {
  try {
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return value
      await new Promise<void>(resolve => room.soon(resolve))
    }
  } catch (error) {
    throw error instanceof InputError ? new Refusal(error.closing, error.message) : error
  }
}

/** A peer that hears nothing, and waits for the disk: it takes part for as long as it takes to write something. */
class Writer implements Peer {
  readonly grant: Grant = { access: 'write' }
  readonly answersNudges = true
  readonly #room: Room
  #seq = Number.POSITIVE_INFINITY
  #ended: Closing | null = null
  #resolve = (): void => {}
  #reject = (_: Refusal): void => {}

  constructor(room: Room) {
    this.#room = room
    room.enter(this)
  }

  /** Resolves when everything accepted so far is on disk. Rejects with `Refusal`. */
  saved(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#seq = this.#room.acceptedSeq
      if (this.#ended !== null) reject(new Refusal(this.#ended))
      this.#room.awaitCommits(this, true)
      this.committed()
    })
  }

  committed(): void {
    if (this.#room.document.seq >= this.#seq) this.#resolve()
  }

  end(closing: Closing): void {
    this.#ended = closing
    this.#reject(new Refusal(closing))
  }

  ask(): void {}
  deliver(): void {}
  deliverPresence(): void {}
  deliverSignal(): void {}
}
