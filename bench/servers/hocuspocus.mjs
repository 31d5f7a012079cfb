/** Hocuspocus with its own SQLite extension, everything else as it comes. */

import { join } from 'node:path'
import { SQLite } from '@hocuspocus/extension-sqlite'
import { Server } from '@hocuspocus/server'

const server = new Server({
  port: Number(process.env.PORT),
  address: process.env.HOST,
  quiet: true,
  extensions: [new SQLite({ database: join(process.env.DATA, 'hocuspocus.sqlite') })],
})
await server.listen()
console.log('ready at', process.env.PORT)
