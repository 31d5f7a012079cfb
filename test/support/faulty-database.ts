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
  /** Bytes of each write. */
  readonly sizes: number[] = []
  #failAt = Number.POSITIVE_INFINITY
  #reachesDisk = false
  #failed = false

  /** The `n`th write from now fails with a full disk, and so does every later one of the same handle. */
  failAt(n: number, reachesDisk: boolean): void {
    this.#failAt = this.writes + n
    this.#reachesDisk = reachesDisk
    this.#failed = false
  }

  get failed(): boolean {
    return this.#failed
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
  #broken = false

  constructor(database: Database, faults: Faults) {
    this.#database = database
    this.#faults = faults
  }

  open(): Promise<void> {
    return this.#database.open()
  }

  async write(operations: Operation[]): Promise<void> {
    if (this.#broken) throw noSpace()
    const outcome = this.#faults.next(operations)
    this.#broken = outcome !== 'succeeds'
    if (outcome !== 'fails') await this.#database.write(operations)
    if (this.#broken) throw noSpace()
  }

  entries(range: Range, reading?: Reading): AsyncIterable<Entry> {
    this.#faults.reads++
    return this.#database.entries(range, reading)
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
