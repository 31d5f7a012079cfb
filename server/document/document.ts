import type { Snapshot } from '../store/store.ts'
import { answer, PART_BYTES } from './answer.ts'
import { Base } from './base.ts'
import { DEFAULT_SLICES, judge, judging, type Known, type LargeVerdict, type Taken, type Verdict } from './gate.ts'
import { Findings } from './item.ts'
import { addDeletes, type Deletes } from './ranges.ts'
import { encodeStateVector, type StateVector } from './state-vector.ts'
import { Tables } from './tables.ts'
import { gather, Tail } from './tail.ts'
import { ANY_TERMS, boundsOf } from './terms.ts'
import {
  encodeDeletes,
  encodeUpdate,
  encodeUpdateWith,
  parseUpdate,
  type Run,
  readRuns,
  runsByClient,
} from './update.ts'

/**
 * A Yjs document kept as bytes: a base (everything up to a seq) and a tail (the records since), with tables of what
 * they hold. There is no `Y.Doc`: an update costs what it weighs, whatever the document has been through.
 */
export class Document {
  #base: Base
  #baseSeq: number
  readonly #tail = new Tail()
  #seq: number
  /** The answer to an empty state vector as of a seq. */
  #whole: { seq: number; parts: readonly Uint8Array[] } | null = null
  /** The state vector as of a seq, encoded. */
  #vector: { seq: number; bytes: Uint8Array } | null = null
  /** Everything deleted as of a seq, encoded. */
  #deletes: { seq: number; bytes: Uint8Array } | null = null
  readonly #tables: Tables
  /** Everything accepted, for the gate. */
  readonly #known: Known = {
    acceptedClock: client => this.#tables.acceptedClock(client),
    acceptedPlace: (client, clock) => this.#tables.acceptedPlace(client, clock),
    undeleted: (client, start, end) => this.#tables.undeleted(client, start, end),
    runAt: (client, clock) => this.#runAt(client, clock),
    findings: new Findings(),
  }

  private constructor(base: Base, deletes: Deletes, seq: number) {
    this.#base = base
    this.#baseSeq = seq
    this.#seq = seq
    this.#tables = new Tables(base, deletes)
  }

  /** `parts` and `index` as `compact` made them, or null for a document that has no base yet. */
  static open(base: Pick<Snapshot, 'parts' | 'index' | 'seq'> | null): Document {
    if (base === null) return new Document(Base.empty, new Map(), 0)
    const { structs, deletes } = readSnapshot(base)
    return new Document(structs, deletes, base.seq)
  }

  /** The seq of the last committed record. */
  get seq(): number {
    return this.#seq
  }

  get baseBytes(): number {
    return this.#base.byteLength
  }

  get tailBytes(): number {
    return this.#tail.bytes
  }

  /** Records after the base. */
  get tailLength(): number {
    return this.#tail.length
  }

  /** What the tail takes in memory, in bytes. */
  get tailWeight(): number {
    return this.#tail.weight
  }

  get hasTail(): boolean {
    return !this.#tail.isEmpty
  }

  /** Judges an update from the wire against everything accepted so far. Changes nothing. Throws `InputError`. */
  judge(update: Uint8Array, terms = ANY_TERMS): Verdict {
    return judge(parseUpdate(update, true, boundsOf(this.#known.acceptedClock, terms)), this.#known, 'refuse', terms)
  }

  /**
   * The same for a large update, a slice at a time and cut into records of about 256 KB: all of them must be accepted
   * in the turn in which the verdict is returned.
   */
  judging(update: Uint8Array, slices = DEFAULT_SLICES, terms = ANY_TERMS): Generator<void, LargeVerdict> {
    return judging(update, this.#known, slices, terms)
  }

  /** What was just judged counts as accepted from now on, and must be committed in the order of these calls. */
  accept(taken: Taken): void {
    this.#tables.accept(taken)
  }

  /** Whether what was just judged would bring a root beyond so many. */
  hasRootsBeyond(atMost: number, taken: readonly Taken[]): boolean {
    return this.#tables.hasRootsBeyond(atMost, taken)
  }

  /** How many clients have written something that is accepted. */
  get clients(): number {
    return this.#tables.clients
  }

  /** How many ranges of clocks are deleted. */
  get deletedRanges(): number {
    return this.#tables.deletedRanges
  }

  /** Whether what was just judged is of new clients, and would bring their number beyond so many. */
  hasClientsBeyond(atMost: number, taken: readonly Taken[]): boolean {
    return this.#tables.hasClientsBeyond(atMost, taken)
  }

  /** Whether `client` is accepted up to `clock`. */
  knows(client: number, clock: number): boolean {
    return this.#tables.acceptedClock(client) >= clock
  }

  /** An accepted record is on disk as `seq`. */
  commit(taken: Taken, seq: number): void {
    this.#tables.commit(taken)
    this.#append(seq, taken.update, taken.runs)
  }

  /** Takes records that were read from disk. Throws when they do not follow what is there. */
  load(records: readonly { seq: number; update: Uint8Array }[]): void {
    for (let from = 0; from < records.length; ) {
      let to = from
      for (let bytes = 0; to < records.length && (to === from || bytes < PART_BYTES); to++) {
        bytes += records[to].update.length
      }
      this.#loadTogether(records.slice(from, to))
      from = to
    }
  }

  /** One judgement for many records: each of its own would leave a heap of garbage behind every room that opens. */
  #loadTogether(records: readonly { seq: number; update: Uint8Array }[]): void {
    const deletes: Deletes = new Map()
    const ends = new Map<number, number>()
    const chunk = gather(
      records.map(({ seq, update }, i) => {
        if (seq !== this.#seq + i + 1) throw new Error(`record ${seq} follows record ${this.#seq + i}`)
        const addition = readRuns(update)
        addDeletes(deletes, addition.deletes)
        for (const { client, clock, end } of addition.runs) {
          if (clock !== (ends.get(client) ?? this.#tables.committedClock(client))) {
            throw new Error(`record ${seq} does not follow what is there`)
          }
          ends.set(client, end)
        }
        return { last: seq, level: 0, records: 1, bytes: update.length, update, runs: addition.runs }
      }),
    )
    const whole = { ...parseUpdate(chunk.update, false), deletes }
    const { taken, missing } = judge(whole, this.#known, 'take')
    if (missing.size > 0) throw new Error(`record ${chunk.last}, or one before, refers to something that is not there`)
    if (taken !== null) this.#tables.load({ runs: chunk.runs, deletes, places: taken.places })
    this.#seq = chunk.last
    this.#tail.appendChunk(chunk)
  }

  /** Drops what is only kept to be said again soon. */
  rest(): void {
    this.#whole = null
    this.#vector = null
    this.#deletes = null
  }

  /**
   * Everything committed beyond `known`, as updates in causal order; see `answer`. Fixed at the seq of this call. The
   * answer to a joiner who has nothing is made once a seq and shared: its parts are the base's own bytes.
   */
  answer(known: StateVector): Iterator<Uint8Array> {
    const source = { base: this.#base, tail: this.#tail.chunks(), deletes: this.#encodedDeletes() }
    if (known.size > 0) return answer(source, known)
    if (this.#whole?.seq !== this.#seq) this.#whole = { seq: this.#seq, parts: [...answer(source, known)] }
    return this.#whole.parts.values()
  }

  stateVector(): StateVector {
    return this.#tables.committedStateVector()
  }

  encodedStateVector(): Uint8Array {
    if (this.#vector?.seq !== this.#seq) {
      this.#vector = { seq: this.#seq, bytes: encodeStateVector(this.#tables.committedStateVector()) }
    }
    return this.#vector.bytes
  }

  /** Everything a compaction or a reader needs, in causal order, as of `seq`. */
  contents(): { seq: number; previous: number; updates: Uint8Array[] } {
    const deletes = encodeUpdateWith(new Map(), this.#encodedDeletes())
    this.#tail.freeze()
    const updates = [...this.#base.parts, ...this.#tail.chunks().map(chunk => chunk.update), deletes]
    return { seq: this.#seq, previous: this.#baseSeq, updates }
  }

  /** Replaces everything up to `snapshot.seq`. */
  rebase(snapshot: Pick<Snapshot, 'parts' | 'index' | 'seq'>): void {
    if (snapshot.seq < this.#baseSeq || snapshot.seq > this.#seq) {
      throw new Error(`a base of seq ${snapshot.seq} does not fit between ${this.#baseSeq} and ${this.#seq}`)
    }
    const { structs, deletes } = readSnapshot(snapshot)
    this.#base = structs
    this.#baseSeq = snapshot.seq
    this.#whole = null
    this.#deletes = null
    this.#tail.dropUpTo(snapshot.seq)
    this.#tables.rebase(structs, deletes)
  }

  /** The run that something accepted stands in. */
  #runAt(client: number, clock: number): Run {
    if (clock < this.#base.clock(client)) return this.#base.runAt(client, clock)
    const run = this.#tail.runAt(client, clock) ?? this.#tables.aheadRun(client, clock)
    if (run === null) throw new Error(`${client}:${clock} is accepted and nowhere`)
    return run
  }

  #encodedDeletes(): Uint8Array {
    if (this.#deletes?.seq !== this.#seq) {
      this.#deletes = { seq: this.#seq, bytes: encodeDeletes(this.#tables.committedDeletes) }
    }
    return this.#deletes.bytes
  }

  #append(seq: number, update: Uint8Array, runs: readonly Run[]): void {
    if (seq !== this.#seq + 1) throw new Error(`record ${seq} follows record ${this.#seq}`)
    this.#seq = seq
    this.#tail.append(seq, update, runs)
  }
}

function readSnapshot({ parts, index }: Pick<Snapshot, 'parts' | 'index'>): { structs: Base; deletes: Deletes } {
  const deletes = readRuns(parts[parts.length - 1]).deletes
  return { structs: Base.decode(parts.slice(0, -1), index), deletes }
}

/** Records committed one after the other, as one update. */
export function mergeRecords(records: readonly Taken[]): Uint8Array {
  if (records.length === 1) return records[0].update
  const deletes: Deletes = new Map()
  for (const record of records) addDeletes(deletes, record.deletes)
  return encodeUpdate(runsByClient(records), deletes)
}
