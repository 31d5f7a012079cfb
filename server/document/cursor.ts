/** What is wrong with an update or a state vector. The code is part of the table in `protocol/close.ts`. */
export abstract class InputError extends Error {
  abstract readonly closing: 'malformed' | 'equivocation' | 'may-not-write' | 'too-large' | 'too-many-clients'
}

/** Bytes that mean nothing, or nothing that could be integrated. */
export class MalformedError extends InputError {
  readonly closing = 'malformed'

  constructor(message: string) {
    super(message)
    this.name = 'MalformedError'
  }
}

/** An update or a state vector names more clients than it may. */
export class TooManyClientsError extends InputError {
  readonly closing = 'too-many-clients'

  constructor(message: string) {
    super(message)
    this.name = 'TooManyClientsError'
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads lib0's encoding strictly: no read past the end, no integer above 2^53 - 1, no integer in more bytes than that
 * needs, no invalid UTF-8. lib0's own decoder is laxer on each of these, so bytes that pass here read the same there.
 */
export class Cursor {
  readonly bytes: Uint8Array
  pos: number
  readonly end: number

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
    this.bytes = bytes
    this.pos = pos
    this.end = end
  }

  get done(): boolean {
    return this.pos >= this.end
  }

  get left(): number {
    return this.end - this.pos
  }

  byte(): number {
    if (this.pos >= this.end) throw new MalformedError('unexpected end of data')
    return this.bytes[this.pos++]
  }

  skip(count: number): void {
    if (count > this.end - this.pos) throw new MalformedError('unexpected end of data')
    this.pos += count
  }

  /** A varUint of at most 8 bytes and 2^53 - 1. */
  uint(): number {
    let byte = this.byte()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let factor = 128
    for (let i = 1; i < 8; i++) {
      byte = this.byte()
      value += (byte & 0x7f) * factor
      factor *= 128
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw new MalformedError('an integer is out of range')
  }

  /** A varInt: sign in the second-highest bit of the first byte. Only skipped, never needed. */
  skipInt(): void {
    let byte = this.byte()
    let value = byte & 0x3f
    let factor = 64
    for (let i = 1; byte >= 0x80; i++) {
      byte = this.byte()
      value += (byte & 0x7f) * factor
      factor *= 128
      if (i > 8 || value > Number.MAX_SAFE_INTEGER) throw new MalformedError('an integer is out of range')
    }
  }

  skipBytes(): void {
    this.skip(this.uint())
  }

  string(): string {
    const length = this.uint()
    const start = this.pos
    this.skip(length)
    return decodeUtf8(this.bytes.subarray(start, this.pos))
  }

  /** Skips a varString and returns its length in UTF-16 code units. `check` refuses invalid UTF-8. */
  skipString(check: boolean): number {
    const length = this.uint()
    const start = this.pos
    this.skip(length)
    const { bytes, pos } = this
    for (let i = start; i < pos; i++) {
      if (bytes[i] >= 0x80) {
        return i - start + (check ? decodeUtf8(bytes.subarray(i, pos)).length : utf16Length(bytes, i, pos))
      }
    }
    return length
  }
}

/** Length in UTF-16 code units of valid UTF-8. */
function utf16Length(bytes: Uint8Array, start: number, end: number): number {
  let units = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
  }
  return units
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new MalformedError('a string is not valid UTF-8')
  }
}
