import { SEAL_BYTES } from './seal.ts'
import type { NewRecord, StoredRecord } from './store.ts'

/**
 * A record's payload: time (8 bytes, double), length of the author (4), author, update. The seq is in its key, which
 * the seal covers.
 */
const AUTHOR = 12

export function encodeRecord(record: NewRecord): Buffer {
  const author = Buffer.from(record.author, 'utf8')
  const payload = Buffer.allocUnsafe(AUTHOR + author.length + record.update.length)
  payload.writeDoubleLE(record.time, 0)
  payload.writeUInt32LE(author.length, 8)
  author.copy(payload, AUTHOR)
  payload.set(record.update, AUTHOR + author.length)
  return payload
}

/** `payload` has passed its seal, so it is what `encodeRecord` made. */
export function decodeRecord(seq: number, payload: Buffer): StoredRecord {
  const update = AUTHOR + payload.readUInt32LE(8)
  return {
    seq,
    time: payload.readDoubleLE(0),
    author: payload.toString('utf8', AUTHOR, update),
    update: new Uint8Array(payload.buffer, payload.byteOffset + update, payload.length - update),
  }
}

/** Bytes of the update in a sealed record; close to it when the record is damaged. */
export function updateBytesOf(value: Buffer): number {
  const payload = value.subarray(SEAL_BYTES)
  return payload.length < AUTHOR ? 0 : Math.max(0, payload.length - AUTHOR - payload.readUInt32LE(8))
}
