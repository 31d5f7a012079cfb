import { crc32 } from 'node:zlib'

/**
 * Every value of ours carries a checksum over itself and its key: the binding does not verify LevelDB's own, and a
 * value that turns up under another key is as wrong as one with a flipped bit.
 */
export const SEAL_BYTES = 4

/** `crc32(payload, key)` and then the payload. */
export function seal(key: Buffer, payload: Buffer): Buffer {
  const value = Buffer.allocUnsafe(SEAL_BYTES + payload.length)
  value.writeUInt32LE(crc32(key, crc32(payload)), 0)
  payload.copy(value, SEAL_BYTES)
  return value
}

/** The payload, `null` when it is not what was sealed under this key. */
export function unseal(key: Buffer, value: Buffer): Buffer | null {
  if (value.length < SEAL_BYTES) return null
  const payload = value.subarray(SEAL_BYTES)
  return value.readUInt32LE(0) === crc32(key, crc32(payload)) ? payload : null
}
