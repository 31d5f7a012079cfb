/**
 * The keys of our records. They all start with a byte y-leveldb never writes (its keys start with 0 or 1), so both can
 * live in one database. A room's name is length-prefixed: no name is a prefix of another one's keys.
 *
 *   02 00                              format version
 *   02 01 <room>                       catalogue: a second copy of the head
 *   02 02                              the ledger: last commit number, count and digest of all heads
 *   02 03 <commit: 6>                  one mark per recent commit
 *   02 04 <room>                       head
 *   02 05 <room> <seq: 6>              record
 *   02 06 <room> <generation: 6> <index: 6>  piece of a snapshot
 *
 * where <room> is one length byte and that many bytes of UTF-8, and numbers are big-endian. Damage comes in runs of
 * neighbouring keys; the ledger lies between the two copies of a head so that a run through both takes the ledger too.
 */
const OURS = 2
const NUMBER_BYTES = 6
const MAX_NUMBER = 2 ** 48 - 1

export const ROOM_NAME_BYTES = 255

const AREA = { format: 0, catalogue: 1, ledger: 2, mark: 3, head: 4, record: 5, piece: 6 } as const
export type RoomArea = 'catalogue' | 'head' | 'record' | 'piece'

/** Keys `gte <= key < lt`. */
export interface Range {
  gte: Buffer
  lt: Buffer
}

/** Every key of ours. */
export const OUR_RANGE: Range = { gte: Buffer.of(OURS), lt: Buffer.of(0xff) }
export const FORMAT_KEY = Buffer.of(OURS, AREA.format)
export const LEDGER_KEY = Buffer.of(OURS, AREA.ledger)

/** The range that holds one key. */
export function only(key: Buffer): Range {
  return { gte: key, lt: Buffer.concat([key, Buffer.of(0)]) }
}

/** All keys that start with `prefix`, whose last byte must not be 255. */
function under(prefix: Buffer): Range {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end[end.length - 1] as number) + 1
  return { gte: prefix, lt: end }
}

/** The length-prefixed name. */
function roomBytes(room: string): Buffer {
  const name = Buffer.from(room, 'utf8')
  if (name.length < 1 || name.length > ROOM_NAME_BYTES) {
    throw new RangeError(`a room name has 1 to ${ROOM_NAME_BYTES} bytes of UTF-8, this one has ${name.length}`)
  }
  // A lone surrogate is written as U+FFFD, which would be another room's name.
  if (name.toString('utf8') !== room) throw new RangeError('a room name must be well-formed Unicode')
  return Buffer.concat([Buffer.of(name.length), name])
}

/** Throws `RangeError` for what cannot be a room's name. */
export function assertRoomName(room: string): void {
  roomBytes(room)
}

function key(area: number, room: string | null, ...numbers: number[]): Buffer {
  const name = room === null ? Buffer.alloc(0) : roomBytes(room)
  const bytes = Buffer.allocUnsafe(2 + name.length + numbers.length * NUMBER_BYTES)
  bytes[0] = OURS
  bytes[1] = area
  name.copy(bytes, 2)
  let at = 2 + name.length
  for (const number of numbers) at = bytes.writeUIntBE(number, at, NUMBER_BYTES)
  return bytes
}

export const catalogueKey = (room: string): Buffer => key(AREA.catalogue, room)
export const headKey = (room: string): Buffer => key(AREA.head, room)
export const markKey = (commit: number): Buffer => key(AREA.mark, null, commit)
export const recordKey = (room: string, seq: number): Buffer => key(AREA.record, room, seq)
export const pieceKey = (room: string, generation: number, index: number): Buffer =>
  key(AREA.piece, room, generation, index)

export const areaRange = (area: RoomArea): Range => under(key(AREA[area], null))
export const markRange = (from: number): Range => ({ gte: markKey(from), lt: key(AREA.head, null) })

/** Records with `from <= seq`, and `seq <= to` when it is given. */
export const recordRange = (room: string, from: number, to: number = MAX_NUMBER): Range => ({
  gte: recordKey(room, from),
  lt: to >= MAX_NUMBER ? afterRoom('record', room) : recordKey(room, to + 1),
})

/** Pieces of every generation, or of one. */
export const pieceRange = (room: string, generation?: number): Range =>
  generation === undefined
    ? { gte: key(AREA.piece, room), lt: afterRoom('piece', room) }
    : { gte: pieceKey(room, generation, 0), lt: pieceKey(room, generation + 1, 0) }

/** The first key behind everything a room has in an area. */
export function afterRoom(area: RoomArea, room: string): Buffer {
  return Buffer.concat([key(AREA[area], room), Buffer.alloc(2 * NUMBER_BYTES + 1, 0xff)])
}

/** The room a key of `catalogue`, `head`, `record` or `piece` belongs to; `null` when the key is damaged. */
export function roomOf(bytes: Buffer): string | null {
  const length = bytes[2]
  if (length === undefined || length === 0 || bytes.length < 3 + length) return null
  const name = bytes.subarray(3, 3 + length)
  const room = name.toString('utf8')
  return Buffer.from(room, 'utf8').equals(name) ? room : null
}

/** The last number of a key: a record's seq, a piece's index, a mark's commit. */
export function lastNumber(bytes: Buffer): number {
  return bytes.length < 2 + NUMBER_BYTES ? -1 : bytes.readUIntBE(bytes.length - NUMBER_BYTES, NUMBER_BYTES)
}

/** The generation of a piece's key. */
export function generationOf(bytes: Buffer): number {
  const at = bytes.length - 2 * NUMBER_BYTES
  return at < 2 ? -1 : bytes.readUIntBE(at, NUMBER_BYTES)
}
