/**
 * The smallest WebSocket client that can load a server: the side that measures must not be the side that is slow.
 * Binary messages out (masked with a zero key, which is legal and costs nothing), whole messages in, pings answered.
 */

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const nothing = Buffer.alloc(0)

/** A message as it goes over the wire; can be built before the clock runs. */
export function wireFrame(payload, opcode = 2) {
  const length = payload.length
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const frame = Buffer.alloc(2 + extra + 4 + length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127)
  if (extra === 2) frame.writeUInt16BE(length, 2)
  if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  frame.set(payload, 6 + extra)
  return frame
}

export class Socket {
  /**
   * @param {number} port  @param {string} path
   * @param {{open: () => void, message: (payload: Buffer) => void, close: (why: string) => void}} on
   *   a payload is only valid during the call
   */
  constructor(port, path, on) {
    this.on = on
    this.state = 'opening'
    this.rest = nothing
    /** The message being put together, and how much of it has arrived. */
    this.partial = null
    this.arrived = 0
    this.why = 'the connection ended'
    this.tcp = connect({ port, host: '127.0.0.1', noDelay: true })
    this.tcp.on('connect', () =>
      this.tcp.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      ),
    )
    this.tcp.on('data', chunk => this.receive(chunk))
    this.tcp.on('error', error => {
      this.why = error.message
    })
    this.tcp.on('close', () => {
      if (this.state === 'ended') return
      this.state = 'ended'
      on.close(this.why)
    })
  }

  /** @param {Buffer} frame from wireFrame() */
  write(frame) {
    this.tcp.write(frame)
  }

  get queuedBytes() {
    return this.tcp.writableLength
  }

  /** Says goodbye; nothing is reported afterwards. */
  end() {
    if (this.state === 'open') this.tcp.end(wireFrame(Buffer.from([0x03, 0xe8]), 8))
    else this.tcp.destroy()
    this.state = 'ended'
    this.tcp.resume()
  }

  receive(chunk) {
    if (this.state === 'ended') return
    if (this.state === 'opening') {
      const head = Buffer.concat([this.rest, chunk])
      const end = head.indexOf('\r\n\r\n')
      this.rest = head
      if (end < 0) return
      const status = head.toString('latin1', 0, head.indexOf('\r\n'))
      if (!status.includes(' 101 ')) {
        this.why = `the server answered ${status}`
        this.tcp.destroy()
        return
      }
      this.state = 'open'
      this.rest = nothing
      chunk = head.subarray(end + 4)
      this.on.open()
    }
    if (this.partial !== null) {
      const taken = chunk.copy(this.partial, this.arrived)
      this.arrived += taken
      if (this.arrived < this.partial.length) return
      chunk = chunk.subarray(taken)
      const whole = this.partial
      this.partial = null
      this.deliver(this.opcode, whole)
    }
    if (this.rest.length > 0) chunk = Buffer.concat([this.rest, chunk])
    this.rest = nothing
    this.readFrames(chunk)
  }

  readFrames(chunk) {
    let at = 0
    while (this.state !== 'ended') {
      const left = chunk.length - at
      const short = left < 2 ? 0 : chunk[at + 1]
      const header = short < 126 ? 2 : short === 126 ? 4 : 10
      if (left < header) break
      const length =
        header === 2 ? short : header === 4 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2))
      const start = at + header
      const opcode = chunk[at]
      if (chunk.length < start + length) {
        this.opcode = opcode
        this.partial = Buffer.allocUnsafe(length)
        this.arrived = chunk.copy(this.partial, 0, start)
        return
      }
      this.deliver(opcode, chunk.subarray(start, start + length))
      at = start + length
    }
    // A copy, so that a few bytes do not keep a whole chunk.
    if (at < chunk.length) this.rest = Buffer.from(chunk.subarray(at))
  }

  deliver(first, payload) {
    if (first === 0x82) this.on.message(payload)
    else if (first === 0x89) this.tcp.write(wireFrame(payload, 10))
    else if (first === 0x88) {
      const code = payload.length < 2 ? 1005 : payload.readUInt16BE(0)
      this.why = `the server closed the connection: ${code} ${payload.toString('utf8', 2)}`.trim()
      this.tcp.end()
    } else if (first !== 0x8a && first !== 0x81) {
      this.why = `a frame that is not expected here: 0x${first.toString(16)}`
      this.tcp.destroy()
    }
  }
}
