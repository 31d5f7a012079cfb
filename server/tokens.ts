import { Refusal } from '../protocol/close.ts'
import type { Address } from '../protocol/message.ts'

/** The tokens last shown for the rooms of a connection, where each room has its own. */
export class Tokens {
  readonly #mostLength: number
  readonly #tokens = new Map<Address, string>()
  /** Characters of all of them. */
  #length = 0

  /** `mostLength` is of all of them together. */
  constructor(mostLength: number) {
    this.#mostLength = mostLength
  }

  /** Throws `Refusal` when that is too much to keep. */
  show(address: Address, token: string): void {
    this.forget(address)
    if (this.#length + token.length > this.#mostLength) throw new Refusal('too-large')
    this.#tokens.set(address, token)
    this.#length += token.length
  }

  of(address: Address): string | undefined {
    return this.#tokens.get(address)
  }

  forget(address: Address): void {
    this.#length -= this.#tokens.get(address)?.length ?? 0
    this.#tokens.delete(address)
  }
}
