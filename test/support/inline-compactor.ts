import { type Adopted, adopt, compact, materialise } from '../../server/document/compact.ts'
import type { CompactionOutcome, Compactor } from '../../server/document/compactor.ts'
import { contentJson } from '../../server/document/content.ts'

/** What the worker does, on this thread: so that a test with a clock of its own waits for nothing else. */
export class InlineCompactor implements Compactor {
  runs = 0

  async compact(updates: readonly Uint8Array[]): Promise<CompactionOutcome> {
    this.runs++
    try {
      return { kind: 'compacted', ...compact(updates) }
    } catch (error) {
      return { kind: 'unsound', why: error instanceof Error ? error.message : String(error) }
    }
  }

  async adopt(updates: readonly Uint8Array[]): Promise<Adopted> {
    return adopt(updates)
  }

  async read(updates: readonly Uint8Array[]): Promise<string> {
    return contentJson(materialise(updates))
  }

  async close(): Promise<void> {}
}
