/** The log of a channel: its loaded pages as one. */

import { compareShown, mergeCopies, type Shown, sameShown } from './shown.ts'

/**
 * All pages in order of (time, id), each message once however many pages have a copy of it. Messages that were joined
 * from copies are the objects of `previous`, the result for the same pages before, when they say the same.
 */
export function mergePages(pages: readonly (readonly Shown[])[], previous: readonly Shown[] = []): readonly Shown[] {
  const filled = pages.filter(page => page.length > 0)
  const [only, ...others] = filled
  if (only === undefined || others.length === 0) return only ?? []
  const copies = copiesAmong(filled)
  const joined = filled.sort(compareFirst).flat()
  if (copies.size === 0) return isInOrder(joined) ? joined : joined.sort(compareShown)
  const merged = new Map<string, Shown>()
  for (const [id, found] of copies) merged.set(id, mergeCopies(found))
  for (const old of previous) {
    const now = merged.get(old.message.id)
    if (now !== undefined && sameShown(old, now)) merged.set(old.message.id, old)
  }
  return [...joined.filter(({ message }) => !copies.has(message.id)), ...merged.values()].sort(compareShown)
}

/** Message id -> its copies, of those messages that have more than one. */
function copiesAmong(pages: readonly (readonly Shown[])[]): ReadonlyMap<string, [Shown, ...Shown[]]> {
  const first = new Map<string, Shown>()
  const copies = new Map<string, [Shown, ...Shown[]]>()
  for (const page of pages) {
    for (const shown of page) {
      const { id } = shown.message
      const known = first.get(id)
      if (known === undefined) first.set(id, shown)
      else if (known !== shown) copies.set(id, [...(copies.get(id) ?? ([known] as const)), shown])
    }
  }
  return copies
}

function compareFirst([a]: readonly Shown[], [b]: readonly Shown[]): number {
  return a === undefined || b === undefined ? 0 : compareShown(a, b)
}

function isInOrder(log: readonly Shown[]): boolean {
  return log.every((shown, i) => i === 0 || compareShown(log[i - 1] as Shown, shown) < 0)
}
