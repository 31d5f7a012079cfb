import * as decoding from 'lib0/decoding'
import { ProtocolError } from './message.ts'

/**
 * Reads a frame strictly. lib0's decoder bounds byte arrays by the buffer under a view, not by the view, so a length
 * from the wire could reach into a neighbour's bytes: every length is checked here first.
 */
export class Reader {
  readonly #decoder: decoding.Decoder
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#decoder = decoding.createDecoder(bytes)
  }

  get left(): number {
    return this.#bytes.length - this.#decoder.pos
  }

  uint(): number {
    try {
      return decoding.readVarUint(this.#decoder)
    } catch {
      throw new ProtocolError('an integer is cut off or out of range')
    }
  }

  /** A view into the frame. */
  bytes(): Uint8Array {
    const length = this.uint()
    if (length > this.left) throw new ProtocolError('a length exceeds the frame')
    const start = this.#decoder.pos
    this.#decoder.pos += length
    return this.#bytes.subarray(start, start + length)
  }

  /** Everything that is left: a view into the frame. */
  rest(): Uint8Array {
    const start = this.#decoder.pos
    this.#decoder.pos = this.#bytes.length
    return this.#bytes.subarray(start)
  }

  string(): string {
    try {
      return utf8.decode(this.bytes())
    } catch (error) {
      if (error instanceof ProtocolError) throw error
      throw new ProtocolError('a string is not valid UTF-8')
    }
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left > 0) throw new ProtocolError('there are bytes after the message')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
