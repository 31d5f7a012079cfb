import type { Cursor } from '../document/cursor.ts'
import { CONTENT, HAS_ORIGIN, HAS_PARENT_SUB, HAS_RIGHT_ORIGIN } from '../document/struct.ts'

export interface Id {
  client: number
  clock: number
}

/** What an item says of where it hangs, in Yjs' V1 encoding. */
export interface Header {
  content: number
  origin: Id | null
  rightOrigin: Id | null
  /** Only without both: `parent` is null for a root. */
  parent: Id | null
  key: string | null
}

/** Reads up to the content of an item whose bytes are known to be sound. */
export function readHeader(cursor: Cursor): Header {
  const info = cursor.byte()
  const header: Header = { content: info & CONTENT, origin: null, rightOrigin: null, parent: null, key: null }
  if (info & HAS_ORIGIN) header.origin = readId(cursor)
  if (info & HAS_RIGHT_ORIGIN) header.rightOrigin = readId(cursor)
  if (header.origin !== null || header.rightOrigin !== null) return header
  if (cursor.uint() === 1) cursor.skipBytes()
  else header.parent = readId(cursor)
  if (info & HAS_PARENT_SUB) header.key = cursor.string()
  return header
}

/** The same, when nothing of it is of interest but what the content is. */
export function skipHeader(cursor: Cursor): number {
  const info = cursor.byte()
  if (info & HAS_ORIGIN) readId(cursor)
  if (info & HAS_RIGHT_ORIGIN) readId(cursor)
  if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
    if (cursor.uint() === 1) cursor.skipBytes()
    else readId(cursor)
    if (info & HAS_PARENT_SUB) cursor.skipBytes()
  }
  return info & CONTENT
}

function readId(cursor: Cursor): Id {
  return { client: cursor.uint(), clock: cursor.uint() }
}
