import { Worker } from 'node:worker_threads'
import type { Adopted, Compacted } from './compact.ts'
import { pack } from './pack.ts'

/** What came of a compaction. */
export type CompactionOutcome =
  | ({ kind: 'compacted' } & Compacted)
  /** The updates do not make a document: nothing may be replaced. */
  | { kind: 'unsound'; why: string }
  /** The worker could not do it this time. */
  | { kind: 'unfinished'; why: string }

/** Work on a whole document, which needs a `Y.Doc` and must not happen on the thread that serves. */
export interface Compactor {
  compact(updates: readonly Uint8Array[]): Promise<CompactionOutcome>
  /** Splits the updates of an old database into what integrates and what does not. */
  adopt(updates: readonly Uint8Array[]): Promise<Adopted>
  /** The document as JSON text, by root. */
  read(updates: readonly Uint8Array[]): Promise<string>
  close(): Promise<void>
}

/** What goes to the worker and what comes back. */
export interface Job {
  id: number
  kind: 'compact' | 'adopt' | 'read'
  /** All updates behind one another, and their lengths: one copy, moved instead of cloned. */
  bytes: ArrayBuffer
  lengths: number[]
}
export type JobResult = { id: number; ok: true; value: unknown } | { id: number; ok: false; why: string }

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The updates themselves are at fault, not the worker. */
class UnsoundError extends Error {}

/** A worker thread, started when it is first needed. It does one job after the other. */
export class WorkerCompactor implements Compactor {
  #worker: Worker | null = null
  #lastId = 0
  readonly #waiting = new Map<number, Waiting>()

  async compact(updates: readonly Uint8Array[]): Promise<CompactionOutcome> {
    try {
      return { kind: 'compacted', ...((await this.#run('compact', updates)) as Compacted) }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { kind: error instanceof UnsoundError ? 'unsound' : 'unfinished', why }
    }
  }

  async adopt(updates: readonly Uint8Array[]): Promise<Adopted> {
    return (await this.#run('adopt', updates)) as Adopted
  }

  async read(updates: readonly Uint8Array[]): Promise<string> {
    return (await this.#run('read', updates)) as string
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = null
  }

  #run(kind: Job['kind'], updates: readonly Uint8Array[]): Promise<unknown> {
    const worker = this.#worker ?? this.#start()
    const job: Job = { id: ++this.#lastId, kind, ...pack(updates) }
    return new Promise((resolve, reject) => {
      this.#waiting.set(job.id, { resolve, reject })
      worker.ref()
      worker.postMessage(job, [job.bytes])
    })
  }

  #start(): Worker {
    const worker = new Worker(workerFile(), { name: 'y-harbor-compactor' })
    this.#worker = worker
    worker.on('message', (result: JobResult) => {
      const waiting = this.#waiting.get(result.id)
      this.#waiting.delete(result.id)
      if (this.#waiting.size === 0) worker.unref()
      if (result.ok) waiting?.resolve(result.value)
      else waiting?.reject(new UnsoundError(result.why))
    })
    const end = (error: Error): void => {
      if (this.#worker !== worker) return
      this.#worker = null
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    worker.on('error', end)
    worker.on('exit', code => end(new Error(`the worker ended with code ${code}`)))
    worker.unref()
    return worker
  }
}

/** Workers start from compiled code only; from source, what was built last is used. */
function workerFile(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../dist/server/document/compact.worker.js' : './compact.worker.js', import.meta.url)
}
