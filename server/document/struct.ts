import * as encoding from 'lib0/encoding'
import { Cursor, MalformedError } from './cursor.ts'
import { hashBytes, NOWHERE, type Place, rootPlace } from './place.ts'
import { readMany, skipAny, skipJson, skipKey } from './value.ts'

/**
 * One struct of a Yjs update (V1), located but not materialised. Yjs calls the kinds GC, Item and Skip; a Skip says
 * "nothing here is known" and is never part of a document.
 */
export interface Struct {
  kind: 'gc' | 'item' | 'skip'
  clock: number
  /** In clocks, at least 1. */
  length: number
  /** Byte offsets into the update. */
  start: number
  end: number
  /** The ids it refers to (origin, right origin, parent) as [client, clock, client, clock, ...]. */
  needs: readonly number[]
  /** Its first byte: content type and flags. */
  info: number
  /** Where it hangs; known once everything it refers to is. */
  place: Place
}

/** Content type numbers of Yjs' V1 encoding (`contentRefs` in yjs/src/structs/Item.js). */
export const GC = 0
export const DELETED = 1
export const JSON_VALUES = 2
export const BINARY = 3
export const STRING = 4
export const EMBED = 5
export const FORMAT = 6
export const TYPE = 7
export const ANY = 8
export const DOC = 9
export const SKIP = 10

export const HAS_ORIGIN = 0x80
export const HAS_RIGHT_ORIGIN = 0x40
export const HAS_PARENT_SUB = 0x20
export const CONTENT = 0x1f

/** The last clock a client may reach: the tables keep clocks in 32 bits. */
export const MAX_CLOCK = 2 ** 32 - 1

const NOTHING: readonly number[] = []

/**
 * Reads the struct at the cursor. With `check` every byte of its content is validated as Yjs would read it; without,
 * the bytes are trusted (they passed here before) and only measured. Throws `MalformedError`.
 */
export function readStruct(cursor: Cursor, client: number, clock: number, check: boolean): Struct {
  const start = cursor.pos
  const info = cursor.byte()
  const content = info & CONTENT
  if (content === GC || content === SKIP) {
    if (check && info !== content) throw new MalformedError('a GC or Skip struct has item flags')
    const length = checkLength(cursor.uint(), clock)
    const kind = content === GC ? 'gc' : 'skip'
    return { kind, clock, length, start, end: cursor.pos, needs: NOTHING, info, place: NOWHERE }
  }
  const needs = readReferences(cursor, info, client, clock)
  const length = checkLength(readContent(cursor, content, check), clock)
  return { kind: 'item', clock, length, start, end: cursor.pos, needs, info, place: NOWHERE }
}

/**
 * The same of trusted bytes whose end and length are known already: reads nothing of the content, however large.
 */
export function locateStruct(cursor: Cursor, client: number, clock: number, length: number, end: number): Struct {
  const start = cursor.pos
  const info = cursor.byte()
  const content = info & CONTENT
  const isItem = content !== GC && content !== SKIP
  const kind = content === GC ? 'gc' : content === SKIP ? 'skip' : 'item'
  const needs = isItem ? readReferences(cursor, info, client, clock) : NOTHING
  cursor.pos = end
  return { kind, clock, length, start, end, needs, info, place: NOWHERE }
}

/** The place of an item of `bytes` whose parent is a root. */
export function placeInRoot(bytes: Uint8Array, { start, end, info }: Struct): Place {
  const cursor = new Cursor(bytes, start + 1, end)
  cursor.uint() // says that a name follows
  const length = cursor.uint()
  return rootPlace(hashBytes(bytes, cursor.pos, cursor.pos + length), (info & HAS_PARENT_SUB) !== 0)
}

function checkLength(length: number, clock: number): number {
  if (length < 1) throw new MalformedError('a struct has no length')
  if (clock + length > MAX_CLOCK) throw new MalformedError('a clock is out of range')
  return length
}

/**
 * A reference to the struct's own client must point to something earlier: Yjs does not check this and throws, or
 * links an item to itself. An item between an id and itself loads in another order than it was typed.
 */
function readReferences(cursor: Cursor, info: number, client: number, clock: number): number[] {
  const needs: number[] = []
  if (info & HAS_ORIGIN) needs.push(cursor.uint(), cursor.uint())
  if (info & HAS_RIGHT_ORIGIN) needs.push(cursor.uint(), cursor.uint())
  if (needs.length === 4 && needs[0] === needs[2] && needs[1] === needs[3]) {
    throw new MalformedError('an item has the same origin on both sides')
  }
  if (needs.length === 0) {
    const isRoot = cursor.uint()
    if (isRoot === 1) cursor.skipString(true)
    else if (isRoot === 0) needs.push(cursor.uint(), cursor.uint())
    else throw new MalformedError('an item has an unknown kind of parent')
    if (info & HAS_PARENT_SUB) cursor.skipString(true)
  }
  for (let i = 0; i < needs.length; i += 2) {
    if (needs[i] === client && needs[i + 1] >= clock) throw new MalformedError('an item refers to itself or ahead')
  }
  return needs
}

