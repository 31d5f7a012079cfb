import * as Y from 'yjs'
import { type RoughId, read } from './rough.ts'

/**
 * Whether `record`, which `doc` has integrated without collecting what is deleted, holds something that stands between
 * two ids that can never have been neighbours: the right one lies to the left, or something that one of them was next to
 * lies between. Bytes do not show it. Yjs integrates it, but where it stands can then depend on what has arrived before.
 */
export function isUnordered({ store }: Y.Doc, record: Uint8Array): boolean {
  for (const { structs } of read(record).sections) {
    for (const { origin, rightOrigin } of structs) {
      if (origin === undefined && rightOrigin === undefined) continue
      if (!couldBeNeighbours(endOf(store, origin), endOf(store, rightOrigin))) return true
    }
  }
  return false
}

/** An id and the item that holds it, which Yjs may have put together from several. */
interface End {
  item: Y.Item
  clock: number
}

/** Null stands for the end of the list, and for what is not an item any more. */
function endOf(store: Y.Doc['store'], id: RoughId | undefined): End | null {
  if (id === undefined) return null
  const item: unknown = Y.getItem(store, Y.createID(...id))
  return item instanceof Y.Item ? { item, clock: id[1] } : null
}

function couldBeNeighbours(left: End | null, right: End | null): boolean {
  if (left === null && right === null) return true
  if (left?.item === right?.item) return false
  // What stands before a clock in its item was next to it from the beginning.
  if (right !== null && right.clock > right.item.id.clock) return false
  const before = right?.item.origin ?? null
  if (left !== null && before !== null && holds(left.item, before) && before.clock > left.clock) return false
  const atStart = right === null ? null : firstOf(right.item)
  for (let item = left === null ? atStart : left.item.right; item !== (right?.item ?? null); item = item.right) {
    if (item === null) return false
    if (before !== null && holds(item, before)) return false
    if (left?.item.rightOrigin && holds(item, left.item.rightOrigin)) return false
  }
  return true
}

function firstOf(item: Y.Item): Y.Item {
  let first = item
  while (first.left !== null) first = first.left
  return first
}

function holds(item: Y.Item, id: Y.ID): boolean {
  return item.id.client === id.client && item.id.clock <= id.clock && id.clock < item.id.clock + item.length
}
