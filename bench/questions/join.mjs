/** What does it cost when everyone opens the same long chat at once, as after a restart or a link in an announcement? */

import * as Y from 'yjs'
import { chat, mustEqual, vectorOf } from '../load/documents.mjs'
import { Load, Stopwatch } from '../load/load.mjs'

export const title = ({ quick }) => {
  const { clients, messages } = sizes(quick)
  return `${clients} clients join a chat of ${messages} plain-object messages at once (${quick ? '0.14' : '1.4'} MB)`
}
export const boundMs = 240_000
export const measures = [
  { key: 'coldCpuMs', label: 'from disk: CPU ms', better: 'less', digits: 0 },
  { key: 'coldWallMs', label: 'took ms', digits: 0 },
  { key: 'warmCpuMs', label: 'open: CPU ms', better: 'less', digits: 0 },
  { key: 'warmWallMs', label: 'took ms', digits: 0 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = [
  { measure: 'coldCpuMs', against: 'hocuspocus', atMost: 1 / 15 },
  { measure: 'warmCpuMs', against: 'hocuspocus', atMost: 1 / 15 },
]
export const asks = server => (server.stores ? null : 'it stores nothing that could be joined')

const sizes = quick => ({ clients: quick ? 20 : 200, messages: quick ? 1_110 : 11_100 })
const room = 'join'

export async function ask({ server, quick }) {
  const { clients, messages } = sizes(quick)
  const { doc, updates } = chat(messages)
  const vector = vectorOf(doc)
  const load = new Load(server)
  // Decode ahead of the clock what most servers send to a newcomer.
  load.decoder.learn(Y.encodeStateAsUpdate(doc))

  await server.start()
  const [writer] = await load.open([room])
  await load.upload(writer, updates)
  await server.settle()
  load.closeAll()
  await server.settle()
  await server.restart()

  const cold = await join(load, clients, vector)
  // One stays, so that the room stays open.
  for (const client of [...load.clients].slice(1)) client.end()
  await server.settle()
  const warm = await join(load, clients, vector)
  load.closeAll()

  mustEqual(room, await load.newcomer(room, vector), doc)
  return {
    coldCpuMs: cold.cpuMs,
    coldWallMs: cold.wallMs,
    warmCpuMs: warm.cpuMs,
    warmWallMs: warm.wallMs,
    othersBusy: Math.max(cold.othersBusy, warm.othersBusy),
  }
}

async function join(load, clients, vector) {
  const waiting = new Set()
  const watch = new Stopwatch(load.server)
  await load.within(
    90_000,
    `${clients} joins`,
    new Promise(resolve => {
      const update = (_bytes, client) => {
        if (!client.ledger.has(vector) || !waiting.delete(client)) return
        if (waiting.size === 0) resolve()
      }
      for (let index = 0; index < clients; index++) waiting.add(load.client(room, { update }))
    }),
  )
  return watch.read()
}
