import type { Database, Operation } from './database.ts'
import { digestOf } from './head.ts'
import { census, readHead } from './heads.ts'
import {
  afterRoom,
  areaRange,
  catalogueKey,
  FORMAT_KEY,
  lastNumber,
  markRange,
  OUR_RANGE,
  only,
  roomOf,
} from './keys.ts'
import { Ledger, type LedgerState, missingMark, readLedger } from './ledger.ts'
import { seal, unseal } from './seal.ts'
import { StoreError } from './store.ts'
import { damage } from './unreadable.ts'

const FORMAT = 1
const FORMAT_LINE = /^y-harbor format (\d+)$/
const SLICE = 1000

export interface Expectations {
  directory: string
  /** The number of a commit that was certainly on disk, 0 when none is known. */
  committed: number
  acceptLoss: boolean
  warn(sentence: string): void
}

/**
 * Looks whether a database that has just been opened holds what was once committed, and creates what a new one needs.
 * Reads the two copies of every head, no records. Throws `newer-format` or `log-lost`.
 */
export async function audit(database: Database, expected: Expectations): Promise<LedgerState> {
  const format = await readFormat(database)
  if (typeof format === 'number' && format > FORMAT) {
    const message = `${expected.directory} has format ${format}; this version reads up to ${FORMAT}. Start a newer version of y-harbor.`
    throw new StoreError('newer-format', message)
  }
  const state = await readLedger(database)
  const isNew = state === 'absent' && format === 'absent' && (await isEmpty(database))
  if (isNew && expected.committed === 0) return await create(database, 0, [])
  const finding = isNew ? gone(expected.committed) : await findLoss(database, state, format, expected)
  if (finding === null && typeof state !== 'string') return state
  if (!expected.acceptLoss) {
    const remedy = 'Restore the directory from a backup, or start once with --accept-loss to go on with what is left.'
    throw new StoreError('log-lost', `${expected.directory}: ${finding} ${remedy}`)
  }
  expected.warn(`${expected.directory}: ${finding} The loss was accepted.`)
  return await salvage(database, typeof state === 'string' ? 0 : state.commit, expected.committed)
}

async function readFormat(database: Database): Promise<number | 'absent' | 'damaged'> {
  for await (const [key, value] of database.entries(only(FORMAT_KEY))) {
    const version = FORMAT_LINE.exec(unseal(key, value)?.toString('latin1') ?? '')?.[1]
    return version === undefined ? 'damaged' : Number(version)
  }
  return 'absent'
}

async function isEmpty(database: Database): Promise<boolean> {
  for await (const _ of database.entries(OUR_RANGE, { limit: 1, values: false })) return false
  return true
}

const gone = (committed: number): string => `commit ${committed} was on disk, and now the database is empty.`

/** A sentence about what is missing, `null` when all is there. */
async function findLoss(
  database: Database,
  state: LedgerState | 'absent' | 'damaged',
  format: number | 'absent' | 'damaged',
  { committed, warn, directory }: Expectations,
): Promise<string | null> {
  if (typeof state === 'string') return `its ledger is ${state === 'absent' ? 'missing' : 'damaged'}.`
  if (typeof format === 'string') return `its format version is ${format === 'absent' ? 'missing' : 'damaged'}.`
  if (state.commit < committed) {
    return `it ends at commit ${state.commit}, but ${committed} was on disk: the end of the write-ahead log is lost.`
  }
  try {
    const hole = await missingMark(database, state)
    if (hole !== null) return `commit ${hole} of ${state.commit} has left no trace: the write-ahead log has a hole.`
    const heads = await countHeads(database)
    if (heads.rooms !== state.rooms || heads.digest !== state.digest) {
      return `the heads of ${heads.rooms} of ${state.rooms} rooms were found, and some are missing or older than committed.`
    }
    if (heads.disagreeing > 0) {
      warn(`${directory}: one copy of the heads of ${heads.disagreeing} rooms is damaged; the other one is used.`)
    }
    return null
  } catch (error) {
    return `the heads of its rooms cannot be read (${damage(error).message}).`
  }
}

async function countHeads(database: Database): Promise<{ rooms: number; digest: number; disagreeing: number }> {
  let rooms = 0
  let digest = 0
  let disagreeing = 0
  for await (const { room, state, agree } of census(database)) {
    if (!agree) disagreeing++
    if (state.kind !== 'found') continue
    rooms++
    digest = (digest + digestOf(room, state.head)) >>> 0
  }
  return { rooms, digest, disagreeing }
}

async function create(database: Database, commit: number, batch: Operation[], heads = { rooms: 0, digest: 0 }) {
  const format = seal(FORMAT_KEY, Buffer.from(`y-harbor format ${FORMAT}`, 'latin1'))
  batch.push({ type: 'put', key: FORMAT_KEY, value: format })
  const { rooms, digest } = heads
  new Ledger({ commit, oldestMark: commit + 1, rooms, digest }).stamp(batch)
  await database.write(batch)
  return { commit: commit + 1, oldestMark: commit + 1, rooms, digest }
}

/** Makes what is left consistent. A room whose head is lost gets an entry in the catalogue that says so. */
async function salvage(database: Database, commit: number, committed: number): Promise<LedgerState> {
  let last = Math.max(commit, committed)
  let batch: Operation[] = []
  for await (const [key] of database.entries(markRange(0), { values: false })) {
    last = Math.max(last, lastNumber(key))
    batch.push({ type: 'del', key })
    if (batch.length >= SLICE) await database.write(batch.splice(0))
  }
  for (const area of ['record', 'piece'] as const) {
    for await (const room of roomsIn(database, area)) {
      if ((await readHead(database, room)).kind !== 'lost') continue
      batch.push({ type: 'put', key: catalogueKey(room), value: Buffer.from('lost') })
      if (batch.length >= SLICE) await database.write(batch.splice(0))
    }
  }
  if (batch.length > 0) await database.write(batch)
  batch = []
  return await create(database, last, batch, await countHeads(database))
}

/** One seek per room. */
async function* roomsIn(database: Database, area: 'record' | 'piece'): AsyncGenerator<string> {
  const { gte, lt } = areaRange(area)
  for (let from = gte; ; ) {
    let found: Buffer | null = null
    for await (const [key] of database.entries({ gte: from, lt }, { limit: 1, values: false })) found = key
    if (found === null) return
    const room = roomOf(found)
    if (room !== null) yield room
    from = room === null ? Buffer.concat([found, Buffer.of(0)]) : afterRoom(area, room)
  }
}
