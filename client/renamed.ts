import { toUint8Array, writeAny, writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import type { Stretch } from './storage.ts'

/**
 * Edits that somebody has put something else in the place of: from where `fresh` says another thing under the same ids,
 * what was written here (`own`) gets ids that nobody has. Without that, Yjs would take it for known.
 */
export function renamed(edits: Uint8Array, fresh: Y.Doc, own: readonly Stretch[]): Uint8Array {
  const { structs } = Y.decodeUpdate(edits)
  const names = new Map<number, Name[]>()
  for (const { client, from, to } of [...own].sort((a, b) => a.from - b.from)) {
    const known = names.get(client)
    if (known !== undefined) {
      const last = known[known.length - 1]
      if (to <= last.to) continue
      const start = Math.max(from, last.to)
      known.push({ from: start, to, id: Y.createID(last.id.client, last.id.clock + last.to - last.from) })
      continue
    }
    const clock = firstDifference(structs, fresh, client, from, Math.min(to, Y.getState(fresh.store, client)))
    if (clock !== null) names.set(client, [{ from: clock, to, id: Y.createID(new Y.Doc().clientID, 0) }])
  }
  return names.size === 0 ? edits : rename(edits, names)
}

/** The clocks [from, to) are to be those from `id` on. */
interface Name {
  from: number
  to: number
  id: Y.ID
}

/**
 * The first clock in [from, to) that is not the same in both; null when there is none. Garbage before it that could be
 * anything counts as not the same, because what follows may refer to it.
 */
function firstDifference(
  structs: readonly Struct[],
  fresh: Y.Doc,
  client: number,
  from: number,
  to: number,
): number | null {
  let doubtful: number | null = null
  for (const mine of structs) {
    if (mine.id.client !== client) continue
    for (let clock = Math.max(from, mine.id.clock); clock < Math.min(to, endOf(mine)); ) {
      const theirs: Struct = Y.getItem(fresh.store, Y.createID(client, clock))
      const end = Math.min(to, endOf(mine), endOf(theirs))
      const isKnown = mine instanceof Y.Item && theirs instanceof Y.Item
      const differs = isKnown ? differenceOf(mine, theirs, clock, end) : null
      if (differs !== null) return doubtful ?? differs
      doubtful = isKnown ? null : (doubtful ?? clock)
      clock = end
    }
  }
  return null
}

type Struct = Y.Item | Y.GC | Y.Skip

function endOf({ id, length }: Struct): number {
  return id.clock + length
}

function differenceOf(mine: Y.Item, theirs: Y.Item, clock: number, end: number): number | null {
  if (placeOf(mine, clock) !== placeOf(theirs, clock)) return clock
  if (mine.content instanceof Y.ContentDeleted || theirs.content instanceof Y.ContentDeleted) return null
  for (let at = clock; at < end; at++) {
    if (wordOf(mine.content, at - mine.id.clock) !== wordOf(theirs.content, at - theirs.id.clock)) return at
  }
  return null
}

/** Where a piece of an item hangs, as text. */
function placeOf({ id, origin, rightOrigin, parent, parentSub }: Y.Item, clock: number): string {
  const left = clock > id.clock ? Y.createID(id.client, clock - 1) : origin
  if (left !== null || rightOrigin !== null) return JSON.stringify([left, rightOrigin])
  const name = parent instanceof Y.AbstractType ? (parent._item?.id ?? Y.findRootTypeKey(parent)) : parent
  return JSON.stringify([name, parentSub])
}

/** What a content says at one clock, as text. */
function wordOf(content: Y.Item['content'], at: number): string {
  if (content instanceof Y.ContentString) return content.str[at]
  const encoder = new Y.UpdateEncoderV1()
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON)
    writeAny(encoder.restEncoder, content.arr[at])
  else content.write(encoder, 0)
  return `${content.getRef()} ${toUint8Array(encoder.restEncoder)}`
}

type Names = ReadonlyMap<number, readonly Name[]>

