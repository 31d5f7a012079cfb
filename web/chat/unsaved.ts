/** Which messages are not on the server's disk yet. */

import type { Fate } from '../../client/index.ts'
import type { Shown, YjsId } from './shown.ts'

/** Message id -> where it is. A message that is not in it is on the server's disk. */
export type Unsaved = ReadonlyMap<string, Exclude<Fate, 'saved'>>

export const nothingUnsaved: Unsaved = new Map()

/** From the one that is furthest from the server's disk. */
const fates: readonly Fate[] = ['refused', 'waiting', 'sent', 'saved']

/** Where every message is as it reads now, by what `fateOf` says of its Yjs id and that of its last edit. */
export function unsavedAmong(log: readonly Shown[], fateOf: (id: YjsId) => Fate): Unsaved {
  const unsaved = new Map<string, Exclude<Fate, 'saved'>>()
  for (const shown of log) {
    const sent = fateOf(shown)
    const edited = shown.editedBy === null ? sent : fateOf(shown.editedBy)
    const fate = fates.indexOf(edited) < fates.indexOf(sent) ? edited : sent
    if (fate !== 'saved') unsaved.set(shown.message.id, fate)
  }
  return unsaved.size === 0 ? nothingUnsaved : unsaved
}

export function sameUnsaved(a: Unsaved, b: Unsaved): boolean {
  if (a.size !== b.size) return false
  for (const [id, fate] of a) if (b.get(id) !== fate) return false
  return true
}
