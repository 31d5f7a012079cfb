import * as Y from 'yjs'
import { compact } from '../../server/document/compact.ts'
import { MalformedError } from '../../server/document/cursor.ts'
import { Document } from '../../server/document/document.ts'
import { assertNothingPending, docOf, quietDoc } from './oracle.ts'
import { read } from './rough.ts'

export type Outcome = 'refused' | 'held' | 'taken' | 'nothing new'

/** A room that anything is sent to, beside two `Y.Doc`s that must integrate whatever its gate takes. */
export class GateRoom {
  document = Document.open(null)
  #snapshot: { seq: number; parts: Uint8Array[]; index: Uint8Array } | null = null
  readonly records: Uint8Array[] = []
  /** One collects what is deleted, as browsers do; one keeps it, as a history does. */
  readonly live = [quietDoc(null, true), quietDoc(null, false)]

  /**
   * Whether something was taken that stands between two ids that can never have been neighbours: the right one lies to
   * the left, or something that one of them was next to lies between. Bytes do not show it. Yjs integrates it, but
   * where it stands can then depend on what has arrived before.
   */
  unordered = false

  send(update: Uint8Array): Outcome {
    const before = this.#known()
    let verdict: ReturnType<Document['judge']>
    try {
      verdict = this.document.judge(update)
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
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
    if (this.#isUnordered(taken.update)) this.unordered = true
    const again = this.document.judge(taken.update)
    if (again.taken !== null || again.missing.size > 0) throw new Error('what was taken is not known afterwards')
    return missing.size > 0 ? 'held' : 'taken'
  }

  #known(): string {
    const { document } = this
    return JSON.stringify([document.seq, document.tailLength, document.tailBytes, [...document.stateVector()]])
  }

  #isUnordered(record: Uint8Array): boolean {
    const store = this.live[1].store
    for (const { structs } of read(record).sections) {
      for (const { origin, rightOrigin } of structs) {
        if (origin === undefined && rightOrigin === undefined) continue
        const left = origin === undefined ? null : Y.getItem(store, Y.createID(...origin))
        const right = rightOrigin === undefined ? null : Y.getItem(store, Y.createID(...rightOrigin))
        if (!couldBeNeighbours(left, right)) return true
      }
    }
    return false
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

/** Null stands for the ends of the list. Ids of the middle of an item are not looked into: splits made them ends. */
function couldBeNeighbours(left: Y.Item | null, right: Y.Item | null): boolean {
  if (!(left instanceof Y.Item) && !(right instanceof Y.Item)) return true
  if (left === right) return false
  const atStart = right instanceof Y.Item ? firstOf(right) : null
  for (let item = left instanceof Y.Item ? left.right : atStart; item !== right; item = item.right) {
    if (item === null) return false
    if (right?.origin && holds(item, right.origin)) return false
    if (left?.rightOrigin && holds(item, left.rightOrigin)) return false
  }
  return true
}

function firstOf(item: Y.Item): Y.Item {
  let first = item
  while (first.left !== null) first = first.left
  return first
}

function holds(item: Y.Item, id: Y.ID): boolean {
  return item.id.client === id.client && item.id.clock <= id.clock && id.clock < item.id.clock + item.length
}
