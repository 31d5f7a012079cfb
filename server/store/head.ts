import { crc32 } from 'node:zlib'

/** The snapshot a head points to. */
export interface SnapshotMeta {
  seq: number
  /** Which pieces are its; grows with every compaction of the room. */
  generation: number
  pieces: number
  /** Over the bytes of all pieces in order: a piece left over from another attempt is noticed. */
  crc: number
  /** Bytes of all pieces. */
  streamBytes: number
  /** Bytes of updates in it. */
  updateBytes: number
}

/** What there is of a room. Moves in the same batch as what it describes, in two copies. */
export interface Head {
  seq: number
  /** Time of the last record, 0 when there is none. */
  updated: number
  /** Bytes of updates in the records after the snapshot. */
  recordBytes: number
  /** Given when the room was created; see `Store.append`. */
  epoch: number
  snapshot: SnapshotMeta | null
}

export const EMPTY_HEAD: Head = { seq: 0, updated: 0, recordBytes: 0, epoch: 0, snapshot: null }

const NUMBER_BYTES = 8
const NUMBERS = { plain: 3, snapshot: 6 } as const

export function encodeHead(head: Head): Buffer {
  const { snapshot } = head
  const numbers = [head.seq, head.updated, head.recordBytes]
  if (snapshot !== null) {
    const { seq, generation, pieces, crc, streamBytes, updateBytes } = snapshot
    numbers.push(seq, generation, pieces, crc, streamBytes, updateBytes)
  }
  // Heads were written without an epoch once; theirs is 0, and they still read and weigh the same.
  if (head.epoch !== 0) numbers.push(head.epoch)
  const payload = Buffer.allocUnsafe(numbers.length * NUMBER_BYTES)
  for (const [at, number] of numbers.entries()) payload.writeDoubleLE(number, at * NUMBER_BYTES)
  return payload
}

/** `payload` has passed its seal. */
export function decodeHead(payload: Buffer): Head {
  const number = (at: number) => payload.readDoubleLE(at * NUMBER_BYTES)
  const count = payload.length / NUMBER_BYTES
  const hasSnapshot = count >= NUMBERS.plain + NUMBERS.snapshot
  const snapshot = !hasSnapshot
    ? null
    : {
        seq: number(3),
        generation: number(4),
        pieces: number(5),
        crc: number(6),
        streamBytes: number(7),
        updateBytes: number(8),
      }
  const epochAt = NUMBERS.plain + (hasSnapshot ? NUMBERS.snapshot : 0)
  const epoch = count > epochAt ? number(epochAt) : 0
  return { seq: number(0), updated: number(1), recordBytes: number(2), epoch, snapshot }
}

/** The newer of two copies: neither seq nor generation ever goes back. */
export function newer(a: Head | null, b: Head | null): Head | null {
  if (a === null || b === null) return a ?? b
  if (a.seq !== b.seq) return a.seq > b.seq ? a : b
  return (a.snapshot?.generation ?? 0) >= (b.snapshot?.generation ?? 0) ? a : b
}

/**
 * A room's term in the sum over all heads. A bare crc would be linear: two rooms that fall back by the same step could
 * cancel out. The finaliser of MurmurHash3 breaks that.
 */
export function digestOf(room: string, head: Head): number {
  let hash = crc32(encodeHead(head), crc32(Buffer.from(room, 'utf8')))
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
