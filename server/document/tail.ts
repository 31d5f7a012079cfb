import type { Deletes } from './ranges.ts'
import { encodeUpdate, RUN_BYTES, type Run, readRuns, runsByClient } from './update.ts'

/** Records that follow each other, as one update. Their deletions are in the document's tables. */
export interface Chunk {
  /** The seq of its last record. */
  last: number
  /** How often it was gathered from smaller ones. */
  level: number
  records: number
  bytes: number
  update: Uint8Array
  /** By client, descending, and clock. */
  runs: readonly Run[]
}

/** So many records, or so many bytes of them, become one chunk: what a record weighs beside its bytes is then gone. */
const CHUNK_RECORDS = 64
const CHUNK_BYTES = 64 * 1024
/** So many neighbours of one level become one of the next, up to a size: chunks stay few, and bytes are rarely copied. */
const FAN_IN = 8
const MOST_BYTES = 256 * 1024
/** What a chunk weighs in memory beside its bytes. */
const OVERHEAD_BYTES = 500

const NO_DELETES: Deletes = new Map()

/**
 * The committed records after a document's base, in order. A keystroke is some thirty bytes, and ten times that as an
 * object of its own, so records are gathered into chunks.
 */
export class Tail {
  #chunks: Chunk[] = []
  /** So many of the first chunks stay as they are: somebody replaces them by their last seq. */
  #frozen = 0
  /** The newest records, one chunk each, not gathered yet. */
  #loose: Chunk[] = []
  #looseBytes = 0
  #bytes = 0

  /** Number of records. */
  get length(): number {
    return this.chunks().reduce((sum, chunk) => sum + chunk.records, 0)
  }

  /** Bytes of all records. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes in memory. */
  get weight(): number {
    return this.#bytes + (this.#chunks.length + this.#loose.length) * OVERHEAD_BYTES
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#loose.length === 0
  }

  append(seq: number, update: Uint8Array, runs: readonly Run[]): void {
    this.#loose.push({ last: seq, level: 0, records: 1, bytes: update.length, update, runs })
    this.#looseBytes += update.length
    this.#bytes += update.length
    if (this.#loose.length >= CHUNK_RECORDS || this.#looseBytes >= CHUNK_BYTES) this.#gatherLoose()
  }

  /** Adds records that were read together, as one update. */
  appendChunk(chunk: Chunk): void {
    this.#gatherLoose()
    this.#chunks.push(chunk)
    this.#bytes += chunk.bytes
  }

  /** From now on no chunk spans this moment. */
  freeze(): void {
    this.#gatherLoose()
    this.#frozen = this.#chunks.length
  }

  /** Forgets the records up to `seq`, as of which the tail was frozen. */
  dropUpTo(seq: number): void {
    this.#chunks = this.#chunks.filter(chunk => chunk.last > seq)
    this.#frozen = 0
    this.#loose = this.#loose.filter(chunk => chunk.last > seq)
    this.#looseBytes = sumOf(this.#loose)
    this.#bytes = sumOf(this.#chunks) + this.#looseBytes
  }

  /** In order; fixed as of this call. */
  chunks(): readonly Chunk[] {
    return [...this.#chunks, ...this.#loose]
  }

  /** The run that (client, clock) stands in, null when no record holds it. */
  runAt(client: number, clock: number): Run | null {
    return findRun(this.#chunks, client, clock) ?? findRun(this.#loose, client, clock)
  }

  #gatherLoose(): void {
    if (this.#loose.length === 0) return
    this.#push(gather(this.#loose))
    this.#loose = []
    this.#looseBytes = 0
    this.#bytes = sumOf(this.#chunks)
  }

  #push(chunk: Chunk): void {
    this.#chunks.push(chunk)
    for (;;) {
      const from = this.#chunks.length - FAN_IN
      const last = this.#chunks.slice(Math.max(from, 0))
      const { level } = last[last.length - 1]
      if (from < this.#frozen || last.some(one => one.level !== level) || sumOf(last) > MOST_BYTES) return
      this.#chunks.splice(from, FAN_IN, gather(last))
    }
  }
}

function sumOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
}

function findRun(chunks: readonly Chunk[], client: number, clock: number): Run | null {
  for (const { runs } of chunks) {
    let low = 0
    let high = runs.length
    while (low < high) {
      const middle = (low + high) >> 1
      const run = runs[middle]
      if (run.client < client || (run.client === client && run.end > clock)) high = middle
      else low = middle + 1
    }
    const found = runs[low]
    if (found !== undefined && found.client === client && found.clock <= clock) return found
  }
  return null
}

/** Records that follow each other as one chunk. */
export function gather(chunks: readonly Chunk[]): Chunk {
  if (chunks.length === 1) {
    const [chunk] = chunks
    return chunk.bytes <= RUN_BYTES ? chunk : { ...chunk, runs: readRuns(chunk.update, RUN_BYTES).runs }
  }
  const update = encodeUpdate(runsByClient(chunks), NO_DELETES)
  const records = chunks.reduce((sum, chunk) => sum + chunk.records, 0)
  const { last, level } = chunks[chunks.length - 1]
  return { last, level: level + 1, records, bytes: update.length, update, runs: readRuns(update, RUN_BYTES).runs }
}
