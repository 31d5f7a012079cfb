import type { Base } from './base.ts'
import { Cursor } from './cursor.ts'
import type { StateVector } from './state-vector.ts'
import { readStruct, sliceStruct, splitsSurrogate } from './struct.ts'
import { encodeDeletes, encodeUpdateWith, type Run } from './update.ts'

/** Parts of an answer are cut at about this many bytes; a single struct may be larger. */
export const PART_BYTES = 256 * 1024

/** An update this large that is wanted whole is sent as it is: a copy in memory would weigh more than a message. */
const WHOLE_BYTES = 16 * 1024

/** The two halves of a document that an answer draws on, as they are at one committed seq. */
export interface AnswerSource {
  base: Base
  /** What comes after the base, in order: updates, each with its runs. */
  tail: readonly { update: Uint8Array; runs: readonly Run[] }[]
  /** Everything deleted, encoded: the tables move on while a slow reader takes its parts. */
  deletes: Uint8Array
}

/**
 * Everything beyond `known` as updates in causal order, so that none parks structs in its reader; the last carries the
 * complete delete set. Lazy: what a slow reader has not taken yet is not encoded yet. An answer always has a last part.
 */
export function* answer({ base, tail, deletes }: AnswerSource, known: StateVector): Generator<Uint8Array> {
  const part = new Part()
  if (known.size === 0) yield* base.parts
  else {
    for (const runs of missingByPart(base, known)) {
      // Between the parts of the base only: inside one, runs stand by client, not in causal order.
      if (part.bytes >= PART_BYTES) yield part.flush(NO_DELETES)
      for (const run of runs) part.add(run)
    }
  }
  for (const { update, runs } of tail) {
    if (part.bytes >= PART_BYTES) yield part.flush(NO_DELETES)
    if (known.size === 0 && update.length >= WHOLE_BYTES) {
      if (part.bytes > 0) yield part.flush(NO_DELETES)
      yield update
      continue
    }
    for (const run of runs) {
      const missing = beyond(run, known.get(run.client) ?? 0)
      if (missing !== null) for (const piece of missing) part.add(piece)
    }
  }
  yield part.flush(deletes)
}

const NO_DELETES = encodeDeletes(new Map())

/** An update being gathered. Causal order holds between parts, so within one the order of clients is free. */
class Part {
  bytes = 0
  #runs = new Map<number, Run[]>()

  add(run: Run): void {
    const runs = this.#runs.get(run.client)
    if (runs === undefined) this.#runs.set(run.client, [run])
    else runs.push(run)
    this.bytes += run.stop - run.start
  }

  flush(deletes: Uint8Array): Uint8Array {
    const update = encodeUpdateWith(this.#runs, deletes)
    this.#runs = new Map()
    this.bytes = 0
    return update
  }
}

/** The runs of each part of the base beyond `known`. */
function missingByPart(base: Base, known: StateVector): Run[][] {
  const byPart: Run[][] = base.parts.map(() => [])
  for (const run of base.runs()) {
    const missing = beyond(run, known.get(run.client) ?? 0)
    if (missing !== null) for (const piece of missing) byPart[run.part].push(piece)
  }
  return byPart
}

/** What of `run` lies beyond `clock`: null, the run itself, or its sliced first struct and the rest. */
export function beyond(run: Run, clock: number): Run[] | null {
  if (clock >= run.end) return null
  if (clock <= run.clock) return [run]
  const cursor = new Cursor(run.bytes, run.start, run.stop)
  let at = run.clock
  let skipped = 0
  for (;;) {
    const start = cursor.pos
    const struct = readStruct(cursor, run.client, at, false)
    const end = at + struct.length
    if (end > clock) {
      const rest: Run = { ...run, clock: at, count: run.count - skipped, start }
      return at === clock ? [rest] : slice(rest, struct.end, end, clock)
    }
    at = end
    skipped++
  }
}

/** Cuts the first struct of `run` at `clock`; never inside a surrogate pair: then the reader gets one clock twice. */
function slice(run: Run, firstStop: number, firstEnd: number, clock: number): Run[] {
  const { client, bytes, start } = run
  let offset = clock - run.clock
  if (splitsSurrogate(new Cursor(bytes, start, firstStop), client, run.clock, offset)) offset--
  if (offset === 0) return [run]
  const sliced = sliceStruct(new Cursor(bytes, start, firstStop), client, run.clock, offset)
  const head: Run = {
    ...run,
    clock: run.clock + offset,
    end: firstEnd,
    count: 1,
    bytes: sliced,
    start: 0,
    stop: sliced.length,
  }
  const rest: Run = { ...run, clock: firstEnd, count: run.count - 1, start: firstStop }
  return rest.count > 0 ? [head, rest] : [head]
}
