/** A file that goes with a message. The file itself is kept elsewhere, under its id. */

import { ownValue } from './own-value.ts'

export interface Attachment {
  readonly id: string
  /** As the person who sent it had it: not a path, and no promise of what is inside. */
  readonly name: string
  /** A media type, which is a claim of whoever wrote it. */
  readonly type: string
  /** In bytes. */
  readonly size: number
  /** Of a picture, in pixels. */
  readonly width: number | null
  readonly height: number | null
}

export const maxAttachments = 10
export const maxFileNameLength = 200
const maxSide = 100_000
const unknownType = 'application/octet-stream'

/** The value as an attachment, or null. */
export function readAttachment(value: unknown): Attachment | null {
  const id = ownValue(value, 'id')
  const name = ownValue(value, 'name')
  const size = ownValue(value, 'size')
  if (!isAttachmentId(id) || typeof name !== 'string') return null
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
  const width = readSide(ownValue(value, 'width'))
  const height = readSide(ownValue(value, 'height'))
  const isSized = width !== null && height !== null
  return {
    id,
    name: tidyFileName(name),
    type: readType(ownValue(value, 'type')),
    size,
    width: isSized ? width : null,
    height: isSized ? height : null,
  }
}

/** Those of a list that can be read, each id once, at most `maxAttachments`. */
export function readAttachments(value: unknown): readonly Attachment[] {
  if (!Array.isArray(value)) return []
  const found = new Map<string, Attachment>()
  for (const element of value.slice(0, maxAttachments)) {
    const attachment = readAttachment(element)
    if (attachment !== null && !found.has(attachment.id)) found.set(attachment.id, attachment)
  }
  return [...found.values()]
}

export function isAttachmentId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,128}$/.test(value)
}

/** One line without the characters that turn its direction, by which `gpj.exe` reads as `exe.jpg`. */
export function tidyFileName(name: string): string {
  const line = name
    .slice(0, maxFileNameLength * 8)
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim()
  return [...line].slice(0, maxFileNameLength).join('').trim()
}

function readType(value: unknown): string {
  if (typeof value !== 'string' || value.length > 127) return unknownType
  return /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value.toLowerCase() : unknownType
}

function readSide(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxSide ? value : null
}
