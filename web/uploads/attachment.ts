/** A file on the server, as a message names it. */
export interface Attachment {
  /** Of `/files/<id>`. */
  readonly id: string
  readonly name: string
  /** As the browser that sent it said, such as `image/png`; empty when it did not know. */
  readonly type: string
  /** In bytes. */
  readonly size: number
  /** Of a picture, in pixels. */
  readonly width?: number
  readonly height?: number
}

const MAX_NAME = 255
const MAX_PIXELS = 100_000

/** An attachment that somebody else has written into a room; null when it is none. */
export function readAttachment(value: unknown): Attachment | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, name, type, size, width, height } = value as Partial<Record<keyof Attachment, unknown>>
  if (typeof id !== 'string' || !isFileId(id)) return null
  if (typeof name !== 'string' || typeof type !== 'string') return null
  if (!Number.isSafeInteger(size) || Number(size) < 0) return null
  const file = { id, name: name.slice(0, MAX_NAME), type: type.slice(0, MAX_NAME), size: Number(size) }
  return isPixels(width) && isPixels(height) ? { ...file, width, height } : file
}

export function isFileId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

function isPixels(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_PIXELS
}
