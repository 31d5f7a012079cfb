/** How much memory does an open room take? */

import { chatOfMaps, mustEqual, vectorOf } from '../load/documents.mjs'
import { Load } from '../load/load.mjs'

export const title = ({ quick }) => {
  const { rooms, messages } = sizes(quick)
  return `${rooms} open rooms of ${messages} messages as Y.Maps (${quick ? '13' : '132'} KB encoded), one client in each`
}
export const boundMs = 400_000
export const measures = [
  { key: 'openedKb', label: 'opened: KB/room', better: 'less', digits: 0 },
  { key: 'writtenKb', label: 'written live: KB/room', better: 'less', digits: 0 },
  { key: 'emptyMb', label: 'idle server MB', digits: 0 },
  { key: 'openedMb', label: 'with rooms MB', digits: 0 },
]
export const targets = [{ measure: 'openedKb', against: 'hocuspocus', atMost: 1 / 8 }]
export const asks = server => (server.stores ? null : 'it holds no rooms')

const sizes = quick => ({ rooms: quick ? 20 : 200, messages: quick ? 100 : 1_000 })
const roomsAtOnce = 10
const warmUp = 'memory-warm-up'

export async function ask({ server, quick }) {
  const { rooms, messages } = sizes(quick)
  const { doc, updates } = chatOfMaps(messages)
  const vector = vectorOf(doc)
  const names = Array.from({ length: rooms }, (_, index) => `memory-${index}`)
  const load = new Load(server)

  await server.start()
  const [one] = await load.open([warmUp])
  await load.upload(one, updates)
  await server.settle()
  const idle = server.memoryBytes()
  const writers = await load.open(names)
  for (let at = 0; at < rooms; at += roomsAtOnce)
    await Promise.all(writers.slice(at, at + roomsAtOnce).map(client => load.upload(client, updates)))
  await server.settle()
  const written = server.memoryBytes()
  load.closeAll()
  await server.settle()
  await server.restart()

  // A first room, not counted: what a process takes and gives back while it warms up is not the price of a room.
  const [first] = await load.open([warmUp])
  await load.until(60_000, 'opening a first room', () => first.ledger.has(vector))
  await server.settle()
  const empty = server.memoryBytes()
  const readers = await load.open(names)
  await load.until(60_000, 'opening the rooms', () => readers.every(client => client.ledger.has(vector)))
  await server.settle()
  const opened = server.memoryBytes()
  load.closeAll()

  for (const name of [names[0], names[rooms - 1]]) mustEqual(name, await load.newcomer(name, vector), doc)
  return {
    openedKb: (opened - empty) / rooms / 1_024,
    writtenKb: (written - idle) / rooms / 1_024,
    emptyMb: empty / 1_048_576,
    openedMb: opened / 1_048_576,
  }
}
