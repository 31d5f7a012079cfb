/** The sockets between the pages of a browser and the server, where single messages can be lost, held or refused. */

import type { BrowserContext, WebSocketRoute } from '@playwright/test'
import { type Closing, closings } from '../../protocol/close.ts'
import type { Payload } from '../../protocol/message.ts'
import { kinds } from '../../protocol/native.ts'
import { native } from '../../protocol/native-server.ts'

export class Wire {
  /** What becomes of the server's acknowledgements. */
  #acks: 'pass' | 'lose' | 'hold' = 'pass'
  #held: (() => void)[] = []
  #refusing: Closing | null = null
  #denying: Closing | null = null
  readonly #open = new Map<WebSocketRoute, WebSocketRoute>()

  /** To be called before the pages are opened. */
  static async of(context: BrowserContext): Promise<Wire> {
    const wire = new Wire()
    await context.routeWebSocket(/.*/, page => wire.#join(page))
    return wire
  }

  loseAcks(): void {
    this.#acks = 'lose'
  }

  holdAcks(): void {
    this.#acks = 'hold'
  }

  /** Acknowledgements pass from now on, those that were held first. */
  passAcks(): void {
    this.#acks = 'pass'
    for (const send of this.#held.splice(0)) send()
  }

  /** Updates are refused, as the server would, and do not reach it; null lets them pass again. */
  refuse(closing: Closing | null): void {
    this.#refusing = closing
  }

  /** Nobody is let into a room, although the connection is fine; null lets everyone in again. */
  deny(closing: Closing | null): void {
    this.#denying = closing
  }

  /** Every connection is gone, in both directions. */
  async cut(): Promise<void> {
    const open = [...this.#open]
    this.#open.clear()
    this.#held = []
    for (const [page, server] of open) {
      await server.close()
      await page.close({ code: 3000 })
    }
  }

  #join(page: WebSocketRoute): void {
    const server = page.connectToServer()
    this.#open.set(page, server)
    server.onMessage(frame => {
      if (this.#acks === 'pass' || frame[0] !== kinds.ack) page.send(frame)
      else if (this.#acks === 'hold') this.#held.push(() => page.send(frame))
    })
    page.onMessage(frame => {
      const refusal = typeof frame === 'string' ? null : this.#refusalOf(frame)
      if (refusal === null) server.send(frame)
      else page.send(refusal)
    })
  }

  /** What the server would say to what it refuses; null to what passes. */
  #refusalOf(frame: Buffer): Buffer | null {
    if (this.#refusing === null && this.#denying === null) return null
    const incoming = native.decode(frame)
    if (this.#denying !== null && incoming.type === 'open') {
      const { closing, message } = said(this.#denying)
      const { room } = incoming
      return bytesOf(native.notice({ type: 'refused', room, address: 0, closing, message, epoch: null }))
    }
    if (this.#refusing !== null && incoming.type === 'room' && incoming.message.type === 'update') {
      const { id } = incoming.message
      if (id === null) throw new Error('A native update has no number.')
      return bytesOf(native.encode({ type: 'reject', id, ...said(this.#refusing) }, incoming.address))
    }
    return null
  }
}

function said(closing: Closing): { closing: Closing; message: string } {
  return { closing, message: closings[closing].reason }
}

/** Of a message that is one frame. */
function bytesOf([frame]: readonly Payload[]): Buffer {
  return Buffer.concat(frame)
}
