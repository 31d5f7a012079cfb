/** Stock y-websocket: shows a document in the terminal as it grows, and appends every line that is typed. */

import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const [name = 'example', url = 'ws://127.0.0.1:1234'] = process.argv.slice(2)

const doc = new Y.Doc()
const text = doc.getText('text')
text.observe(({ delta }, { local }) => {
  if (!local) for (const { insert = '' } of delta) process.stdout.write(String(insert))
})

const provider = new WebsocketProvider(url, name, doc, { WebSocketPolyfill: /** @type {any} */ (WebSocket) })
await new Promise(resolve => provider.once('sync', resolve))
for await (const line of createInterface({ input: process.stdin })) text.insert(text.length, `${line}\n`)
provider.destroy()
doc.destroy()
