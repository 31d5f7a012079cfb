import { Refusal } from '../protocol/close.ts'
import type { ClientMessage } from '../protocol/message.ts'

/** Each becomes a word of its own to the client once it is in. */
const MAX_UPDATES = 10_000

/**
 * What a client said in a room before it was let in, as far as it matters then: what it has, and who it is. Of its updates
 * only the number is kept: it will be asked for everything the server lacks, and they are part of that.
 */
export class EarlyWords {
  #step1: ClientMessage | null = null
  #presence: ClientMessage | null = null
  #updates = 0

  hear(message: ClientMessage): void {
    switch (message.type) {
      case 'step1':
        // From here on the client counts anew.
        this.#updates = 0
        // A copy: what is kept must not keep the network's buffer.
        this.#step1 = { type: 'step1', stateVector: new Uint8Array(message.stateVector) }
        return
      case 'presence':
        this.#presence = message
        return
      case 'update':
        if (++this.#updates > MAX_UPDATES) throw new Refusal('too-fast')
        return
      default:
        return
    }
  }

  /** How much is kept. */
  get bytes(): number {
    const vector = this.#step1?.type === 'step1' ? this.#step1.stateVector.length : 0
    const entries = this.#presence?.type === 'presence' ? this.#presence.entries : []
    return entries.reduce((sum, { state }) => sum + state.length, vector)
  }

  /** What to hear first. */
  get messages(): ClientMessage[] {
    return [this.#step1, this.#presence].filter(message => message !== null)
  }

  /** Updates that the client waits to be told of. */
  get updates(): number {
    return this.#updates
  }
}
