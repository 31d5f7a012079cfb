import { isRoomName } from '../../protocol/name.ts'

/** What is known of an attached file beside its bytes. */
export interface FileRecord {
  /** The room whose people may read it. */
  room: string
  /** The id of the user who attached it; null where users are not known. */
  creator: string | null
  /** As they called it: data, never a path. */
  name: string
  /** As they said, such as `image/png`; empty when they did not. */
  type: string
  /** In bytes. */
  size: number
  /** When it was begun, in milliseconds since the epoch. */
  at: number
}

const MAX_NAME = 255
const MAX_TYPE = 100

export function encodeFileRecord({ room, creator, name, type, size, at }: FileRecord): string {
  return JSON.stringify({ room, creator, name, type, size, at })
}

/** Null when the text is not a whole record, as after a power cut. */
export function decodeFileRecord(text: string): FileRecord | null {
  const read = parsed(text)
  if (typeof read !== 'object' || read === null) return null
  const { room, creator, name, type, size, at } = read as Partial<Record<keyof FileRecord, unknown>>
  if (typeof room !== 'string' || !isRoomName(room)) return null
  if (creator !== null && typeof creator !== 'string') return null
  if (typeof name !== 'string' || typeof type !== 'string') return null
  if (!isCount(size) || !isCount(at)) return null
  return { room, creator, name, type, size, at }
}

/** Without what shows nothing or turns the direction of writing, so that a name looks like what it is. */
export function cleanName(name: string): string {
  const clean = name
    .replace(/[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/^.*[/\\]/, '')
    .trim()
  // By characters: half a one would be none.
  return [...clean].slice(0, MAX_NAME).join('') || 'file'
}

export function cleanType(type: string): string {
  const kind = type.split(';', 1)[0].trim().toLowerCase()
  return kind.length <= MAX_TYPE && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(kind) ? kind : ''
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
