import WebSocket from 'ws'

/** Counts what one provider sends and hears, at the TCP connection below its WebSocket. */
export class Meter {
  /** A class to give to the provider instead of its own. */
  WebSocket
  #tcp = null
  #connections = 0
  #heard = () => {}

  constructor() {
    const meter = this
    this.WebSocket = class extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols)
        meter.#connections++
        this.on('upgrade', ({ socket }) => {
          meter.#tcp = socket
        })
        this.on('message', () => meter.#heard())
      }
    }
  }

  /** Bytes so far, with the headers of frames and the answer to the handshake, without what TCP and IP add. */
  read() {
    if (this.#connections !== 1) throw new Error(`the client has connected ${this.#connections} times instead of once`)
    return { up: this.#tcp.bytesWritten, down: this.#tcp.bytesRead }
  }

  /** Resolves with the next message. */
  heard() {
    return new Promise(resolve => {
      this.#heard = resolve
    })
  }
}
