/** A server in a process of its own that says what it weighs. Started with its data directory and limits. */

import { createServer, silentLogger } from '../../dist/server/index.js'

const [data, limits] = process.argv.slice(2)
const server = createServer({ data, port: 0, webDirectory: null, limits: JSON.parse(limits), log: silentLogger })

process.on('message', async message => {
  if (message === 'stop') {
    await server.stop()
    process.disconnect()
  } else {
    if (message === 'rest') globalThis.gc?.()
    process.send?.(process.memoryUsage().rss)
  }
})

process.send?.(await server.start())