/** Under names, what is named; whatever else there is behind it came from the server. */
function rename(update: Uint8Array, names: Names): Uint8Array {
  const { structs, ds } = Y.decodeUpdate(update)
  const sections = new Map<number, Struct[]>()
  for (const struct of structs) {
    for (const piece of cut(struct, names)) {
      const first = names.get(piece.id.client)?.[0].from ?? Number.POSITIVE_INFINITY
      if (piece.id.clock >= first && nameAt(names, piece.id) === null) continue
      piece.id = idOf(names, piece.id)
      if (piece instanceof Y.Item) refer(piece, names)
      const section = sections.get(piece.id.client)
      if (section === undefined) sections.set(piece.id.client, [piece])
      else section.push(piece)
    }
  }
  const deletes = new Map<number, Range[]>()
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) {
      for (const [from, to] of within(names, client, clock, clock + len)) {
        const id = idOf(names, Y.createID(client, from))
        deletes.set(id.client, [...(deletes.get(id.client) ?? []), { clock: id.clock, len: to - from }])
      }
    }
  }
  return encode(sections, deletes)
}

interface Range {
  clock: number
  len: number
}

function nameAt(names: Names, { client, clock }: Y.ID): Name | null {
  return names.get(client)?.find(({ from, to }) => from <= clock && clock < to) ?? null
}

function idOf(names: Names, id: Y.ID): Y.ID {
  const name = nameAt(names, id)
  return name === null ? id : Y.createID(name.id.client, name.id.clock + id.clock - name.from)
}

function refer(item: Y.Item, names: Names): void {
  if (item.origin !== null) item.origin = idOf(names, item.origin)
  if (item.rightOrigin !== null) item.rightOrigin = idOf(names, item.rightOrigin)
  if (item.parent instanceof Y.ID) item.parent = idOf(names, item.parent)
}

/** A range of clocks, cut where another name begins or ends. */
function within(names: Names, client: number, from: number, to: number): [from: number, to: number][] {
  const edges = (names.get(client) ?? []).flatMap(name => [name.from, name.to])
  const cuts = [...new Set([from, ...edges.filter(edge => from < edge && edge < to), to])]
  return cuts.slice(1).map((end, i) => [cuts[i], end])
}

/** A struct that no document holds, cut like that. */
function cut(struct: Struct, names: Names): Struct[] {
  const { id } = struct
  const pieces = [struct]
  const [, ...rest] = within(names, id.client, id.clock, endOf(struct))
  for (const [from, to] of rest) {
    const last = pieces[pieces.length - 1]
    const before = from - last.id.clock
    const at = Y.createID(id.client, from)
    if (last instanceof Y.Item) {
      const left = Y.createID(id.client, from - 1)
      pieces.push(new Y.Item(at, null, left, null, last.rightOrigin, null, null, last.content.splice(before)))
    } else pieces.push(new (last instanceof Y.GC ? Y.GC : Y.Skip)(at, to - from))
    last.length = before
  }
  return pieces
}

function encode(
  sections: ReadonlyMap<number, readonly Struct[]>,
  deletes: ReadonlyMap<number, readonly Range[]>,
): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const { restEncoder } = encoder
  writeVarUint(restEncoder, sections.size)
  // Yjs expects the clients in this order.
  for (const [client, structs] of [...sections].sort(([a], [b]) => b - a)) {
    writeVarUint(restEncoder, structs.length)
    writeVarUint(restEncoder, client)
    writeVarUint(restEncoder, structs[0].id.clock)
    for (const struct of structs) struct.write(encoder, 0)
  }
  writeVarUint(restEncoder, deletes.size)
  for (const [client, ranges] of deletes) {
    writeVarUint(restEncoder, client)
    writeVarUint(restEncoder, ranges.length)
    for (const { clock, len } of ranges) {
      writeVarUint(restEncoder, clock)
      writeVarUint(restEncoder, len)
    }
  }
  return toUint8Array(restEncoder)
}
