import * as Y from 'yjs'
import { read } from './rough.ts'

/**
 * Whether `record`, which `doc` has integrated without collecting what is deleted, holds something that stands between
 * two ids that can never have been neighbours: the right one lies to the left, or something that one of them was next to
 * lies between. Bytes do not show it. Yjs integrates it, but where it stands can then depend on what has arrived before.
 */
export function isUnordered({ store }: Y.Doc, record: Uint8Array): boolean {
  for (const { structs } of read(record).sections) {
    for (const { origin, rightOrigin } of structs) {
      if (origin === undefined && rightOrigin === undefined) continue
      const left = origin === undefined ? null : Y.getItem(store, Y.createID(...origin))
      const right = rightOrigin === undefined ? null : Y.getItem(store, Y.createID(...rightOrigin))
      if (!couldBeNeighbours(left, right)) return true
    }
  }
  return false
}

/** Null stands for the ends of the list. Ids of the middle of an item are not looked into: splits made them ends. */
function couldBeNeighbours(left: Y.Item | null, right: Y.Item | null): boolean {
  if (!(left instanceof Y.Item) && !(right instanceof Y.Item)) return true
  if (left === right) return false
  const atStart = right instanceof Y.Item ? firstOf(right) : null
  for (let item = left instanceof Y.Item ? left.right : atStart; item !== right; item = item.right) {
    if (item === null) return false
    if (right?.origin && holds(item, right.origin)) return false
    if (left?.rightOrigin && holds(item, left.rightOrigin)) return false
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
