import type { Duplex } from 'node:stream'
import type { Clock } from './clock.ts'

/** How long a peer that does not read may take to be told. */
const TELLING_MS = 5_000

/**
 * Answers an upgrade by a refusal and lets go of the socket. Node takes its own listeners away before it hands a socket over,
 * so an error of it has to be heard here; and it leaves sockets half open, so one that its peer never ends would stay.
 */
export function decline(socket: Duplex, status: string, reason: string, clock: Clock): void {
  socket.on('error', () => socket.destroy())
  const timer = clock.after(TELLING_MS, () => socket.destroy())
  socket.once('close', () => timer.cancel())
  const head = ['Connection: close', 'Content-Type: text/plain', 'Retry-After: 1', `Content-Length: ${reason.length}`]
  socket.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${reason}`, () => socket.destroy())
}
