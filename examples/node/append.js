/** Appends a line to a document, waits until it is on the server's disk, and prints the document. */

import { connect } from '@y-harbor/client'
import { WebSocket } from 'ws'

const [line = 'Hello', name = 'example', url = 'ws://127.0.0.1:1234'] = process.argv.slice(2)

const harbor = connect(url, { WebSocket })
const room = harbor.room(name)
await room.whenSynced()
const text = room.doc.getText('text')
text.insert(text.length, `${line}\n`)
await room.saved()
process.stdout.write(text.toString())
harbor.destroy()
