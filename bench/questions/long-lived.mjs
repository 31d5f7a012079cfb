/** Does a room get slower for the people in it because many were there before them? */

import { docOf, manyPastClients, mustEqual, typing, vectorOf } from '../load/documents.mjs'
import { Load, Stopwatch } from '../load/load.mjs'

export const title = ({ quick }) =>
  `CPU per update in a room that ${sizes(quick).past} clients have been in, against a fresh one`
export const boundMs = 240_000
export const measures = [
  { key: 'ratio', label: 'old / fresh', better: 'less', digits: 2 },
  { key: 'oldUs', label: 'old: µs/update', better: 'less', digits: 0 },
  { key: 'freshUs', label: 'fresh: µs/update', better: 'less', digits: 0 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = [{ measure: 'ratio', atMost: 1.15 }]
export const asks = server => (server.stores ? null : 'it keeps no room that could grow old')

const sizes = quick => ({ past: quick ? 500 : 5_000, rounds: 5, edits: quick ? 100 : 1_000 })

export async function ask({ server, quick }) {
  const { past, rounds, edits } = sizes(quick)
  const before = manyPastClients(past)
  const vector = vectorOf(before.doc)
  const load = new Load(server)

  await server.start()
  const [writer] = await load.open(['old'])
  await load.upload(writer, before.updates)
  await server.settle()
  load.closeAll()
  await server.settle()
  await server.restart()

  const updates = typing(1, rounds * edits)
  for (const update of updates) load.decoder.learn(update)
  const warmUp = await pair(load, 'warm-up', updates)
  const old = await pair(load, 'old', updates)
  const fresh = await pair(load, 'fresh', updates)
  await load.until(60_000, 'opening the old room', () => old.reader.ledger.has(vector))
  await warmUp.send(edits)
  await server.settle()

  // In turns, so that neither profits from a warmer process or suffers from a busier machine.
  const spent = { old: 0, fresh: 0 }
  const watch = new Stopwatch(server)
  for (let round = 0; round < rounds; round++) {
    spent.fresh += await fresh.send(edits)
    spent.old += await old.send(edits)
  }
  const { othersBusy } = watch.read()
  load.closeAll()

  const typed = docOf(updates)
  mustEqual('fresh', await load.newcomer('fresh', vectorOf(typed)), typed)
  const whole = docOf([...before.updates, ...updates])
  mustEqual('old', await load.newcomer('old', vectorOf(whole)), whole)
  const us = ms => (ms * 1_000) / (rounds * edits)
  return { ratio: spent.old / spent.fresh, oldUs: us(spent.old), freshUs: us(spent.fresh), othersBusy }
}

/** One who writes and one who reads; `send` returns the server CPU in ms that so many more updates took. */
async function pair(load, room, updates) {
  let received = () => {}
  const [writer, reader] = await load.open([room, room], {
    news: (author, _from, _to, receiver) => author === 1 && receiver === reader && received(),
  })
  const frames = writer.frames(updates)
  let sent = 0
  return {
    reader,
    async send(count) {
      const watch = new Stopwatch(load.server)
      const last = sent + count
      await load.within(
        90_000,
        `${count} updates in ${room}`,
        new Promise(resolve => {
          received = () => (sent === last ? resolve() : writer.write(frames[sent++]))
          received()
        }),
      )
      return watch.read().cpuMs
    },
  }
}
