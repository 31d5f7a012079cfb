/** How long does someone wait who opens a long-lived room for the first time, and what does it cost the device? */

import { fork } from 'node:child_process'
import * as Y from 'yjs'
import { digestOf, longLivedChat, vectorOf } from '../load/documents.mjs'
import { Load, Stopwatch } from '../load/load.mjs'
import { pairs } from '../providers/providers.mjs'
import { median } from '../report.mjs'
import { canPin, loadCore, userMsOf } from '../servers/process.mjs'

export const title = ({ quick }) => {
  const { messages, visits, visitors } = sizes(quick)
  return `a first visit to a chat of ${messages} messages by ${visits} client ids (${quick ? '0.14' : '1.4'} MB), each of ${visitors} in a new process`
}
export const boundMs = 240_000
export const rows = pairs
export const measures = [
  { key: 'syncMs', label: 'synced after ms', better: 'less', digits: 0 },
  { key: 'cpuMs', label: 'client CPU ms', better: 'less', digits: 0 },
  { key: 'receivedKb', label: 'received KB', better: 'less', digits: 0 },
  { key: 'coldMs', label: 'from disk: ms', better: 'less', digits: 0 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = []
export const asks = () => null

const sizes = quick => ({ messages: quick ? 1_050 : 10_500, visits: quick ? 100 : 1_000, visitors: quick ? 2 : 9 })
const room = 'first-sync'
const visitor = new URL('../providers/visitor.mjs', import.meta.url)

export async function ask({ server, provider, quick }) {
  const { messages, visits, visitors } = sizes(quick)
  const { doc, updates } = longLivedChat(messages, visits)
  const vector = vectorOf(doc)
  const load = new Load(server)
  load.decoder.learn(Y.encodeStateAsUpdate(doc))

  await server.start()
  const [writer] = await load.open([room])
  await load.upload(writer, updates)
  await server.settle()
  load.closeAll()
  await server.settle()
  await server.restart()

  const visit = async () => {
    const seen = await sendVisitor(load, { provider, url: server.url, room, vector: [...vector] })
    if (seen.digest !== digestOf(doc)) throw new Error(`${room}: a visitor has seen something else than was written`)
    return seen
  }
  const cold = await visit()
  // From here on somebody is there, so that the room stays open.
  const [host] = await load.open([room])
  await load.until(30_000, 'opening the room', () => host.ledger.has(vector))
  await server.settle()

  const watch = new Stopwatch(server)
  const from = { user: clientUserMs(), wall: performance.now() }
  const seen = []
  for (let index = 0; index < visitors; index++) seen.push(await visit())
  const clientOthers = clientUserMs() - from.user - seen.reduce((sum, { userMs }) => sum + userMs, 0)
  const clientBusy = clientOthers / (performance.now() - from.wall)
  const { othersBusy } = watch.read()
  load.closeAll()

  return {
    syncMs: median(seen.map(({ wallMs }) => wallMs)),
    cpuMs: median(seen.map(({ cpuMs }) => cpuMs)),
    receivedKb: median(seen.map(({ down }) => down)) / 1_024,
    coldMs: cold.wallMs,
    othersBusy: Math.max(othersBusy, clientBusy),
  }
}

/** What others than this process have taken of the core that the visitors run on. */
function clientUserMs() {
  return canPin ? userMsOf(loadCore) - process.cpuUsage().user / 1_000 : Number.NaN
}

/** Whoever comes is alone on the core, and leaves at once. */
async function sendVisitor(load, task) {
  const child = fork(visitor)
  try {
    const answer = new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('error', reject)
      child.once('exit', code => reject(new Error(`a visitor ended (${code}) without an answer`)))
    })
    child.send(task)
    return await load.within(60_000, `a visit to ${room}`, answer)
  } finally {
    child.kill('SIGKILL')
  }
}
