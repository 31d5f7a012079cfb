import { createServer, type RequestListener, type Server } from 'node:http'
import type { Entrance } from './entrance.ts'
import type { Limits } from './limits.ts'
import { Visitors } from './visitors.ts'

/** A browser keeps up to six sockets for requests beside its WebSocket, but not for long. */
const SOCKETS_PER_CONNECTION = 4

/** The HTTP server of the server's own port, with a bound on everything that is held by a socket that says little. */
export function createPort(answer: RequestListener, entrance: Entrance, limits: Limits): Server {
  const { sockets, headersMs, requestMs, connectionsPerAddress } = limits
  const timeouts = { headersTimeout: headersMs, requestTimeout: Math.max(requestMs, headersMs) }
  const http = createServer({ ...timeouts, connectionsCheckingInterval: headersMs }, answer)
  http.maxConnections = sockets
  const addresses = new Visitors(SOCKETS_PER_CONNECTION * connectionsPerAddress)
  http.on('connection', socket => {
    const leave = addresses.enter(entrance.strangerAt(socket))
    if (leave === null) socket.destroy()
    else socket.once('close', leave)
  })
  return http
}
