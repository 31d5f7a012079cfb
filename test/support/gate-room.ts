import * as Y from 'yjs'
import { compact } from '../../server/document/compact.ts'
import { InputError } from '../../server/document/cursor.ts'
import { Document } from '../../server/document/document.ts'
import { assertNothingPending, docOf, quietDoc } from './oracle.ts'
import { isUnordered } from './unordered.ts'

export type Outcome = 'refused' | 'held' | 'taken' | 'nothing new'

/** A room that anything is sent to, beside two `Y.Doc`s that must integrate whatever its gate takes. */
export class GateRoom {
  document = Document.open(null)
  #snapshot: { seq: number; parts: Uint8Array[]; index: Uint8Array } | null = null
  readonly records: Uint8Array[] = []
  /** One collects what is deleted, as browsers do; one keeps it, as a history does. */
  readonly live = [quietDoc(null, true), quietDoc(null, false)]

  /** Whether something was taken that `isUnordered`. */
  unordered = false

  send(update: Uint8Array): Outcome {
    const before = this.#known()
    let verdict: ReturnType<Document['judge']>
    try {
      verdict = this.document.judge(update)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      if (this.#known() !== before) throw new Error('a refusal left a trace')
      return 'refused'
    }
    const { taken, missing } = verdict
    if (taken === null) return missing.size > 0 ? 'held' : 'nothing new'
    this.document.accept(taken)
    this.records.push(taken.update)
    this.document.commit(taken, this.records.length)
    for (const doc of this.live) {
      Y.applyUpdate(doc, taken.update)
      assertNothingPending(doc)
    }
    if (isUnordered(this.live[1], taken.update)) this.unordered = true
    const again = this.document.judge(taken.update)
    if (again.taken !== null || again.missing.size > 0) throw new Error('what was taken is not known afterwards')
    return missing.size > 0 ? 'held' : 'taken'
  }

  #known(): string {
    const { document } = this
    return JSON.stringify([document.seq, document.tailLength, document.tailBytes, [...document.stateVector()]])
  }

  compact(): void {
    const { seq, updates } = this.document.contents()
    this.#snapshot = { seq, ...compact(updates) }
    this.document.rebase(this.#snapshot)
  }

  restart(): void {
    this.document = Document.open(this.#snapshot)
    this.document.load(this.records.map((update, i) => ({ seq: i + 1, update })).slice(this.document.seq))
  }

  /** Loads the room as a new client and as a restart would, raw and compacted; each must integrate completely. */
  loads(): { fresh: Y.Doc[]; compacted: Y.Doc[] } {
    const whole = [...{ [Symbol.iterator]: () => this.document.answer(new Map()) }]
    const { parts } = compact(this.document.contents().updates)
    return {
      fresh: [docOf(whole, true), docOf(whole, false)],
      compacted: [docOf(parts, true), docOf(parts, false)],
    }
  }
}
