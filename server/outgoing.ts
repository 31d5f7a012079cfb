import type { Dialect, ServerMessage } from '../protocol/message.ts'
import { type Frame, frameOf } from './frame.ts'

/** A message on its way to any number of sockets: encoded and framed once per dialect. */
export class Outgoing {
  readonly message: ServerMessage
  readonly #frames = new Map<Dialect, Frame>()

  constructor(message: ServerMessage) {
    this.message = message
  }

  frame(dialect: Dialect): Frame {
    let frame = this.#frames.get(dialect)
    if (frame === undefined) {
      frame = frameOf(dialect.encode(this.message))
      this.#frames.set(dialect, frame)
    }
    return frame
  }
}
