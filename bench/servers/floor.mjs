/**
 * The floor: what sockets alone cost. Relays every frame to the others in its room; parses nothing, checks nothing,
 * stores nothing. No real server can be cheaper and still be written with `ws`.
 */

import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const rooms = new Map()
const http = createServer()
const sockets = new WebSocketServer({ server: http })

sockets.on('connection', (socket, request) => {
  const name = request.url
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(socket))
  socket.on('message', frame => {
    for (const other of room) if (other !== socket) other.send(frame, { binary: true })
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    room.delete(socket)
    if (room.size === 0) rooms.delete(name)
  })
})

http.listen(Number(process.env.PORT), process.env.HOST, () => console.log('ready at', process.env.PORT))
