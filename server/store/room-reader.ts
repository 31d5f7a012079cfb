import type { Database, View } from './database.ts'
import { EMPTY_HEAD, type SnapshotMeta } from './head.ts'
import { type HeadState, type HeadTable, readHead } from './heads.ts'
import { lastNumber, pieceRange, recordRange } from './keys.ts'
import type { LegacyRooms } from './legacy.ts'
import { decodeRecord } from './record.ts'
import { unseal } from './seal.ts'
import { joinSnapshot } from './snapshot.ts'
import type { Damage, Snapshot, StoredRecord, StoredRoom } from './store.ts'
import { readable } from './unreadable.ts'

const NOTHING: StoredRoom = { head: 0, epoch: null, snapshot: null, records: [], legacy: [], damage: null }
const REMEDY = 'Restore the room from a backup, or export what is sound and delete it.'

/**
 * Reads a room as it is at one moment and checks all of it. Damage is reported in the result, never thrown. Leaves the
 * head of a sound room in `heads`: whoever loads a room is about to write to it.
 */
export async function readRoom(
  database: Database,
  legacy: LegacyRooms,
  heads: HeadTable,
  room: string,
): Promise<StoredRoom> {
  const { moment } = heads
  const view = database.view()
  try {
    const state = await readHead(database, room, view)
    const loaded = await readFrom(database, legacy, room, state, view)
    if (loaded.damage === null) heads.offer(room, state, moment)
    return loaded
  } finally {
    await view.close()
  }
}

async function readFrom(
  database: Database,
  legacy: LegacyRooms,
  room: string,
  state: HeadState,
  view: View,
): Promise<StoredRoom> {
  if (state.kind === 'lost') return await readHeadless(database, legacy, room, state.code, view)
  const head = state.kind === 'found' ? state.head : EMPTY_HEAD
  const { epoch } = head
  if (head.snapshot !== null) {
    const snapshot = await readSnapshot(database, room, head.snapshot, view)
    if (snapshot === null) {
      const message = `The snapshot of room ${JSON.stringify(room)} up to seq ${head.snapshot.seq} is damaged or incomplete; nothing after it can be trusted.`
      const code = 'snapshot-damaged'
      return { ...NOTHING, head: head.seq, epoch, damage: { code, message: `${message} ${REMEDY}` } }
    }
    const { records, last, damage } = await readRecords(database, room, snapshot.seq, head.seq, view)
    return { head: last, epoch, snapshot, records, legacy: [], damage }
  }
  const base = await readLegacy(legacy, room, view)
  if (base.damage !== null) return { ...NOTHING, head: head.seq, epoch, legacy: base.updates, damage: base.damage }
  const { records, last, damage } = await readRecords(database, room, 0, head.seq, view)
  const isThere = state.kind === 'found' || base.updates.length > 0
  return { head: last, epoch: isThere ? epoch : null, snapshot: null, records, legacy: base.updates, damage }
}

/** Without a head nobody knows whether there was a snapshot; only a room without pieces has a sound beginning. */
async function readHeadless(
  database: Database,
  legacy: LegacyRooms,
  room: string,
  code: Extract<HeadState, { kind: 'lost' }>['code'],
  view: View,
): Promise<StoredRoom> {
  const pieces = await readable(database.entries(pieceRange(room), { view, limit: 1, values: false }))
  const untouched = pieces.entries.length === 0 && pieces.error === null
  const base = untouched ? await readLegacy(legacy, room, view) : { updates: [], damage: null }
  const { records, last } =
    untouched && base.damage === null ? await readRecords(database, room, 0, 0, view) : { records: [], last: 0 }
  const word = code === 'head-missing' ? 'is missing' : 'is damaged'
  const message = `The head of room ${JSON.stringify(room)} ${word}; ${records.length} records up to seq ${last} are sound as far as they go.`
  return {
    head: last,
    epoch: null,
    snapshot: null,
    records,
    legacy: base.updates,
    damage: { code, message: `${message} ${REMEDY}` },
  }
}

async function readSnapshot(
  database: Database,
  room: string,
  meta: SnapshotMeta,
  view: View,
): Promise<Snapshot | null> {
  const { entries } = await readable(database.entries(pieceRange(room, meta.generation), { view }))
  const pieces: Buffer[] = []
  for (const [key, value] of entries) {
    const piece = lastNumber(key) === pieces.length ? unseal(key, value) : null
    if (piece === null) return null
    pieces.push(piece)
  }
  return joinSnapshot(meta, pieces)
}

interface Records {
  records: StoredRecord[]
  /** The room's last seq: the head's, or a later one that was found. */
  last: number
  damage: Damage | null
}

/** Records after `after`, up to the first that is not as it was written. */
async function readRecords(
  database: Database,
  room: string,
  after: number,
  head: number,
  view: View,
): Promise<Records> {
  const { entries, error } = await readable(database.entries(recordRange(room, after + 1), { view }))
  const records: StoredRecord[] = []
  let damage: Damage | null = null
  for (const [key, value] of entries) {
    const seq = after + records.length + 1
    const payload = lastNumber(key) === seq ? unseal(key, value) : null
    if (payload === null) {
      damage = recordDamage(room, seq, lastNumber(key) === seq ? 'record-damaged' : 'record-missing')
      break
    }
    records.push(decodeRecord(seq, payload))
  }
  const last = after + records.length
  if (damage === null && last < head) {
    damage = recordDamage(room, last + 1, error === null ? 'record-missing' : 'record-damaged')
  }
  if (damage === null && last > head) {
    const message = `The head of room ${JSON.stringify(room)} says seq ${head}, but there are records up to ${last}.`
    damage = { code: 'head-damaged', message: `${message} ${REMEDY}` }
  }
  return { records, last: Math.max(head, last), damage }
}

function recordDamage(room: string, seq: number, code: 'record-damaged' | 'record-missing'): Damage {
  const word = code === 'record-missing' ? 'is missing' : 'is damaged'
  const message = `Record ${seq} of room ${JSON.stringify(room)} ${word}; everything before it is sound. ${REMEDY}`
  return { code, message }
}

async function readLegacy(
  legacy: LegacyRooms,
  room: string,
  view: View,
): Promise<{ updates: Uint8Array[]; damage: Damage | null }> {
  const { entries, error } = await readable(legacy.updates(room, view))
  const updates = entries.map(([, value]) => new Uint8Array(value.buffer, value.byteOffset, value.length))
  if (error === null) return { updates, damage: null }
  const message = `The y-leveldb data of room ${JSON.stringify(room)} cannot be read in full (${error.message}).`
  return { updates, damage: { code: 'record-damaged', message: `${message} ${REMEDY}` } }
}
