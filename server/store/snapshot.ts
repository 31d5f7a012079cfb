import { crc32 } from 'node:zlib'
import type { SnapshotMeta } from './head.ts'
import type { Snapshot } from './store.ts'

/**
 * A snapshot on its way to disk is one stream of bytes: a header of lengths, the index, the parts, what is aside. It is
 * cut into pieces of one size, whatever the sizes of the parts, so that no write is large.
 */
export const PIECE_BYTES = 256 * 1024

const FIXED = 8 + 4 + 4 + 4
const NO_ASIDE = 0xffffffff

/** Cuts lazily: the copying and the checksum of a piece cost their 0.1 ms when the piece is taken. */
export class SnapshotCutter {
  readonly #seq: number
  readonly #chunks: Uint8Array[]
  readonly #updateBytes: number
  #pieces = 0
  #crc = 0
  #streamBytes = 0

  constructor(snapshot: Snapshot) {
    this.#seq = snapshot.seq
    this.#chunks = [header(snapshot), snapshot.index, ...snapshot.parts, snapshot.aside ?? new Uint8Array(0)]
    this.#updateBytes = snapshot.parts.reduce((sum, part) => sum + part.length, 0)
  }

  *pieces(): Generator<Buffer> {
    let piece = Buffer.allocUnsafe(PIECE_BYTES)
    let filled = 0
    for (const chunk of this.#chunks) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + PIECE_BYTES - filled)
        piece.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === PIECE_BYTES) {
          yield this.#count(piece)
          piece = Buffer.allocUnsafe(PIECE_BYTES)
          filled = 0
        }
      }
    }
    if (filled > 0) yield this.#count(piece.subarray(0, filled))
  }

  #count(piece: Buffer): Buffer {
    this.#pieces++
    this.#streamBytes += piece.length
    this.#crc = crc32(piece, this.#crc)
    return piece
  }

  /** Once every piece has been taken. */
  meta(generation: number): SnapshotMeta {
    return {
      seq: this.#seq,
      generation,
      pieces: this.#pieces,
      crc: this.#crc,
      streamBytes: this.#streamBytes,
      updateBytes: this.#updateBytes,
    }
  }
}

/** Puts the pieces together again; `null` when they are not all of them, unharmed. The parts are views of one buffer. */
export function joinSnapshot(meta: SnapshotMeta, pieces: readonly Buffer[]): Snapshot | null {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (pieces.length !== meta.pieces || length !== meta.streamBytes) return null
  const stream = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
  if (crc32(stream) !== meta.crc) return null
  const partCount = stream.readUInt32LE(16)
  let at = FIXED + 4 * partCount
  const next = (bytes: number): Uint8Array => {
    const view = new Uint8Array(stream.buffer, stream.byteOffset + at, bytes)
    at += bytes
    return view
  }
  const index = next(stream.readUInt32LE(8))
  const parts = Array.from({ length: partCount }, (_, part) => next(stream.readUInt32LE(FIXED + 4 * part)))
  const asideBytes = stream.readUInt32LE(12)
  return { seq: stream.readDoubleLE(0), index, parts, aside: asideBytes === NO_ASIDE ? null : next(asideBytes) }
}

function header({ seq, index, parts, aside }: Snapshot): Buffer {
  const bytes = Buffer.allocUnsafe(FIXED + 4 * parts.length)
  bytes.writeDoubleLE(seq, 0)
  bytes.writeUInt32LE(index.length, 8)
  bytes.writeUInt32LE(aside === null ? NO_ASIDE : aside.length, 12)
  bytes.writeUInt32LE(parts.length, 16)
  for (const [part, { length }] of parts.entries()) bytes.writeUInt32LE(length, FIXED + 4 * part)
  return bytes
}
