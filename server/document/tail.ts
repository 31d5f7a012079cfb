import type { Deletes } from './ranges.ts'
import { encodeUpdate, type Run, readRuns } from './update.ts'

/** Records that follow each other, as one update. Their deletions are in the document's tables. */
interface Chunk {
  /** The seq of its last record. */
  last: number
  records: number
  bytes: number
  update: Uint8Array
  runs: readonly Run[]
}

/** So many records, or so many bytes of them, become one chunk: what a record weighs beside its bytes is then gone. */
const CHUNK_RECORDS = 64
const CHUNK_BYTES = 64 * 1024
/** What a chunk weighs in memory beside its bytes. */
const OVERHEAD_BYTES = 500

const NO_DELETES: Deletes = new Map()

/**
 * The committed records after a document's base, in order. A keystroke is some thirty bytes, and ten times that as an
 * object of its own, so records are gathered into chunks.
 */
export class Tail {
  #chunks: Chunk[] = []
  /** The newest records, one chunk each, not gathered yet. */
  #loose: Chunk[] = []
  #looseBytes = 0
  #bytes = 0

  /** Number of records. */
  get length(): number {
    return [...this.#chunks, ...this.#loose].reduce((sum, chunk) => sum + chunk.records, 0)
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
    this.#loose.push({ last: seq, records: 1, bytes: update.length, update, runs })
    this.#looseBytes += update.length
    this.#bytes += update.length
    if (this.#loose.length >= CHUNK_RECORDS || this.#looseBytes >= CHUNK_BYTES) this.seal()
  }

  /** Gathers what is loose, so that no chunk ever spans this moment. */
  seal(): void {
    if (this.#loose.length > 1) this.#chunks.push(gather(this.#loose))
    else this.#chunks.push(...this.#loose)
    this.#bytes = this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
    this.#loose = []
    this.#looseBytes = 0
  }

  /** Forgets the records up to `seq`, which must be the last of a chunk. */
  dropUpTo(seq: number): void {
    this.#chunks = this.#chunks.filter(chunk => chunk.last > seq)
    this.#loose = this.#loose.filter(chunk => chunk.last > seq)
    this.#looseBytes = this.#loose.reduce((sum, chunk) => sum + chunk.bytes, 0)
    this.#bytes = this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, this.#looseBytes)
  }

  /** In order; fixed as of this call. */
  chunks(): readonly Chunk[] {
    return [...this.#chunks, ...this.#loose]
  }
}

function gather(loose: readonly Chunk[]): Chunk {
  const byClient = new Map<number, Run[]>()
  for (const { runs } of loose) {
    for (const run of runs) {
      const known = byClient.get(run.client)
      if (known === undefined) byClient.set(run.client, [run])
      else known.push(run)
    }
  }
  const update = encodeUpdate(byClient, NO_DELETES)
  const { last } = loose[loose.length - 1]
  return { last, records: loose.length, bytes: update.length, update, runs: readRuns(update).runs }
}
