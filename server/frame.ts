/** A WebSocket message as it goes over the wire: one unmasked, final, binary frame, in chunks. */
export type Frame = readonly Uint8Array[]

/** Payloads up to this size are copied behind their header, so that they are one write. */
const COPY_BYTES = 16 * 1024

/**
 * Frames a payload once for any number of sockets (RFC 6455, section 5.2). Large chunks are not copied: a hundred
 * sockets that wait for the same megabyte hold it once.
 */
export function frameOf(payload: readonly Uint8Array[]): Frame {
  const length = payload.reduce((sum, chunk) => sum + chunk.length, 0)
  const header = headerOf(length)
  if (length > COPY_BYTES) return [header, ...payload]
  return [Buffer.concat([header, ...payload], header.length + length)]
}

export function frameBytes(frame: Frame): number {
  return frame.reduce((sum, chunk) => sum + chunk.length, 0)
}

function headerOf(length: number): Buffer {
  const finalBinary = 0x82
  if (length < 126) return Buffer.from([finalBinary, length])
  if (length < 0x10000) return Buffer.from([finalBinary, 126, length >> 8, length & 0xff])
  const header = Buffer.alloc(10)
  header[0] = finalBinary
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
