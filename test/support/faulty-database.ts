import {
  type Database,
  type Entry,
  LevelDatabase,
  type Operation,
  type Reading,
  type View,
} from '../../server/store/database.ts'
import type { Range } from '../../server/store/keys.ts'

/** Makes the databases of a store fail at a chosen write, and remembers what they were asked to write. */
export class Faults {
  /** Writes so far, over all handles. */
  writes = 0
  reads = 0
  /** What a read waits for. */
  beforeRead: () => Promise<unknown> = async () => {}
  /** Bytes of each write. */
  readonly sizes: number[] = []
  #failAt = Number.POSITIVE_INFINITY
  #reachesDisk = false
  #failed = false

  /**
   * The `n`th write from now fails with a full disk. Later ones of the same handle succeed again, as they do in LevelDB,
   * which then acknowledges what a restart will not find: a store must not try.
   */
  failAt(n: number, reachesDisk: boolean): void {
    this.#failAt = this.writes + n
    this.#reachesDisk = reachesDisk
    this.#failed = false
  }

  get failed(): boolean {
    return this.#failed
  }

  /** Until the function it gives is called, no read gets anything. */
  holdReads(): () => void {
    const { promise, resolve } = withResolvers()
    this.beforeRead = () => promise
    return resolve
  }

  readonly openDatabase = (directory: string): Database => new FaultyDatabase(new LevelDatabase(directory), this)

  /** Whether this write is to fail, and how. */
  next(operations: Operation[]): 'succeeds' | 'fails' | 'fails after reaching the disk' {
    this.writes++
    this.sizes.push(operations.reduce((sum, op) => sum + (op.type === 'put' ? op.value.length : 0), 0))
    if (this.writes !== this.#failAt) return 'succeeds'
    this.#failed = true
    return this.#reachesDisk ? 'fails after reaching the disk' : 'fails'
  }
}

class FaultyDatabase implements Database {
  readonly #database: Database
  readonly #faults: Faults
  constructor(database: Database, faults: Faults) {
    this.#database = database
    this.#faults = faults
  }

  open(): Promise<void> {
    return this.#database.open()
  }

  async write(operations: Operation[]): Promise<void> {
    const outcome = this.#faults.next(operations)
    if (outcome !== 'fails') await this.#database.write(operations)
    if (outcome !== 'succeeds') throw noSpace()
  }

  async *entries(range: Range, reading?: Reading): AsyncGenerator<Entry> {
    this.#faults.reads++
    await this.#faults.beforeRead()
    yield* this.#database.entries(range, reading)
  }

  chunks(range: Range, reading?: Reading): AsyncIterable<Entry[]> {
    return this.#database.chunks(range, reading)
  }

  view(): View {
    return this.#database.view()
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}

const noSpace = (): Error => new Error('IO error: 000007.log: No space left on device')

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(r => {
    resolve = r
  })
  return { promise, resolve }
}
