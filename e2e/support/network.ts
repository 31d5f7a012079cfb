/** A network that can fail: a TCP proxy before the server that cuts, refuses or swallows what passes through it. */

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * `up`: everything passes. `cut`: every connection is broken and new ones are refused.
 * `pages`: pages load, but no WebSocket opens. `stalled`: connections stay open and nothing passes.
 */
export type NetworkState = 'up' | 'cut' | 'pages' | 'stalled'

export class Network {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #state: NetworkState = 'up'
  #sentBytes = 0
  #next: { readonly state: NetworkState; readonly atBytes: number } | null = null

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer({ pauseOnConnect: true }, socket => this.#accept(socket))
  }

  static async before(port: number): Promise<Network> {
    const network = new Network(port)
    network.#server.listen(0, '127.0.0.1')
    await once(network.#server, 'listening')
    return network
  }

  get origin(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The network is closed.')
    return `http://127.0.0.1:${address.port}`
  }

  /** How much browsers have sent to the server. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  get state(): NetworkState {
    return this.#state
  }

  /** Becomes that once browsers have sent so many bytes more: in the middle of whatever is sent then. */
  becomeAfter(bytes: number, state: NetworkState): void {
    this.#next = { state, atBytes: this.#sentBytes + bytes }
  }

  /** Takes effect at once, for connections that are open as well. */
  become(state: NetworkState): void {
    this.#state = state
    this.#next = null
    for (const socket of this.#sockets) {
      if (state === 'cut' || state === 'pages') socket.resetAndDestroy()
      else if (state === 'stalled') socket.pause()
      else socket.resume()
    }
  }

  async dispose(): Promise<void> {
    this.become('cut')
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy())
    if (this.#state === 'cut') {
      near.resetAndDestroy()
      return
    }
    const far = connect(this.#target, '127.0.0.1')
    const isBarred = (first: string) => this.#state === 'pages' && /^upgrade: *websocket/im.test(first)
    this.#join(near, far, isBarred, bytes => this.#sent(bytes))
    this.#join(
      far,
      near,
      () => false,
      () => undefined,
    )
    if (this.#state !== 'stalled') near.resume()
  }

  #sent(bytes: number): void {
    this.#sentBytes += bytes
    if (this.#next !== null && this.#sentBytes >= this.#next.atBytes) this.become(this.#next.state)
  }

  #join(from: Socket, to: Socket, refused: (first: string) => boolean, passed: (bytes: number) => void): void {
    this.#sockets.add(from)
    from.on('data', chunk => {
      if (refused(chunk.toString('latin1'))) from.destroy()
      else to.write(chunk)
      passed(chunk.length)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
