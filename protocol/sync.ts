import { type ClientMessage, ProtocolError } from './message.ts'
import type { Reader } from './reader.ts'

/** The sync messages of y-protocols (`sync.js`), which both stock dialects carry. */
export const STEP_1 = 0
export const STEP_2 = 1
export const UPDATE = 2

/** Reads one behind its dialect's header. Throws `ProtocolError`. */
export function readSync(reader: Reader): ClientMessage {
  switch (reader.uint()) {
    case STEP_1:
      return { type: 'step1', stateVector: reader.bytes() }
    case STEP_2:
      return { type: 'step2', update: reader.bytes(), id: null }
    case UPDATE:
      return { type: 'update', update: reader.bytes(), id: null }
    default:
      throw new ProtocolError('the sync message type is unknown')
  }
}
