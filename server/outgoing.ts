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

/** Payloads as one stretch of bytes for a socket; nothing when there are none. What is said many times is framed once. */
export function framed(payloads: readonly Payload[]): Frame {
  if (payloads.length === 1) return frameOf(payloads[0])
  const frames: Uint8Array[] = []
  for (let i = 0; i < payloads.length; ) {
    const times = timesFrom(payloads, i)
    const frame = frameOf(payloads[i])
    if (times === 1) frames.push(...frame)
    else {
      const one = Buffer.concat(frame)
      frames.push(Buffer.alloc(times * one.length, one))
    }
    i += times
  }
  return frames
}

/** How often in a row the very payload at `from` is there. */
function timesFrom(payloads: readonly Payload[], from: number): number {
  let to = from + 1
  while (to < payloads.length && payloads[to] === payloads[from]) to++
  return to - from
}
