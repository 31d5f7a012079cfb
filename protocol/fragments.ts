import { ProtocolError } from './message.ts'

/** Puts a message together again from its fragments. One message is in the making at a time. */
export class Fragments {
  #bytes = new Uint8Array(0)
  #length = 0

  /**
   * The message when this was its last fragment, null otherwise. Throws `ProtocolError` when it exceeds `maxBytes`, and
   * for a fragment of nothing. What is kept is copied: small pieces cost what they hold.
   */
  add(bytes: Uint8Array, isLast: boolean, maxBytes: number): Uint8Array | null {
    const length = this.#length + bytes.length
    if (length > maxBytes) throw new ProtocolError('a message in fragments is larger than the limit')
    if (bytes.length === 0) throw new ProtocolError('a fragment is empty')
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(bytes, this.#length)
    this.#length = length
    if (!isLast) return null
    const message = this.#bytes.subarray(0, length)
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return message
  }
}
