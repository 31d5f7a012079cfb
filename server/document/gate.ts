import { PART_BYTES } from './answer.ts'
import { Comparison, type Kept } from './comparison.ts'
import { Deletions } from './deletions.ts'
import { CausalParts, slicedRun } from './parts.ts'
import { type Place, Places } from './place.ts'
import type { Deletes } from './ranges.ts'
import type { Addition } from './tables.ts'
import { ANY_TERMS, boundsOf, type Terms } from './terms.ts'
import { encodeUpdate, type ParsedUpdate, type Run, readRuns, type Section, UpdateParser } from './update.ts'
import { type KnownStructs, type Progress, Worklist } from './worklist.ts'

/** What the gate asks of a document: the accepted side of its tables. */
export interface Known extends Kept {
  acceptedClock(client: number): number
  acceptedPlace(client: number, clock: number): Place
}

/** A canonical record: exactly what is new, in bytes of our own. */
export interface Taken extends Addition {
  update: Uint8Array
}

export interface Verdict {
  /** Null when the update holds nothing new that can be integrated. */
  taken: Taken | null
  /**
   * What the held part waits for: client id -> the clock up to which it must be known before another look is worth
   * it. Empty when nothing is held.
   */
  missing: ReadonlyMap<number, number>
}

/**
 * Splits an update: what can be integrated now and is new becomes a canonical record, every deletion of something
 * known with it; what waits for something unknown is held. What no document could integrate is refused, and so is what
 * says something else than what is known; see `Comparison`.
 *
 * What is taken integrates everywhere, without a throw and with nothing pending. One thing stays invisible, because it
 * takes the order of the list: an item between two ids that were never neighbours (the right one to the left of the
 * other, say). No editor makes one; where a crafted one stands can depend on what a reader received before it.
 */
export function judge(
  update: ParsedUpdate,
  known: Known,
  misplaced: 'refuse' | 'take' = 'refuse',
  terms = ANY_TERMS,
): Verdict {
  const { check: onKnown } = new Comparison(update.bytes, known)
  const work = new Worklist(update, structsOf(known, terms), { misplaced, onKnown })
  work.run()
  const deletions = new Deletions(update, known, work)
  deletions.advance(Number.POSITIVE_INFINITY)
  const { deletes, missing, allNew } = deletions
  const wholeAndNew = update.canonical && allNew && work.tookEverything
  return { taken: wholeAndNew ? keep(update, work) : rewrite(update, work, deletes), missing }
}

/** What a large update comes to: the same, cut into records in causal order. */
export interface LargeVerdict {
  taken: Taken[]
  missing: ReadonlyMap<number, number>
}

/**
 * How a large update is cut: structs, or ranges of deletions, looked at in one turn (4,096 take a few milliseconds), and bytes
 * of a record.
 */
export interface Slices {
  sliceStructs: number
  partBytes: number
}

export const DEFAULT_SLICES: Slices = { sliceStructs: 4096, partBytes: PART_BYTES }

/** How often a large update is judged anew because somebody else brought a part of it meanwhile. */
const ATTEMPTS = 3

/**
 * Judges an update in slices, between which others are served; see `UpdateParser`. What was found out is checked again at
 * the end, in one turn with the verdict.
 */
export function* judging(
  bytes: Uint8Array,
  known: Known,
  { partBytes, sliceStructs }: Slices,
  terms = ANY_TERMS,
): Generator<void, LargeVerdict> {
  const parser = new UpdateParser(bytes, true, boundsOf(known.acceptedClock, terms))
  while (!parser.advance(sliceStructs)) yield
  const update = parser.finish()
  for (let attempt = 1; ; attempt++) {
    const gathered = new CausalParts(update.bytes, partBytes)
    const before = update.sections.map(({ client }) => known.acceptedClock(client))
    const { check: onKnown } = new Comparison(update.bytes, known)
    const options = { misplaced: 'refuse', onTaken: gathered.take, onKnown } as const
    const work = new Worklist(update, structsOf(known, terms), options)
    while (!work.advance(sliceStructs)) if (attempt < ATTEMPTS) yield
    const taken: Taken[] = []
    for (const { runs, places } of gathered.finish()) {
      const record = encodeUpdate(runs, NO_DELETES)
      taken.push({ update: record, runs: readRuns(record).runs, deletes: NO_DELETES, places })
      if (attempt < ATTEMPTS) yield
    }
    const deletions = new Deletions(update, known, work)
    while (!deletions.advance(sliceStructs)) if (attempt < ATTEMPTS) yield
    const { deletes, missing } = deletions
    const hasMoved = update.sections.some(({ client }, i) => known.acceptedClock(client) !== before[i])
    // Nobody would say it again when what is waited for has come already.
    const isHereNow = [...missing].some(([client, clock]) => known.acceptedClock(client) >= clock)
    if ((hasMoved || isHereNow) && attempt < ATTEMPTS) continue
    if (deletes.size > 0) {
      taken.push({ update: encodeUpdate(new Map(), deletes), runs: [], deletes, places: new Places() })
    }
    return { taken, missing }
  }
}

const NO_DELETES: Deletes = new Map()

function structsOf(known: Known, { isOthers }: Terms): KnownStructs {
  return {
    isOthers,
    clock: client => known.acceptedClock(client),
    place: (client, clock) => known.acceptedPlace(client, clock),
  }
}

/**
 * The update as it stands is the record. Copied, because a frame is a view into a far larger network buffer; not with
 * `slice`, which copies nothing when the frame is a `Buffer`.
 */
function keep(update: ParsedUpdate, work: Worklist): Taken | null {
  if (update.sections.length === 0 && update.deletes.size === 0) return null
  const bytes = new Uint8Array(update.bytes)
  const runs = update.sections.map(section => runOf(section, 0, section.structs.length, bytes))
  return { update: bytes, runs, deletes: update.deletes, places: placesOf(work) }
}

function runOf({ client, structs }: Section, from: number, to: number, bytes: Uint8Array): Run {
  const last = structs[to - 1]
  return {
    client,
    clock: structs[from].clock,
    end: last.clock + last.length,
    count: to - from,
    bytes,
    start: structs[from].start,
    stop: last.end,
  }
}

/** Encodes what was taken, with the new deletions, as a record. */
function rewrite(parsed: ParsedUpdate, work: Worklist, deletes: Deletes): Taken | null {
  const runs = new Map<number, Run[]>()
  for (const progress of work.progress) {
    if (progress.first >= 0) runs.set(progress.section.client, takenRuns(parsed.bytes, progress))
  }
  if (runs.size === 0 && deletes.size === 0) return null
  const update = encodeUpdate(runs, deletes)
  return { update, runs: readRuns(update).runs, deletes, places: placesOf(work) }
}

/** Where everything taken hangs. */
export function placesOf(work: Worklist): Places {
  const places = new Places()
  for (const { section, first, next, from } of work.progress) {
    for (let i = first; first >= 0 && i < next; i++) {
      const { clock, place } = section.structs[i]
      places.add(section.client, Math.max(clock, from), place)
    }
  }
  return places
}

function takenRuns(bytes: Uint8Array, { section, first, next, offset }: Progress): Run[] {
  if (offset === 0) return [runOf(section, first, next, bytes)]
  const head = slicedRun(bytes, section, first, offset)
  return first + 1 < next ? [head, runOf(section, first + 1, next, bytes)] : [head]
}
