/** A WebSocket message as it goes over the wire: one unmasked, final, binary frame, in chunks. */
export type Frame = readonly Uint8Array[]

const FINAL_BINARY = 0x82
/** Payloads up to this size are copied behind their header, so that they are one write. */
const COPY_BYTES = 16 * 1024

/**
 * Frames a payload once for any number of sockets (RFC 6455, section 5.2). Large chunks are not copied: a hundred
 * sockets that wait for the same megabyte hold it once.
 */
export function frameOf(payload: readonly Uint8Array[]): Frame {
  const length = payload.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length > COPY_BYTES) return [headerOf(length), ...payload]
  const headerBytes = length < 126 ? 2 : 4
  const frame = Buffer.allocUnsafe(headerBytes + length)
  frame[0] = FINAL_BINARY
  frame[1] = Math.min(length, 126)
  if (length >= 126) frame.writeUInt16BE(length, 2)
  let at = headerBytes
  for (const chunk of payload) {
    frame.set(chunk, at)
    at += chunk.length
  }
  return [frame]
}

function headerOf(length: number): Buffer {
  if (length < 0x10000) return Buffer.from([FINAL_BINARY, 126, length >> 8, length & 0xff])
  const header = Buffer.alloc(10)
  header[0] = FINAL_BINARY
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
