import type * as Y from 'yjs'
import { type Closing, Refusal } from '../protocol/close.ts'
import type { Grant } from './auth.ts'
import type { Peer, Room } from './room.ts'

export interface ServerRoomParts {
  name: string
  /** The room of that name, read from disk unless it is in memory. */
  open(name: string): Promise<Room>
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

/** Takes part in a room for as long as it takes to write one update. Rejects with `Refusal`. */
function commit(room: Room, update: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const peer = new Writer(room, resolve, closing => reject(new Refusal(closing)))
    room.enter(peer)
    try {
      const missing = room.receive(update, peer)
      if (missing.size > 0) throw new Error('The room lacks something that it has on disk.')
      peer.wait(room.acceptedSeq)
    } catch (error) {
      room.leave(peer)
      reject(error)
    }
  })
}

/** A peer that hears nothing, and waits for the disk. */
class Writer implements Peer {
  readonly grant: Grant = { access: 'write' }
  readonly #room: Room
  readonly #done: () => void
  readonly #failed: (closing: Closing) => void
  #seq = Number.POSITIVE_INFINITY

  constructor(room: Room, done: () => void, failed: (closing: Closing) => void) {
    this.#room = room
    this.#done = done
    this.#failed = failed
  }

  wait(seq: number): void {
    this.#seq = seq
    this.#room.awaitCommits(this, true)
    this.committed()
  }

  committed(): void {
    if (this.#room.document.seq < this.#seq) return
    this.#room.leave(this)
    this.#done()
  }

  end(closing: Closing): void {
    this.#failed(closing)
  }

  deliver(): void {}
  deliverPresence(): void {}
  deliverSignal(): void {}
}
