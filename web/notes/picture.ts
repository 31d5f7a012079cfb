/** A picture as the document has it: what names the file, its size for the reserved box, and what it shows, in words. */
export interface Picture {
  readonly file: string
  readonly width: number
  readonly height: number
  readonly alt: string
}

/** Those that every browser shows and in which nothing can run. */
export const pictureTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']

export const maxAltLength = 1_000
const maxSide = 100_000
/** What names a file goes into an address: nothing in it may lead elsewhere. */
const fileId = /^[A-Za-z0-9_-]{1,200}$/

/** Whether this version can keep the attributes of a picture as they are. */
export function isPicture({ file, width, height, alt }: Readonly<Record<string, unknown>>): boolean {
  const isSide = (side: unknown) => side == null || typeof side === 'number'
  return (
    (file == null || typeof file === 'string') &&
    isSide(width) &&
    isSide(height) &&
    (alt == null || typeof alt === 'string')
  )
}

/** The picture to show, or null when the attributes name none: a stranger may have written anything there. */
export function readPicture({ file, width, height, alt }: Readonly<Record<string, unknown>>): Picture | null {
  if (typeof file !== 'string' || !fileId.test(file)) return null
  const isSized = isSide(width) && isSide(height)
  return {
    file,
    width: isSized ? width : 640,
    height: isSized ? height : 400,
    alt: typeof alt === 'string' ? alt.slice(0, maxAltLength) : '',
  }
}

function isSide(side: unknown): side is number {
  return typeof side === 'number' && Number.isInteger(side) && side > 0 && side <= maxSide
}

/** Reads the size of a picture. Rejects when the browser cannot show it. */
export async function sizeOf(file: Blob): Promise<{ width: number; height: number }> {
  const bitmap = await createImageBitmap(file)
  const { width, height } = bitmap
  bitmap.close()
  return { width, height }
}
