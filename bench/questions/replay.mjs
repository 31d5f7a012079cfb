/** Real people's editing, keystroke by keystroke, through the server: does it end where it ended, and what is left on disk? */

import * as Y from 'yjs'
import { mustEqual, vectorOf } from '../load/documents.mjs'
import { Load, Stopwatch } from '../load/load.mjs'
import { clientOf, concurrent, readTrace, sequential } from '../load/traces.mjs'

export const title = () =>
  'recorded editing through the server: 2 people at once (26,078 edits), then 1 paper (259,778 edits, 10 to an update)'
export const boundMs = 400_000
export const measures = [
  { key: 'friendsMs', label: '2 people: ms', better: 'less', digits: 0 },
  { key: 'friendsCpuMs', label: 'CPU ms', better: 'less', digits: 0 },
  { key: 'friendsKb', label: 'stored KB', better: 'less', digits: 0 },
  { key: 'paperMs', label: 'paper: ms', better: 'less', digits: 0 },
  { key: 'paperCpuMs', label: 'CPU ms', better: 'less', digits: 0 },
  { key: 'paperKb', label: 'stored KB', better: 'less', digits: 0 },
  { key: 'othersBusy', label: 'others busy', digits: 2 },
]
export const targets = []
export const asks = server => (server.stores ? null : 'it has nothing for a newcomer')

const editsPerUpdate = 10
const window = 64

export async function ask({ server, quick, traces }) {
  const friends = readTrace(traces, 'friendsforever')
  const paper = readTrace(traces, 'automerge-paper')
  if (friends === null && paper === null)
    throw new Error(`no editing traces in ${traces}: give their folder with --data (see README.md)`)
  const result = {}
  const disturbed = []
  if (friends !== null) {
    const played = await replay(
      server,
      'friends',
      concurrent(friends, quick ? 2_000 : undefined),
      quick ? null : friends.endContent,
    )
    Object.assign(result, { friendsMs: played.wallMs, friendsCpuMs: played.cpuMs, friendsKb: played.storedKb })
    disturbed.push(played.othersBusy)
  }
  if (paper !== null) {
    const edits = sequential(paper, editsPerUpdate, quick ? 20_000 : undefined)
    const played = await replay(server, 'paper', edits, quick ? null : paper.endContent)
    Object.assign(result, { paperMs: played.wallMs, paperCpuMs: played.cpuMs, paperKb: played.storedKb })
    disturbed.push(played.othersBusy)
  }
  result.othersBusy = Math.max(...disturbed)
  return result
}

/** Every agent is a live document on a socket of its own; one more only reads. */
async function replay(server, room, { agents, edits, endContent }, recorded) {
  if (recorded !== null && endContent !== recorded) throw new Error(`${room}: the trace itself does not end as it says`)
  const expected = new Y.Doc()
  for (const { update } of edits) Y.applyUpdate(expected, update)
  const load = new Load(server)
  for (const { update } of edits) load.decoder.learn(update)
  await server.start()

  let finish
  const finished = new Promise(resolve => {
    finish = resolve
  })
  const people = []
  const vector = vectorOf(expected)
  const isComplete = person => {
    person.complete ||= person.client.ledger.has(vector) && person.doc.getText('text').toString() === endContent
    return person.complete
  }

  const clients = await load.open(Array(agents + 1).fill(room))
  clients.forEach((client, agent) => {
    const own = edits.filter(edit => edit.agent === agent)
    const doc = new Y.Doc()
    people.push({ client, doc, own, frames: client.frames(own.map(edit => edit.update)), sent: 0, round: 0 })
    client.on.update = bytes => {
      Y.applyUpdate(doc, bytes)
      if (proceed() && people.every(isComplete)) finish()
    }
  })

  /** Each sends what it can: when it has what it built on, and not too far ahead of what came back to the reader. */
  const reader = clients[agents]
  const proceed = () => {
    let all = true
    for (const person of people) {
      const { client, own, frames } = person
      const { next } = reader.ledger
      while (
        person.round < person.sent &&
        (next.get(clientOf(own[person.round].agent)) ?? 0) >= own[person.round].clock
      )
        person.round++
      while (
        person.sent < own.length &&
        person.sent - person.round < window &&
        client.ledger.has(own[person.sent].after)
      ) {
        const at = person.sent++
        Y.applyUpdate(person.doc, own[at].update)
        client.ledger.take(load.decoder.ranges(Buffer.from(own[at].update)))
        client.write(frames[at])
      }
      all &&= person.sent === own.length
    }
    return all
  }
  const watch = new Stopwatch(server)
  proceed()
  await load.within(150_000, `replaying ${edits.length} updates`, finished)
  const { wallMs, cpuMs, othersBusy } = watch.read()

  const same = doc => doc.getText('text').toString() === endContent
  for (const { doc } of people) mustEqual(`${room}, live`, doc, expected)
  mustEqual(`${room}, a newcomer`, await load.newcomer(room, vector, same), expected)
  load.closeAll()
  await server.settle()
  await server.stop()
  const storedKb = server.storedBytes() / 1_024
  await server.start()
  mustEqual(`${room}, after a restart`, await load.newcomer(room, vector, same), expected)
  await server.dispose()
  return { wallMs, cpuMs, storedKb, othersBusy }
}
