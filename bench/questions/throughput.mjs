/** How many updates a second go through when many small rooms are busy at once? */

import { docOf, mustEqual, typing, vectorOf } from '../load/documents.mjs'
import { Load, Stopwatch } from '../load/load.mjs'

export const title = ({ quick }) =>
  `${sizes(quick).rooms} rooms of 2, each sends its next update when the other has the last`
export const boundMs = 180_000
export const measures = [
  { key: 'updatesPerSecond', label: 'updates/s', better: 'more', digits: 0 },
  { key: 'cpuUsPerUpdate', label: 'server µs/update', better: 'less', digits: 1 },
  { key: 'loadBusy', label: 'load busy', digits: 2 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = [
  { measure: 'updatesPerSecond', against: 'hocuspocus', atLeast: 2 },
  { measure: 'updatesPerSecond', against: 'y-websocket', atLeast: 1.3 },
]
export const asks = () => null

const sizes = quick => ({ rooms: quick ? 20 : 200, warmUp: quick ? 10 : 50, edits: quick ? 50 : 200 })
const authors = [1, 2]

export async function ask({ server, quick }) {
  const { rooms, warmUp, edits } = sizes(quick)
  // The same two people in every room, so the same bytes.
  const updates = authors.map(author => typing(author, warmUp + edits))
  const names = Array.from({ length: rooms }, (_, index) => `throughput-${index}`)
  const load = new Load(server)
  for (const all of updates) for (const update of all) load.decoder.learn(update)
  await server.start()

  /** Per author: what it sent, for the other's receipt to release the next one. */
  const pairs = new Map()
  let goal = 0
  let delivered = 0
  let done = () => {}
  const send = (pair, author) => {
    const at = pair.sent[author]
    if (at >= goal) return
    pair.sent[author] = at + 1
    pair.clients[author].write(pair.frames[author][at])
  }
  const news = (author, from, to, receiver) => {
    const index = author - 1
    const pair = pairs.get(receiver.room)
    if (receiver === pair.clients[index]) return
    delivered += to - from
    send(pair, index)
    if (delivered === rooms * authors.length * goal) done()
  }

  const first = await load.open(names, { news })
  const second = await load.open(names, { news })
  names.forEach((name, index) => {
    const clients = [first[index], second[index]]
    pairs.set(name, { clients, sent: [0, 0], frames: updates.map((all, who) => clients[who].frames(all)) })
  })
  const until = edit => {
    goal = edit
    const finished = new Promise(resolve => {
      done = resolve
    })
    for (const pair of pairs.values()) for (const index of [0, 1]) send(pair, index)
    return load.within(90_000, `updates up to the ${edit}th of each client`, finished)
  }

  await until(warmUp)
  const watch = new Stopwatch(server)
  await until(warmUp + edits)
  const { wallMs, cpuMs, loadBusy, othersBusy } = watch.read()
  load.closeAll()

  if (server.spec.stores) {
    const expected = docOf(updates.flat())
    for (const name of names) mustEqual(name, await load.newcomer(name, vectorOf(expected)), expected)
  }
  const count = rooms * authors.length * edits
  return { updatesPerSecond: (count * 1_000) / wallMs, cpuUsPerUpdate: (cpuMs * 1_000) / count, loadBusy, othersBusy }
}
