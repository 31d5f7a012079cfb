import { ProtocolError } from './message.ts'

/** Puts a message together again from its fragments. One message is in the making at a time. */
export class Fragments {
  #parts: Uint8Array[] = []
  #bytes = 0

  /** The message when this was its last fragment, null otherwise. Throws `ProtocolError` when it exceeds `maxBytes`. */
  add(bytes: Uint8Array, isLast: boolean, maxBytes: number): Uint8Array | null {
    this.#bytes += bytes.length
    if (this.#bytes > maxBytes) throw new ProtocolError('a message in fragments is larger than the limit')
    this.#parts.push(bytes)
    if (!isLast) return null
    const message = new Uint8Array(this.#bytes)
    let at = 0
    for (const part of this.#parts) {
      message.set(part, at)
      at += part.length
    }
    this.#parts = []
    this.#bytes = 0
    return message
  }
}
