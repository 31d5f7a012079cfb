import type { Database, Operation } from './database.ts'
import { digestOf, type Head } from './head.ts'
import { LEDGER_KEY, lastNumber, markKey, markRange, only } from './keys.ts'
import { seal, unseal } from './seal.ts'

/** What is true of the whole database; moves with every batch. */
export interface LedgerState {
  /** Number of the last batch. */
  commit: number
  /** Every batch from here to `commit` has left its mark. */
  oldestMark: number
  /** How many rooms have a head. */
  rooms: number
  /** Sum of `digestOf` over all heads, modulo 2^32. */
  digest: number
}

/**
 * LevelDB's log holds the batches of two write buffers (4 MB each, or one batch when that is larger) at most; each
 * counts here for 4 MB at most, so that four large ones have certainly pushed out what came before.
 */
const BUFFER_BYTES = 4 * 1024 * 1024
const MARKED_BYTES = 4 * BUFFER_BYTES
const CHECKPOINT_BYTES = 1024 * 1024
const MARKS_DROPPED_PER_BATCH = 8

/**
 * Numbers the batches, leaves a mark per batch for as long as LevelDB's write-ahead log may hold it, and keeps count and
 * digest of all heads. LevelDB drops a damaged stretch of its log without a word and goes on behind it: then a mark is
 * missing. A table that disappears or falls back to older values changes the digest.
 */
export class Ledger {
  readonly #state: LedgerState
  #written = 0
  /** One per megabyte: the batch and how much had been written before it. */
  #checkpoints: { commit: number; written: number }[] = []
  #dispensable: number

  /** `state` must be from a database that has just been opened: its log is empty, so no mark is needed any more. */
  constructor(state: LedgerState) {
    this.#state = { ...state }
    this.#dispensable = state.commit + 1
  }

  get commit(): number {
    return this.#state.commit
  }

  headMoved(room: string, before: Head | null, after: Head): void {
    if (before === null) this.#state.rooms++
    const term = digestOf(room, after) - (before === null ? 0 : digestOf(room, before))
    this.#state.digest = (this.#state.digest + term) >>> 0
  }

  /** Makes a numbered commit of a batch. */
  stamp(batch: Operation[]): void {
    const state = this.#state
    const bytes = batch.reduce((sum, op) => sum + op.key.length + (op.type === 'put' ? op.value.length : 0), 0)
    state.commit++
    this.#keepMarksFor(Math.min(bytes, BUFFER_BYTES))
    for (let n = 0; n < MARKS_DROPPED_PER_BATCH && state.oldestMark < this.#dispensable; n++) {
      batch.push({ type: 'del', key: markKey(state.oldestMark++) })
    }
    batch.push({ type: 'put', key: markKey(state.commit), value: NO_VALUE })
    batch.push({ type: 'put', key: LEDGER_KEY, value: seal(LEDGER_KEY, encode(state)) })
  }

  #keepMarksFor(bytes: number): void {
    const last = this.#checkpoints.at(-1)
    if (last === undefined || this.#written - last.written >= CHECKPOINT_BYTES) {
      this.#checkpoints.push({ commit: this.#state.commit, written: this.#written })
    }
    while ((this.#checkpoints[1]?.written ?? Infinity) <= this.#written - MARKED_BYTES) this.#checkpoints.shift()
    const [oldest] = this.#checkpoints
    if (oldest !== undefined && oldest.written <= this.#written - MARKED_BYTES) this.#dispensable = oldest.commit
    this.#written += bytes
  }
}

const NO_VALUE = Buffer.alloc(0)

/** The ledger on disk. */
export async function readLedger(database: Database): Promise<LedgerState | 'absent' | 'damaged'> {
  for await (const [key, value] of database.entries(only(LEDGER_KEY))) {
    const payload = unseal(key, value)
    return payload === null ? 'damaged' : decode(payload)
  }
  return 'absent'
}

/** The first batch that `state` knows of and that has left no mark; `null` when all are there. */
export async function missingMark(database: Database, state: LedgerState): Promise<number | null> {
  let expected = state.oldestMark
  for await (const [key] of database.entries(markRange(state.oldestMark), { values: false })) {
    if (lastNumber(key) !== expected) break
    expected++
  }
  return expected === state.commit + 1 ? null : expected
}

function encode({ commit, oldestMark, rooms, digest }: LedgerState): Buffer {
  const payload = Buffer.allocUnsafe(32)
  for (const [at, number] of [commit, oldestMark, rooms, digest].entries()) payload.writeDoubleLE(number, at * 8)
  return payload
}

function decode(payload: Buffer): LedgerState {
  const number = (at: number) => payload.readDoubleLE(at * 8)
  return { commit: number(0), oldestMark: number(1), rooms: number(2), digest: number(3) }
}
