/** How much slower this machine is, at this moment, than the one on which the bounds on CPU time were set. */

import * as Y from 'yjs'

/** Microseconds of CPU that Yjs took there to apply one update to a document in which 1,000 clients have written. */
const REFERENCE_US = 77
const CLIENTS = 1_000
const UPDATES = 200
const LOOKS = 3

/** A machine that is busy with other tests is forgiven so many times a bound; what held up others took seconds. */
export const FORGIVEN_WHEN_BUSY = 3

/** 1 on that machine and on faster ones; 2 where everything takes twice as long. What it measures is no code of ours. */
export function slowness(): number {
  known ??= Math.max(1, leastOf(LOOKS) / REFERENCE_US)
  return known
}

/** Looked at once in a run: it takes a moment itself. */
let known: number | null = null

function leastOf(looks: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < looks; look++) least = Math.min(least, microsecondsToApply())
  return least
}

function microsecondsToApply(): number {
  const doc = new Y.Doc()
  for (let client = 1; client <= CLIENTS; client++) {
    const writer = new Y.Doc()
    writer.clientID = client
    writer.getMap('map').set(String(client), client)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(writer))
  }
  const writer = new Y.Doc()
  const updates: Uint8Array[] = []
  writer.on('update', update => updates.push(update))
  for (let i = 0; i < UPDATES; i++) writer.getText('text').insert(i, 'x')
  const before = process.cpuUsage()
  for (const update of updates) Y.applyUpdate(doc, update)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / UPDATES
}
