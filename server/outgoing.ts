import type { Dialect, ServerMessage } from '../protocol/message.ts'
import { type Frame, frameOf } from './frame.ts'

/** A message on its way to any number of sockets: encoded and framed once per dialect. */
export class Outgoing {
  readonly message: ServerMessage
  /** Of the dialect it was last asked for; most rooms hear one only. */
  #last: { dialect: Dialect; frame: Frame } | null = null
  #others: Map<Dialect, Frame> | null = null

  constructor(message: ServerMessage) {
    this.message = message
  }

  frame(dialect: Dialect): Frame {
    if (this.#last?.dialect === dialect) return this.#last.frame
    const known = this.#others?.get(dialect)
    if (known !== undefined) return known
    const frame = frameOf(dialect.encode(this.message))
    if (this.#last === null) this.#last = { dialect, frame }
    else {
      this.#others ??= new Map()
      this.#others.set(dialect, frame)
    }
    return frame
  }
}
