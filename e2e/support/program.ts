/** Another program that writes into a room without the page: how long logs and strange content come to be. */

import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'

const messageSync = 0
const syncUpdate = 2

/** Sends what `change` makes of an empty document to the first page of a channel. */
export async function writeByProgram(origin: string, room: string, change: (doc: Y.Doc) => void): Promise<void> {
  await writeIntoDocument(origin, `chat/${room}/0`, change)
}

/** Sends what `change` makes of an empty document to the room of that name, such as `note/<id>`. */
export async function writeIntoDocument(origin: string, name: string, change: (doc: Y.Doc) => void): Promise<void> {
  const doc = new Y.Doc()
  change(doc)
  await writeDocument(origin, name, doc)
}

/** Sends a document to the room of that name, and resolves when the server has echoed it. The document is of no more use. */
export async function writeDocument(origin: string, name: string, doc: Y.Doc): Promise<void> {
  const path = name.split('/').map(encodeURIComponent).join('/')
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/${path}`)
  socket.binaryType = 'arraybuffer'
  const echoed = new Promise<void>((resolve, reject) => {
    socket.on('close', code => reject(new Error(`The server closed the connection with ${code}.`)))
    socket.on('message', (data: ArrayBuffer) => {
      if (holds(new Uint8Array(data), doc.clientID)) resolve()
    })
  })
  await once(socket, 'open')
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageSync)
  encoding.writeVarUint(encoder, syncUpdate)
  encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(doc))
  socket.send(encoding.toUint8Array(encoder))
  await echoed
  socket.close()
  doc.destroy()
}

function holds(frame: Uint8Array, client: number): boolean {
  const decoder = decoding.createDecoder(frame)
  if (decoding.readVarUint(decoder) !== messageSync || decoding.readVarUint(decoder) !== syncUpdate) return false
  return Y.parseUpdateMeta(decoding.readVarUint8Array(decoder)).to.has(client)
}
