const pictures = new Set(['png', 'jpeg', 'gif', 'webp', 'avif'].map(kind => `image/${kind}`))

/** How large a picture is, so that a page can leave room for it; nothing for what is none, or where browsers cannot say. */
export async function imageSize(file: Blob): Promise<{ width: number; height: number } | null> {
  if (!pictures.has(file.type) || globalThis.createImageBitmap === undefined) return null
  try {
    const bitmap = await createImageBitmap(file)
    const { width, height } = bitmap
    bitmap.close()
    return { width, height }
  } catch {
    // It calls itself a picture and is none, or is too large: then it is a file like others.
    return null
  }
}
