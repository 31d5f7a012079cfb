/**
 * Non-negative integers as varUints (lib0's `writeVarUint`). The headers of small messages are made with this: an
 * encoder of lib0 would cost more than the rest of the message.
 */
export function header(...numbers: number[]): Uint8Array {
  const bytes: number[] = []
  for (const number of numbers) {
    let rest = number
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push(0x80 | (rest % 128))
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

const encoder = new TextEncoder()

/** A string as its length in bytes and its UTF-8. */
export function string(text: string): Uint8Array[] {
  const bytes = encoder.encode(text)
  return [header(bytes.length), bytes]
}
