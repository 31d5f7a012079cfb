import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../server/clock.ts'
import { LevelStore, type LevelStoreOptions } from '../../server/store/level.ts'

/** A directory of its own for a test's stores; `remove` closes them all first. */
export class StoreDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'y-harbor-store-'))
  readonly #stores: LevelStore[] = []
  #copies = 0

  /** A store over this directory, or over one inside it; not yet open. */
  store(options: Partial<LevelStoreOptions> = {}, path: string = this.data): LevelStore {
    const store = new LevelStore(path, { clock: systemClock, ...options })
    this.#stores.push(store)
    return store
  }

  get data(): string {
    return join(this.path, 'data')
  }

  /** The path of a directory that does not exist yet. */
  fresh(): string {
    return join(this.path, `copy-${this.#copies++}`)
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close()
    rmSync(this.path, { recursive: true, force: true })
  }
}
