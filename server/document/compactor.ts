import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../clock.ts'
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

interface Task {
  job: Job
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The updates themselves are at fault, not the worker. */
class UnsoundError extends Error {}

/** A worker thread, started when it is first needed. It does one job after the other, and each within its time. */
export class WorkerCompactor implements Compactor {
  readonly #clock: Clock
  readonly #limitMs: number
  #worker: Worker | null = null
  #lastId = 0
  /** The first is with the worker. */
  readonly #tasks: Task[] = []
  #deadline: Timer | null = null

  /** A job that takes longer than `limitMs` is given up, and its worker with it. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#limitMs = limitMs
  }

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
    const worker = this.#worker
    this.#end(new Error('the server is stopping'), this.#tasks.length)
    await worker?.terminate()
  }

  #run(kind: Job['kind'], updates: readonly Uint8Array[]): Promise<unknown> {
    const job: Job = { id: ++this.#lastId, kind, ...pack(updates) }
    return new Promise((resolve, reject) => {
      this.#tasks.push({ job, resolve, reject })
      if (this.#tasks.length === 1) this.#next()
    })
  }

  /** Hands the first task to the worker. */
  #next(): void {
    const task = this.#tasks[0]
    if (task === undefined) {
      this.#worker?.unref()
      return
    }
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage(task.job, [task.job.bytes])
    this.#deadline = this.#clock.after(this.#limitMs, () => {
      const worker = this.#worker
      this.#end(new Error(`it took longer than ${this.#limitMs / 1000} s`), 1)
      void worker?.terminate()
    })
  }

  #start(): Worker {
    const worker = new Worker(workerFile(), { name: 'y-harbor-compactor' })
    worker.on('message', (result: JobResult) => {
      if (this.#tasks[0]?.job.id !== result.id) return
      this.#deadline?.cancel()
      const task = this.#tasks.shift()
      if (result.ok) task?.resolve(result.value)
      else task?.reject(new UnsoundError(result.why))
      this.#next()
    })
    const ended = (error: Error): void => {
      if (this.#worker === worker) this.#end(error, 1)
    }
    worker.on('error', ended)
    worker.on('exit', code => ended(new Error(`the worker ended with code ${code}`)))
    return worker
  }

  /** The worker is gone, and the first tasks with it; a new one goes on with the rest. */
  #end(error: Error, count: number): void {
    this.#worker = null
    this.#deadline?.cancel()
    for (const { reject } of this.#tasks.splice(0, count)) reject(error)
    if (this.#tasks.length > 0) this.#next()
  }
}

/** Workers start from compiled code only; from source, what was built last is used. */
function workerFile(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../dist/server/document/compact.worker.js' : './compact.worker.js', import.meta.url)
}
