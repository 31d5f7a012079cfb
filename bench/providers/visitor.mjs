/** One visitor in a process of its own: told which room by a message, joins it once, and says what that took. */

import * as Y from 'yjs'
import { digestOf } from '../load/documents.mjs'
import { Meter } from './meter.mjs'
import { providers } from './providers.mjs'

// Whoever started this is gone.
process.on('disconnect', () => process.exit(1))

process.once('message', async ({ provider, url, room, vector }) => {
  const join = await providers[provider].load()
  const meter = new Meter()
  const doc = new Y.Doc()
  const isComplete = () => vector.every(([client, clock]) => Y.getState(doc.store, client) >= clock)

  const cpu = process.cpuUsage()
  const from = performance.now()
  const { synced } = join({ url, room, doc, WebSocket: meter.WebSocket })
  await synced
  // There are servers that say so before they have read the room from disk.
  if (!isComplete()) await new Promise(resolve => doc.on('update', () => isComplete() && resolve()))
  const wallMs = performance.now() - from
  const spent = process.cpuUsage(cpu)

  const { down } = meter.read()
  const digest = digestOf(doc)
  const { user } = process.cpuUsage()
  process.send({ wallMs, cpuMs: (spent.user + spent.system) / 1_000, down, digest, userMs: user / 1_000 }, () =>
    process.exit(0),
  )
})
