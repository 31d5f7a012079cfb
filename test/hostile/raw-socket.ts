import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { until } from '../support/live.ts'

/** A connection that speaks TCP, and what it hears. */
export class RawSocket {
  readonly socket: Socket
  #heard = Buffer.alloc(0)
  ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', chunk => {
      this.#heard = Buffer.concat([this.#heard, chunk])
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.ended = true
    })
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  get head(): string {
    const end = this.#heard.indexOf('\r\n\r\n')
    return end < 0 ? '' : this.#heard.subarray(0, end).toString('latin1')
  }

  /** The code of the close frame it heard, if any. */
  get closeCode(): number | null {
    const all = this.#heard
    for (let at = all.indexOf('\r\n\r\n') + 4; at + 4 <= all.length; ) {
      const short = all[at + 1] & 0x7f
      const header = short < 126 ? 2 : short === 126 ? 4 : 10
      const length =
        short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2))
      if ((all[at] & 0x0f) === 8) return all.readUInt16BE(at + header)
      at += header + length
    }
    return null
  }

  async hearsTheHead(): Promise<void> {
    await until('the handshake is answered', () => this.head !== '' || this.ended)
  }
}

/** The request that makes a WebSocket of a connection. */
export function upgrade(path: string, ...headers: string[]): string {
  const lines = ['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', ...headers]
  return `GET ${path} HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${lines.join('\r\n')}\r\n\r\n`
}

export interface FrameShape {
  opcode?: number
  fin?: boolean
  /** The three reserved bits, as a number. */
  reserved?: number
  masked?: boolean
  /** What the header claims, when that is not the length. */
  length?: number | bigint
  /** How many bytes the length takes: 1, 2 or 8; more than it needs is wrong. */
  width?: 1 | 2 | 8
}

/** A WebSocket frame with anything in it. */
export function frameOf(payload: Uint8Array, shape: FrameShape = {}): Buffer {
  const { opcode = 2, fin = true, reserved = 0, masked = true } = shape
  const length = BigInt(shape.length ?? payload.length)
  const width = shape.width ?? (length < 126n ? 1 : length < 65_536n ? 2 : 8)
  const mask = masked ? 0x80 : 0
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const head = Buffer.alloc(width === 1 ? 2 : 2 + width)
  head[0] = first
  head[1] = mask | (width === 1 ? Number(length & 127n) : width === 2 ? 126 : 127)
  if (width === 2) head.writeUInt16BE(Number(length & 0xffffn), 2)
  if (width === 8) head.writeBigUInt64BE(BigInt.asUintN(64, length), 2)
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload])
}
