import { Cursor } from './cursor.ts'
import { type Place, Places } from './place.ts'
import { addRange, type Deletes, type Ranges } from './ranges.ts'
import { sliceStruct } from './struct.ts'
import type { Addition } from './tables.ts'
import { encodeUpdate, type ParsedUpdate, type Run, readRuns, type Section } from './update.ts'
import { addMissing, type Progress, Worklist } from './worklist.ts'

/** What the gate asks of a document: the accepted side of its tables. */
export interface Known {
  acceptedClock(client: number): number
  acceptedPlace(client: number, clock: number): Place
  undeleted(client: number, start: number, end: number): Ranges
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
 * known with it; what waits for something unknown is held.
 */
export function judge(update: ParsedUpdate, known: Known, misplaced: 'refuse' | 'take' = 'refuse'): Verdict {
  const clock = (client: number): number => known.acceptedClock(client)
  const place = (client: number, clock: number): Place => known.acceptedPlace(client, clock)
  const work = new Worklist(update, { clock, place }, { misplaced })
  work.run()
  const deletes: Deletes = new Map()
  const missing = work.missing
  let allDeletesNew = true
  for (const [client, ranges] of update.deletes) {
    const clock = work.clock(client)
    const fresh: Ranges = []
    for (let i = 0; i < ranges.length; i += 2) {
      const [start, end] = [ranges[i], Math.min(ranges[i + 1], clock)]
      if (ranges[i + 1] > clock) addMissing(missing, client, Math.max(start, clock) + 1)
      if (start >= end) continue
      const undeleted = known.undeleted(client, start, end)
      for (let j = 0; j < undeleted.length; j += 2) addRange(fresh, undeleted[j], undeleted[j + 1])
    }
    if (fresh.length > 0) deletes.set(client, fresh)
    if (!sameRanges(fresh, ranges)) allDeletesNew = false
  }
  const wholeAndNew = update.canonical && allDeletesNew && work.tookEverything
  return { taken: wholeAndNew ? keep(update, work) : rewrite(update, work, deletes), missing }
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

function sameRanges(a: Ranges, b: Ranges): boolean {
  return a.length === b.length && a.every((clock, i) => clock === b[i])
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
  const struct = section.structs[first]
  const sliced = sliceStruct(new Cursor(bytes, struct.start, struct.end), section.client, struct.clock, offset)
  const head: Run = {
    client: section.client,
    clock: struct.clock + offset,
    end: struct.clock + struct.length,
    count: 1,
    bytes: sliced,
    start: 0,
    stop: sliced.length,
  }
  return first + 1 < next ? [head, runOf(section, first + 1, next, bytes)] : [head]
}
