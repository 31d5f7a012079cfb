import * as Y from 'yjs'
import { PART_BYTES } from './answer.ts'
import { Base } from './base.ts'
import { CausalParts } from './parts.ts'
import { Places } from './place.ts'
import type { Deletes } from './ranges.ts'
import {
  EMPTY_UPDATE,
  encodeUpdate,
  type ParsedUpdate,
  parseUpdate,
  type Run,
  readRuns,
  type Section,
} from './update.ts'
import { NOTHING_KNOWN, Worklist } from './worklist.ts'

/** Bytes that replace a document's base and tail. The last part holds the deletions and no structs. */
export interface Compacted {
  parts: Uint8Array[]
  index: Uint8Array
}

/** Yjs slows down in transactions of many more updates than this. */
const UPDATES_PER_TRANSACTION = 1000

/**
 * Replays updates into a garbage-collected `Y.Doc`. Yjs' clean-up of formatting marks is silenced: it deletes marks by
 * itself, which is harmless in an editor and would here invent deletions that nobody made.
 */
export function materialise(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc({ gc: true })
  doc.on('afterTransaction', (transaction: Y.Transaction & { _needFormattingCleanup?: boolean }) => {
    transaction._needFormattingCleanup = false
  })
  for (let i = 0; i < updates.length; i += UPDATES_PER_TRANSACTION) {
    doc.transact(() => {
      for (const update of updates.slice(i, i + UPDATES_PER_TRANSACTION)) Y.applyUpdate(doc, update)
    })
  }
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new Error('the document refers to something that it does not contain')
  }
  return doc
}

/**
 * Base and tail in, a new base out. Throws when the updates do not integrate or when the result would know less than
 * they say: then the caller keeps what it has.
 */
export function compact(updates: readonly Uint8Array[], partBytes = PART_BYTES): Compacted {
  const doc = materialise(updates)
  const expected = new Map<number, number>()
  for (const update of updates) {
    for (const { client, end } of readRuns(update).runs) expected.set(client, Math.max(end, expected.get(client) ?? 0))
  }
  const actual = Y.decodeStateVector(Y.encodeStateVector(doc))
  for (const [client, clock] of expected) {
    if (actual.get(client) !== clock) throw new Error(`client ${client} ends at ${actual.get(client)}, not ${clock}`)
  }
  const compacted = cut(Y.encodeStateAsUpdate(doc), partBytes)
  doc.destroy()
  return compacted
}

/** Cuts one sound update into parts of about `partBytes` in causal order, with their index. */
export function cut(update: Uint8Array, partBytes = PART_BYTES): Compacted {
  const parsed = parseUpdate(update)
  const { parts, places } = causalParts(parsed, partBytes)
  const index = Base.index(parts, places).encodeIndex()
  return { parts: [...parts, encodeUpdate(NO_RUNS, parsed.deletes)], index }
}

const NO_RUNS: ReadonlyMap<number, readonly Run[]> = new Map()
const NO_DELETES: Deletes = new Map()

function causalParts(parsed: ParsedUpdate, partBytes: number): { parts: Uint8Array[]; places: Places } {
  const gathered = new CausalParts(parsed.bytes, partBytes)
  const work = new Worklist(parsed, NOTHING_KNOWN, { misplaced: 'take', onTaken: gathered.take })
  work.run()
  if (work.held) throw new Error('the document refers to something that it does not contain')
  const places = new Places()
  const parts = gathered.finish().map(part => {
    places.addAll(part.places)
    return encodeUpdate(part.runs, NO_DELETES)
  })
  return { parts, places }
}

/** What an old database's updates amount to: what integrates, cut; and what does not, kept aside. */
export interface Adopted extends Compacted {
  aside: Uint8Array | null
}

/**
 * Reads a room of raw updates that nobody checked when they were stored. Only what integrates is claimed; malformed
 * updates and structs that wait for something lost are put aside as one merged update each.
 */
export function adopt(updates: readonly Uint8Array[]): Adopted {
  const sound: Uint8Array[] = []
  const broken: Uint8Array[] = []
  for (const update of updates) (isSound(update) ? sound : broken).push(update)
  const merged = mergeInGroups(sound)
  const parsed = parseUpdate(merged)
  const runs = new Map<number, Run[]>()
  const work = new Worklist(parsed, NOTHING_KNOWN, { misplaced: 'hold' })
  work.run()
  for (const { section, first, next } of work.progress) {
    if (first >= 0) runs.set(section.client, sectionRun(parsed.bytes, section, first, next))
  }
  const kept: Deletes = new Map()
  let lost = work.held
  for (const [client, ranges] of parsed.deletes) {
    const known = clipped(ranges, work.clock(client))
    if (known.length > 0) kept.set(client, known)
    if (known.length !== ranges.length || known.at(-1) !== ranges.at(-1)) lost = true
  }
  const integrable = encodeUpdate(runs, kept)
  if (lost) broken.push(Y.diffUpdate(merged, Y.encodeStateVectorFromUpdate(integrable)))
  return { ...compact([integrable]), aside: broken.length > 0 ? encodeAside(broken) : null }
}

function sectionRun(bytes: Uint8Array, { client, structs }: Section, first: number, next: number): Run[] {
  const last = structs[next - 1]
  const { clock, start } = structs[first]
  return [{ client, clock, end: last.clock + last.length, count: next - first, bytes, start, stop: last.end }]
}

function clipped(ranges: readonly number[], clock: number): number[] {
  const known: number[] = []
  for (let i = 0; i < ranges.length && ranges[i] < clock; i += 2) known.push(ranges[i], Math.min(ranges[i + 1], clock))
  return known
}

function isSound(update: Uint8Array): boolean {
  try {
    parseUpdate(update)
    return true
  } catch {
    return false
  }
}

/** `Y.mergeUpdates` is quadratic in the number of updates. */
export function mergeInGroups(updates: readonly Uint8Array[], group = 128): Uint8Array {
  if (updates.length === 0) return EMPTY_UPDATE
  let level = [...updates]
  while (level.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < level.length; i += group) next.push(Y.mergeUpdates(level.slice(i, i + group)))
    level = next
  }
  return level[0]
}

/** [length][bytes] for each, with a 4-byte length: readable with the simplest tool, should anybody need it. */
function encodeAside(updates: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    updates.flatMap(update => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(update.length)
      return [length, update]
    }),
  )
}
