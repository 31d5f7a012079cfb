/** A text that several people write in a plain text field: what one changed, and where a caret is after what others did. */

import type * as Y from 'yjs'

/** From `at` on, `removed` units go and `inserted` comes. */
export interface Splice {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

/** What Yjs says of a change: pieces that are kept, removed, or new. */
export type Delta = Y.YTextEvent['delta']

/**
 * The text, unit for unit as Yjs counts it: something embedded in it counts one, and a carriage return, which a text field
 * would drop, is a space.
 */
export function plainText(text: Y.Text): string {
  const pieces: { insert?: unknown }[] = text.toDelta()
  return pieces
    .map(({ insert }) => (typeof insert === 'string' ? insert : '\ufffc'))
    .join('')
    .replaceAll('\r', ' ')
}

/**
 * What turns one text into the other, as little as possible; null when they are equal. `caret` is where the writing ended:
 * of equal letters in a row, those before it are the new ones.
 */
export function spliceBetween(before: string, after: string, caret: number): Splice | null {
  if (before === after) return null
  const shorter = Math.min(before.length, after.length)
  // What is behind the caret was there before.
  let end = 0
  const behind = Math.min(shorter, after.length - caret)
  while (end < behind && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  let at = 0
  while (at < shorter - end && before[at] === after[at]) at++
  while (end < shorter - at && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  // Half a character is none.
  if (isLow(before[at]) || isLow(after[at])) at = Math.max(0, at - (isHigh(before[at - 1]) ? 1 : 0))
  if (isLow(before[before.length - end]) && end > 0 && isHigh(before[before.length - end - 1])) end--
  else if (isLow(after[after.length - end]) && end > 0 && isHigh(after[after.length - end - 1])) end--
  return { at, removed: before.length - end - at, inserted: after.slice(at, after.length - end) }
}

export function applySplice(text: Y.Text, { at, removed, inserted }: Splice): void {
  if (removed > 0) text.delete(at, removed)
  if (inserted !== '') text.insert(at, inserted)
}

/** Where an index is after a change. What was inserted right at it is behind it. */
export function indexAfter(index: number, delta: Delta): number {
  let read = 0
  let written = 0
  for (const { retain = 0, delete: removed = 0, insert } of delta) {
    if (read + retain >= index && retain > 0) return written + index - read
    read += retain
    written += retain
    if (insert !== undefined && read >= index) return written
    if (insert !== undefined) written += typeof insert === 'string' ? insert.length : 1
    if (removed > 0 && read + removed >= index) return written
    read += removed
  }
  return written + Math.max(0, index - read)
}

/** The same splice of a text that others have changed meanwhile. */
export function spliceAfter({ at, removed, inserted }: Splice, deltas: readonly Delta[]): Splice {
  const start = deltas.reduce(indexAfter, at)
  const end = deltas.reduce(indexAfter, at + removed)
  return { at: start, removed: Math.max(0, end - start), inserted }
}

const isHigh = (unit: string | undefined): boolean => unit !== undefined && /^[\ud800-\udbff]$/.test(unit)
const isLow = (unit: string | undefined): boolean => unit !== undefined && /^[\udc00-\udfff]$/.test(unit)
