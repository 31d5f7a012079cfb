import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/** An update as its parts, to be put together wrongly: nothing here checks that they fit. */
export interface RoughUpdate {
  sections: RoughSection[]
  deletes: RoughDeletes[]
}

export interface RoughSection {
  client: number
  clock: number
  structs: RoughStruct[]
  /** What the section claims, when that is not the number of structs. */
  count?: number
}

export interface RoughDeletes {
  client: number
  ranges: RoughRange[]
}

export type RoughRange = [clock: number, length: number]
export type RoughId = [client: number, clock: number]

export interface RoughStruct {
  /** Number of the content type: 0 GC, 10 Skip, the rest items. */
  ref: number
  origin?: RoughId
  rightOrigin?: RoughId
  /** Written only when there is neither origin. */
  parent?: string | RoughId
  parentSub?: string
  /** Everything after the references. */
  content: Uint8Array
}

export function uint(...values: number[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const value of values) encoding.writeVarUint(encoder, value)
  return encoding.toUint8Array(encoder)
}

export function string(text: string): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint8Array(encoder, Buffer.from(text))
  return encoding.toUint8Array(encoder)
}

export function any(value: unknown): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeAny(encoder, value as Parameters<typeof encoding.writeAny>[1])
  return encoding.toUint8Array(encoder)
}

export const gc = (length: number): RoughStruct => ({ ref: 0, content: uint(length) })
export const skip = (length: number): RoughStruct => ({ ref: 10, content: uint(length) })
export const deleted = (length: number, at: Partial<RoughStruct> = { parent: 'text' }): RoughStruct => ({
  ref: 1,
  content: uint(length),
  ...at,
})
export const text = (value: string, at: Partial<RoughStruct> = { parent: 'text' }): RoughStruct => ({
  ref: 4,
  content: string(value),
  ...at,
})
/** `type`: 0 array, 1 map, 2 text. */
export const type = (type: number, at: Partial<RoughStruct> = { parent: 'list' }): RoughStruct => ({
  ref: 7,
  content: uint(type),
  ...at,
})
export const struct = (
  ref: number,
  content: Uint8Array,
  at: Partial<RoughStruct> = { parent: 'list' },
): RoughStruct => ({
  ref,
  content,
  ...at,
})

export function write({ sections, deletes }: RoughUpdate): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, sections.length)
  for (const { client, clock, structs, count } of sections) {
    encoding.writeVarUint(encoder, count ?? structs.length)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    for (const one of structs) writeStruct(encoder, one)
  }
  encoding.writeVarUint(encoder, deletes.length)
  for (const { client, ranges } of deletes) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    for (const [clock, length] of ranges) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, length)
    }
  }
  return encoding.toUint8Array(encoder)
}

function writeStruct(encoder: encoding.Encoder, { ref, origin, rightOrigin, parent, parentSub, content }: RoughStruct) {
  const item = ref !== 0 && ref !== 10
  const flags = (origin ? 0x80 : 0) | (rightOrigin ? 0x40 : 0) | (parentSub !== undefined ? 0x20 : 0)
  encoding.writeUint8(encoder, ref | (item ? flags : 0))
  if (item) {
    for (const id of [origin, rightOrigin]) if (id) for (const part of id) encoding.writeVarUint(encoder, part)
    if (!origin && !rightOrigin) {
      encoding.writeVarUint(encoder, Array.isArray(parent) ? 0 : 1)
      if (Array.isArray(parent)) for (const part of parent) encoding.writeVarUint(encoder, part)
      else encoding.writeVarString(encoder, parent ?? 'text')
      if (parentSub !== undefined) encoding.writeVarString(encoder, parentSub)
    }
  }
  encoding.writeUint8Array(encoder, content)
}

/** Takes an update apart. */
export function read(update: Uint8Array): RoughUpdate {
  const { structs, ds } = Y.decodeUpdate(update)
  const sections: RoughSection[] = []
  for (const one of structs) {
    let section = sections.at(-1)
    if (section?.client !== one.id.client) {
      section = { client: one.id.client, clock: one.id.clock, structs: [] }
      sections.push(section)
    }
    section.structs.push(readStruct(one))
  }
  const deletes = [...ds.clients].map(([client, items]) => ({
    client,
    ranges: items.map(({ clock, len }): RoughRange => [clock, len]),
  }))
  return { sections, deletes }
}

function readStruct(one: Y.GC | Y.Item | Y.Skip): RoughStruct {
  if (one instanceof Y.GC) return gc(one.length)
  if (!(one instanceof Y.Item)) return skip(one.length)
  const encoder = new Y.UpdateEncoderV1()
  one.content.write(encoder, 0)
  const rough: RoughStruct = { ref: one.content.getRef(), content: encoding.toUint8Array(encoder.restEncoder) }
  if (one.origin !== null) rough.origin = [one.origin.client, one.origin.clock]
  if (one.rightOrigin !== null) rough.rightOrigin = [one.rightOrigin.client, one.rightOrigin.clock]
  const parent: unknown = one.parent
  if (typeof parent === 'string') rough.parent = parent
  else if (parent instanceof Y.ID) rough.parent = [parent.client, parent.clock]
  if (one.parentSub !== null) rough.parentSub = one.parentSub
  return rough
}

/** The clocks of each struct, as long as the contents mean what they say. */
export function lengthOf({ ref, content }: RoughStruct): number {
  if (ref === 0 || ref === 10 || ref === 1 || ref === 2 || ref === 8) {
    let value = 0
    for (let i = 0, factor = 1; i < content.length; i++, factor *= 128) {
      value += (content[i] & 127) * factor
      if (content[i] < 128) break
    }
    return value
  }
  if (ref !== 4) return 1
  let start = 0
  while (content[start++] >= 128);
  return Buffer.from(content.subarray(start)).toString().length
}
