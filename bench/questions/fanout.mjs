/** What does one big room cost while half of it is typing, and how long does a letter take to reach everyone? */

import { docOf, mustEqual, typing, vectorOf } from '../load/documents.mjs'
import { Histogram } from '../load/histogram.mjs'
import { Load, Stopwatch } from '../load/load.mjs'

export const title = ({ quick }) => {
  const { clients, writers, perSecond, seconds } = sizes(quick)
  return `1 room of ${clients}, ${writers} of them write ${perSecond} updates/s for ${seconds} s`
}
export const boundMs = 240_000
export const measures = [
  { key: 'cpuMs', label: 'server CPU ms', better: 'less', digits: 0 },
  { key: 'p50Ms', label: 'p50 ms', better: 'less', digits: 1 },
  { key: 'p99Ms', label: 'p99 ms', better: 'less', digits: 1 },
  { key: 'framesPerUpdate', label: 'frames/delivery', digits: 2 },
  { key: 'wallMs', label: 'took ms', digits: 0 },
  { key: 'loadBusy', label: 'load busy', digits: 2 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = [
  { measure: 'cpuMs', against: 'hocuspocus', atMost: 0.5 },
  { measure: 'p99Ms', against: 'hocuspocus', atMost: 1 },
]
export const asks = () => null

const sizes = quick => ({
  clients: quick ? 40 : 200,
  writers: quick ? 20 : 100,
  perSecond: 10,
  seconds: quick ? 3 : 10,
})
const room = 'fanout'

export async function ask({ server, quick }) {
  const { clients, writers, perSecond, seconds } = sizes(quick)
  const edits = perSecond * seconds
  const updates = Array.from({ length: writers }, (_, index) => typing(index + 1, edits))
  const load = new Load(server)
  for (const all of updates) for (const update of all) load.decoder.learn(update)
  await server.start()

  const sentAt = updates.map(() => new Float64Array(edits))
  const latency = new Histogram()
  const expected = writers * edits * (clients - 1)
  let delivered = 0
  let frames = 0
  let done
  const everything = new Promise(resolve => {
    done = resolve
  })
  const everyone = await load.open(Array(clients).fill(room), {
    news(author, from, to, receiver) {
      if (receiver === everyone[author - 1]) return
      const now = performance.now()
      for (let clock = from; clock < to; clock++) latency.add(now - sentAt[author - 1][clock])
      delivered += to - from
      if (delivered === expected) done()
    },
    update: () => frames++,
  })
  const wire = updates.map((all, index) => everyone[index].frames(all))
  frames = 0

  const watch = new Stopwatch(server)
  const begin = performance.now()
  const total = writers * edits
  const gapMs = 1_000 / perSecond / writers
  for (let next = 0; next < total; ) {
    const due = Math.min(total, Math.floor((performance.now() - begin) / gapMs) + 1)
    for (; next < due; next++) {
      const writer = next % writers
      const edit = Math.floor(next / writers)
      sentAt[writer][edit] = performance.now()
      everyone[writer].write(wire[writer][edit])
    }
    await load.within(10_000, 'a millisecond', new Promise(resolve => setTimeout(resolve, 1)))
  }
  await load.within(90_000, `delivering ${expected} updates`, everything)
  const { wallMs, cpuMs, loadBusy, othersBusy } = watch.read()
  load.closeAll()

  if (server.spec.stores) {
    const whole = docOf(updates.flat())
    mustEqual(room, await load.newcomer(room, vectorOf(whole)), whole)
  }
  return {
    cpuMs,
    p50Ms: latency.quantile(0.5),
    p99Ms: latency.quantile(0.99),
    framesPerUpdate: frames / expected,
    wallMs,
    loadBusy,
    othersBusy,
  }
}
