import { ClassicLevel } from 'classic-level'
import type { Range } from './keys.ts'

export type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer }
export type Entry = [key: Buffer, value: Buffer]

/** The database as it was at one moment. */
export interface View {
  close(): Promise<void>
}

export interface Reading {
  view?: View
  limit?: number
  /** `false` leaves the values empty. */
  values?: boolean
}

/** The little that the store needs of LevelDB, and the seam where tests make it fail. */
export interface Database {
  open(): Promise<void>
  /** All or nothing, and on disk (fsync) when it resolves. */
  write(operations: Operation[]): Promise<void>
  /** In the order of keys. Yields all that can be read, then throws when something in the range could not be. */
  entries(range: Range, reading?: Reading): AsyncIterable<Entry>
  /** The same in the chunks they are read in, for whoever reads a hundred thousand. */
  chunks(range: Range, reading?: Reading): AsyncIterable<Entry[]>
  view(): View
  close(): Promise<void>
}

/** A room is read once and then kept by whoever read it, so LevelDB's own cache (8 MB by default) would hold nothing else. */
const CACHE_BYTES = 1024 * 1024
const CHUNK_ENTRIES = 1000
const CHUNK_BYTES = 1024 * 1024

/**
 * Reads go through iterators alone, never through `get`: a flipped bit in a table's Bloom filter makes `get` say that a
 * key is not there, and an append that believed it would start the room again at seq 1.
 */
export class LevelDatabase implements Database {
  readonly #level: ClassicLevel<Buffer, Buffer>

  constructor(directory: string) {
    this.#level = new ClassicLevel<Buffer, Buffer>(directory, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      cacheSize: CACHE_BYTES,
    })
  }

  open(): Promise<void> {
    return this.#level.open()
  }

  async write(operations: Operation[]): Promise<void> {
    // Chained, because the binding clones every operation of an array: half of the time of a batch.
    const batch = this.#level.batch()
    for (const operation of operations) {
      if (operation.type === 'put') batch.put(operation.key, operation.value)
      else batch.del(operation.key)
    }
    await batch.write({ sync: true })
  }

  async *entries(range: Range, reading?: Reading): AsyncGenerator<Entry> {
    for await (const chunk of this.chunks(range, reading)) yield* chunk
  }

  async *chunks(range: Range, { view, limit = -1, values = true }: Reading = {}): AsyncGenerator<Entry[]> {
    const snapshot = view instanceof LevelView ? view.snapshot : undefined
    const open = (from: { gte: Buffer } | { gt: Buffer }) =>
      this.#level.iterator({ ...from, lt: range.lt, limit, values, snapshot, highWaterMarkBytes: CHUNK_BYTES })
    let size = limit === -1 ? CHUNK_ENTRIES : Math.min(limit, CHUNK_ENTRIES)
    let last: Buffer | null = null
    let iterator = open({ gte: range.gte })
    try {
      for (;;) {
        let chunk: [key: Buffer, value: Buffer | undefined][]
        try {
          chunk = await iterator.nextv(size)
        } catch (error) {
          if (size === 1 || this.#level.status !== 'open') throw error
          // A damaged block fails the whole chunk. Read on one by one: what is readable on both sides comes first.
          size = 1
          await iterator.close()
          iterator = open(last === null ? { gte: range.gte } : { gt: last })
          continue
        }
        if (chunk.length === 0) return
        last = chunk[chunk.length - 1][0]
        yield chunk.map(([key, value]): Entry => [key, value ?? NO_VALUE])
      }
    } finally {
      await iterator.close()
    }
  }

  view(): View {
    return new LevelView(this.#level.snapshot())
  }

  close(): Promise<void> {
    return this.#level.close()
  }
}

const NO_VALUE = Buffer.alloc(0)

class LevelView implements View {
  readonly snapshot: ReturnType<ClassicLevel['snapshot']>

  constructor(snapshot: ReturnType<ClassicLevel['snapshot']>) {
    this.snapshot = snapshot
  }

  close(): Promise<void> {
    return this.snapshot.close()
  }
}
