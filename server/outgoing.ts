import type { Address, Dialect, Payload, ServerMessage } from '../protocol/message.ts'
import { type Frame, frameOf } from './frame.ts'

/** A message on its way to any number of sockets: encoded and framed once per dialect and address. */
export class Outgoing {
  readonly message: ServerMessage
  /** Whoever said all of it, and need not hear it again unless that is how it learns that it is on disk. */
  readonly author: object | null
  /** What it was last asked for; most rooms hear one only. */
  #last: { dialect: Dialect; address: Address; frame: Frame } | null = null
  #others: Map<Dialect, Map<Address, Frame>> | null = null

  constructor(message: ServerMessage, author: object | null = null) {
    this.message = message
    this.author = author
  }

  frame(dialect: Dialect, address: Address): Frame {
    if (this.#last?.dialect === dialect && this.#last.address === address) return this.#last.frame
    const known = this.#others?.get(dialect)?.get(address)
    if (known !== undefined) return known
    const frame = framed(dialect.encode(this.message, address))
    if (this.#last === null) this.#last = { dialect, address, frame }
    else this.#keep(dialect, address, frame)
    return frame
  }

  #keep(dialect: Dialect, address: Address, frame: Frame): void {
    this.#others ??= new Map()
    const frames = this.#others.get(dialect) ?? new Map<Address, Frame>()
    this.#others.set(dialect, frames.set(address, frame))
  }
}

/** Payloads as one stretch of bytes for a socket; nothing when there are none. */
export function framed(payloads: readonly Payload[]): Frame {
  return payloads.length === 1 ? frameOf(payloads[0]) : payloads.flatMap(frameOf)
}
