import type { Clock } from '../clock.ts'
import type { CommitCounter } from './counter.ts'
import type { Database, Operation } from './database.ts'
import { EMPTY_HEAD, encodeHead, type Head } from './head.ts'
import type { HeadState, HeadTable } from './heads.ts'
import { catalogueKey, headKey } from './keys.ts'
import type { Ledger } from './ledger.ts'
import { seal } from './seal.ts'
import { StoreError } from './store.ts'

/** Thousands of iterators open at once cost more than they save. */
const HEADS_AT_ONCE = 16

/** One call that moves a room's head. */
export interface Commit {
  readonly room: string
  readonly bytes: number
  /** Adds its operations and returns the new head; the same one when it turns out to have nothing to write. */
  fill(head: Head, batch: Operation[]): Head
  /** On disk. */
  done(): void
  fail(error: Error): void
}

/** A bounded piece of work that can wait: a piece of a snapshot, a slice of old records. */
interface Step {
  operations: Operation[]
  done(): void
  fail(error: Error): void
}

export interface CommitLoopParts {
  clock: Clock
  database: Database
  heads: HeadTable
  ledger: Ledger
  counter: CommitCounter
  /** A batch goes out without waiting for more once it has so many bytes. */
  batchBytes: number
  /** A write has failed; called before anyone is told. */
  failed(cause: Error): void
}

/**
 * One batch in flight; what arrives meanwhile is the next one. Commits come first, but after a batch of them one step
 * may go, so that neither starves the other and a commit never waits for more than one step.
 *
 * Every batch is synced, those of snapshot pieces as well: when LevelDB starts a new log file it does not sync the old
 * one, so a synced flip in the new file could outlive unsynced pieces in the old.
 */
export class CommitLoop {
  readonly #parts: CommitLoopParts
  #commits: Commit[] = []
  #steps: Step[] = []
  #busy = false
  #stepIsDue = false
  #cause: Error | null = null
  #draining = false
  #idle: (() => void)[] = []

  constructor(parts: CommitLoopParts) {
    this.#parts = parts
  }

  commit(commit: Commit): void {
    if (this.#cause !== null) {
      commit.fail(failure(this.#cause))
      return
    }
    this.#commits.push(commit)
    this.#wake()
  }

  step(operations: Operation[]): Promise<void> {
    return new Promise((done, fail) => {
      if (this.#cause !== null) return fail(failure(this.#cause))
      if (this.#draining) return fail(closed())
      this.#steps.push({ operations, done, fail })
      this.#wake()
    })
  }

  /** Writes the commits that are queued, refuses the steps; resolves when nothing is in flight. */
  drain(): Promise<void> {
    this.#draining = true
    for (const step of this.#steps.splice(0)) step.fail(closed())
    return new Promise(resolve => {
      if (this.#busy) this.#idle.push(resolve)
      else resolve()
    })
  }

  #wake(): void {
    if (this.#busy) return
    this.#busy = true
    this.#next()
  }

  #next(): void {
    this.#parts.clock.turn(() => void this.#run())
  }

  async #run(): Promise<void> {
    const step = this.#steps.length > 0 && (this.#stepIsDue || this.#commits.length === 0)
    if (step) await this.#writeStep(this.#steps.shift() as Step)
    else await this.#writeCommits(this.#take())
    this.#stepIsDue = !step
    if (this.#commits.length > 0 || this.#steps.length > 0) return this.#next()
    this.#busy = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** The longest queue of commits that fits a batch, at least one. */
  #take(): Commit[] {
    let bytes = 0
    let count = 0
    for (const commit of this.#commits) {
      bytes += commit.bytes
      if (count > 0 && bytes > this.#parts.batchBytes) break
      count++
    }
    return this.#commits.splice(0, count)
  }

  async #writeStep(step: Step): Promise<void> {
    try {
      await this.#write(step.operations)
    } catch (error) {
      step.fail(this.#fail(error))
      return
    }
    step.done()
  }

  async #writeCommits(queued: Commit[]): Promise<void> {
    let commits: Commit[]
    const heads = new Map<string, { before: Head | null; after: Head }>()
    try {
      commits = await this.#readHeads(queued, heads)
      if (commits.length === 0) return
      const batch: Operation[] = []
      for (const commit of commits) {
        const head = heads.get(commit.room)
        if (head !== undefined) head.after = commit.fill(head.after, batch)
      }
      for (const [room, { before, after }] of heads) this.#moveHead(room, before, after, batch)
      if (batch.length > 0) await this.#write(batch)
    } catch (error) {
      const failed = this.#fail(error)
      for (const commit of queued) commit.fail(failed)
      return
    }
    for (const [room, { before, after }] of heads)
      if (after !== (before ?? EMPTY_HEAD)) this.#parts.heads.set(room, after)
    for (const commit of commits) commit.done()
  }

  /** Those of `queued` whose room can be written to. */
  async #readHeads(queued: Commit[], heads: Map<string, { before: Head | null; after: Head }>): Promise<Commit[]> {
    const states = new Map<string, HeadState>()
    for (const { room } of queued) {
      const known = this.#parts.heads.known(room)
      if (known !== undefined) states.set(room, known)
    }
    const rooms = [...new Set(queued.map(commit => commit.room))].filter(room => !states.has(room))
    for (let at = 0; at < rooms.length; at += HEADS_AT_ONCE) {
      const some = rooms.slice(at, at + HEADS_AT_ONCE)
      const found = await Promise.all(some.map(room => this.#parts.heads.get(room)))
      for (const [n, state] of found.entries()) states.set(some[n], state)
    }
    return queued.filter(commit => {
      const state = states.get(commit.room)
      if (state === undefined || state.kind === 'lost') {
        commit.fail(damagedRoom(commit.room))
        return false
      }
      const before = state.kind === 'found' ? state.head : null
      if (!heads.has(commit.room)) heads.set(commit.room, { before, after: before ?? EMPTY_HEAD })
      return true
    })
  }

  #moveHead(room: string, before: Head | null, after: Head, batch: Operation[]): void {
    if (after === (before ?? EMPTY_HEAD)) return
    const payload = encodeHead(after)
    for (const key of [catalogueKey(room), headKey(room)]) batch.push({ type: 'put', key, value: seal(key, payload) })
    this.#parts.ledger.headMoved(room, before, after)
  }

  async #write(batch: Operation[]): Promise<void> {
    const { database, ledger, counter } = this.#parts
    ledger.stamp(batch)
    await database.write(batch)
    counter.write(ledger.commit)
  }

  /** Nothing of this loop is used again: a handle that has failed once may acknowledge what it does not keep. */
  #fail(error: unknown): StoreError {
    const cause = error instanceof Error ? error : new Error(String(error))
    this.#cause = cause
    this.#parts.failed(cause)
    const failed = failure(cause)
    for (const commit of this.#commits.splice(0)) commit.fail(failed)
    for (const step of this.#steps.splice(0)) step.fail(failed)
    return failed
  }
}

export function failure(cause: Error): StoreError {
  return new StoreError(
    'failed',
    `The store could not write (${cause.message}) and takes nothing until it has been reopened. Check the disk.`,
    { cause },
  )
}

export function closed(): StoreError {
  return new StoreError('closed', 'The store is closed. Open it first.')
}

const damagedRoom = (room: string): StoreError =>
  new StoreError(
    'io',
    `Room ${JSON.stringify(room)} is damaged on disk and takes no writes. Load it to see what is wrong.`,
  )