/** Reads past the content and returns its length in clocks. */
function readContent(cursor: Cursor, content: number, check: boolean): number {
  switch (content) {
    case DELETED:
      return cursor.uint()
    case JSON_VALUES:
      return readMany(cursor, () => skipJson(cursor, check, true))
    case BINARY:
      cursor.skipBytes()
      return 1
    case STRING:
      return cursor.skipString(check)
    case EMBED:
      skipJson(cursor, check, false)
      return 1
    case FORMAT:
      cursor.skipString(check)
      skipJson(cursor, check, false)
      return 1
    case TYPE:
      skipType(cursor, check)
      return 1
    case ANY:
      return readMany(cursor, () => skipAny(cursor, check, 0))
    case DOC:
      skipSubdocument(cursor, check)
      return 1
    default:
      throw new MalformedError('a struct has an unknown content type')
  }
}

/** Type numbers 3 (XML element) and 5 (XML hook) are followed by a name; Yjs knows 0 to 6. */
function skipType(cursor: Cursor, check: boolean): void {
  const type = cursor.uint()
  if (type > 6) throw new MalformedError('a shared type is unknown')
  if (type === 3 || type === 5) cursor.skipString(check)
}

function skipSubdocument(cursor: Cursor, check: boolean): void {
  cursor.skipString(check)
  // Yjs reads properties of the options, so null or undefined would throw there.
  if (cursor.byte() !== 118) throw new MalformedError('a subdocument has no options')
  readMany(cursor, () => {
    // Yjs would take it for the real one, whatever it is, and then fail to write it.
    if (skipKey(cursor, check) === 'guid') throw new MalformedError('the options of a subdocument name it again')
    skipAny(cursor, check, 1)
  })
}

/**
 * The struct without its first `offset` clocks, as Yjs would write it: an item's origin becomes the clock just before.
 * An emoji cut in half becomes U+FFFD, as in Yjs. `cursor` is at the struct and is left after it.
 */
export function sliceStruct(cursor: Cursor, client: number, clock: number, offset: number): Uint8Array {
  const encoder = encoding.createEncoder()
  const start = cursor.pos
  const info = cursor.byte()
  const content = info & CONTENT
  if (content === GC || content === SKIP) {
    encoding.writeUint8(encoder, info)
    encoding.writeVarUint(encoder, cursor.uint() - offset)
    return encoding.toUint8Array(encoder)
  }
  encoding.writeUint8(encoder, info | HAS_ORIGIN)
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock + offset - 1)
  const needs = readReferences(cursor, info, client, clock)
  if (info & HAS_RIGHT_ORIGIN) {
    encoding.writeVarUint(encoder, needs[needs.length - 2])
    encoding.writeVarUint(encoder, needs[needs.length - 1])
  }
  writeContentFrom(encoder, cursor, content, offset)
  cursor.pos = start
  readStruct(cursor, client, clock, false)
  return encoding.toUint8Array(encoder)
}

function writeContentFrom(encoder: encoding.Encoder, cursor: Cursor, content: number, offset: number): void {
  if (content === DELETED) {
    encoding.writeVarUint(encoder, cursor.uint() - offset)
  } else if (content === STRING) {
    encoding.writeVarString(encoder, cursor.string().slice(offset))
  } else if (content === JSON_VALUES || content === ANY) {
    const count = cursor.uint()
    encoding.writeVarUint(encoder, count - offset)
    const skipOne = content === ANY ? () => skipAny(cursor, false, 0) : () => cursor.skipBytes()
    for (let i = 0; i < offset; i++) skipOne()
    const kept = cursor.pos
    for (let i = offset; i < count; i++) skipOne()
    encoding.writeUint8Array(encoder, cursor.bytes.subarray(kept, cursor.pos))
  } else {
    throw new Error('a struct of length 1 cannot be sliced')
  }
}

/** Whether cutting the struct `offset` clocks in would split a surrogate pair. */
export function splitsSurrogate(cursor: Cursor, client: number, clock: number, offset: number): boolean {
  const start = cursor.pos
  const info = cursor.byte()
  let splits = false
  if ((info & CONTENT) === STRING) {
    readReferences(cursor, info, client, clock)
    const unit = cursor.string().charCodeAt(offset)
    splits = unit >= 0xdc00 && unit <= 0xdfff
  }
  cursor.pos = start
  return splits
}
