import { Refusal } from '../protocol/close.ts'
import type { Address, ClientMessage } from '../protocol/message.ts'
import type { Limits } from './limits.ts'

/** What an object takes beside what is in it, about. */
const OVERHEAD_BYTES = 100

/**
 * What a client said in a room before it was let in, as far as it matters then: what it has, and who it is. Of its updates
 * only the number is kept: it will be asked for everything the server lacks, and they are part of that.
 */
export class EarlyWords {
  readonly #mostMessages: number
  #step1: ClientMessage | null = null
  #presence: ClientMessage | null = null
  #updates = 0
  #messages = 0

  constructor(mostMessages: number) {
    this.#mostMessages = mostMessages
  }

  /** Returns how many bytes more are kept now, or fewer. Throws `Refusal` when that is too much of anything. */
  hear(message: ClientMessage): number {
    if (++this.#messages > this.#mostMessages) throw new Refusal('too-fast')
    switch (message.type) {
      case 'step1': {
        const before = sizeOf(this.#step1)
        // From here on the client counts anew.
        this.#updates = 0
        // A copy: what is kept must not keep the network's buffer.
        this.#step1 = { type: 'step1', stateVector: new Uint8Array(message.stateVector) }
        return sizeOf(this.#step1) - before
      }
      case 'presence': {
        const before = sizeOf(this.#presence)
        this.#presence = message
        return sizeOf(this.#presence) - before
      }
      case 'update':
        this.#updates++
        return 0
      default:
        return 0
    }
  }

  /** How much is kept. */
  get bytes(): number {
    return sizeOf(this.#step1) + sizeOf(this.#presence)
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

/** What a connection said in all the rooms that it is not in, where it may speak before it is let in. */
export class Early {
  readonly #limits: Limits
  readonly #rooms = new Map<Address, EarlyWords>()
  #bytes = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Throws `Refusal` when there are too many rooms, or too much was said in them. */
  hear(address: Address, message: ClientMessage): void {
    this.#add(this.#wordsIn(address).hear(message))
  }

  /** From now on something may be said there. Throws `Refusal`. */
  expect(address: Address): void {
    this.#wordsIn(address)
  }

  /** What was said there, which is not kept any longer. */
  take(address: Address): EarlyWords | null {
    const words = this.#rooms.get(address)
    if (words === undefined) return null
    this.#rooms.delete(address)
    this.#bytes -= sizeOfAddress(address) + words.bytes
    return words
  }

  clear(): void {
    this.#rooms.clear()
    this.#bytes = 0
  }

  #wordsIn(address: Address): EarlyWords {
    const known = this.#rooms.get(address)
    if (known !== undefined) return known
    if (this.#rooms.size >= this.#limits.roomsPerConnection) throw new Refusal('too-many-rooms')
    const words = new EarlyWords(this.#limits.heldUpdates)
    this.#rooms.set(address, words)
    this.#add(sizeOfAddress(address))
    return words
  }

  /** Kept as a sum: to go through everything at every message would make a flood of small ones dear. */
  #add(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#limits.openBytes) throw new Refusal('too-fast')
  }
}

function sizeOfAddress(address: Address): number {
  return 2 * OVERHEAD_BYTES + (typeof address === 'string' ? 2 * address.length : 0)
}

function sizeOf(message: ClientMessage | null): number {
  if (message?.type === 'step1') return OVERHEAD_BYTES + message.stateVector.length
  if (message?.type !== 'presence') return 0
  // A state is a string of two bytes a character, at worst.
  return message.entries.reduce((sum, { state }) => sum + OVERHEAD_BYTES + 2 * state.length, OVERHEAD_BYTES)
}
