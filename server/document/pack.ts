/** Updates behind one another in a buffer of their own, which can be moved to another thread. */
export interface Packed {
  bytes: ArrayBuffer
  lengths: number[]
}

export function pack(updates: readonly Uint8Array[]): Packed {
  const lengths = updates.map(update => update.length)
  const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const update of updates) {
    all.set(update, at)
    at += update.length
  }
  return { bytes: all.buffer, lengths }
}

export function unpack({ bytes, lengths }: Packed): Uint8Array[] {
  let at = 0
  return lengths.map(length => {
    const update = new Uint8Array(bytes, at, length)
    at += length
    return update
  })
}
