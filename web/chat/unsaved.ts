/** Which messages are not on the server's disk yet. */

import type { Fate } from '../../client/index.ts'
import type { Entry } from './log.ts'

/** Message id -> where it is. A message that is not in it is on the server's disk. */
export type Unsaved = ReadonlyMap<string, Exclude<Fate, 'saved'>>

export const nothingUnsaved: Unsaved = new Map()

/** Where every message is, by what `fateOf` says of its Yjs id. */
export function unsavedAmong(entries: readonly Entry[], fateOf: (entry: Entry) => Fate): Unsaved {
  const unsaved = new Map<string, Exclude<Fate, 'saved'>>()
  for (const entry of entries) {
    const fate = fateOf(entry)
    if (fate !== 'saved') unsaved.set(entry.message.id, fate)
  }
  return unsaved.size === 0 ? nothingUnsaved : unsaved
}

export function sameUnsaved(a: Unsaved, b: Unsaved): boolean {
  if (a.size !== b.size) return false
  for (const [id, fate] of a) if (b.get(id) !== fate) return false
  return true
}
