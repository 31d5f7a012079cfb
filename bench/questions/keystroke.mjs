/** What does one letter cost on the wire, for the one who types it and for the one who reads it? */

import { setTimeout as sleep } from 'node:timers/promises'
import * as Y from 'yjs'
import { docOf, mustEqual, typeLetter, typing, vectorOf } from '../load/documents.mjs'
import { Load } from '../load/load.mjs'
import { Meter } from '../providers/meter.mjs'
import { pairs, providers } from '../providers/providers.mjs'

export const title = ({ quick }) =>
  `bytes on the wire per keystroke: ${sizes(quick).keystrokes} letters, a transaction and a message each`
export const boundMs = 240_000
export const rows = pairs
export const measures = [
  { key: 'aloneUp', label: 'alone: up', better: 'less', digits: 1 },
  { key: 'aloneDown', label: 'down', better: 'less', digits: 1 },
  { key: 'alone', label: 'both', better: 'less', digits: 1 },
  { key: 'authorUp', label: 'with a reader: up', better: 'less', digits: 1 },
  { key: 'authorDown', label: 'down', better: 'less', digits: 1 },
  { key: 'readerDown', label: 'reader down', better: 'less', digits: 1 },
  { key: 'pair', label: 'all', better: 'less', digits: 1 },
]
export const targets = []
export const asks = () => null

const sizes = quick => ({ keystrokes: quick ? 100 : 1_000 })
/** After the first answer to a letter, for whatever else it brings. */
const pauseMs = 5
/** Before and after counting, so that nothing of the arrival is counted and nothing of the last letter is not. */
const restMs = 500
// As long on the wire as 15 of 16 client ids.
const authorId = 3_141_592_653
const readerId = 2_718_281_828

export async function ask({ server, provider, quick }) {
  const { keystrokes } = sizes(quick)
  const join = await providers[provider].load()
  const load = new Load(server)
  await server.start()
  // Hocuspocus says the room's name in every message: names of equal length, neither long nor short.
  const [alone] = await type({ load, join, room: 'notes-keystroke1', ids: [authorId], keystrokes })
  const [author, reader] = await type({ load, join, room: 'notes-keystroke2', ids: [authorId, readerId], keystrokes })
  return {
    aloneUp: alone.up,
    aloneDown: alone.down,
    alone: alone.up + alone.down,
    authorUp: author.up,
    authorDown: author.down,
    readerDown: reader.down,
    pair: author.up + author.down + reader.up + reader.down,
  }
}

/** The first of those there types; all of them must hear of a letter before the next. Returns bytes per letter. */
async function type({ load, join, room, ids, keystrokes }) {
  const people = ids.map(id => enter(load, join, room, id))
  await load.within(30_000, `entering ${room}`, Promise.all(people.map(({ synced }) => synced)))
  await sleep(restMs)
  const before = people.map(({ meter }) => meter.read())
  const [{ doc }] = people
  for (let index = 0; index < keystrokes; index++) {
    const heard = Promise.all(people.map(({ meter }) => meter.heard()))
    doc.transact(() => typeLetter(doc, index))
    await load.within(10_000, `hearing of letter ${index} in ${room}`, heard)
    await sleep(pauseMs)
  }
  await sleep(restMs)
  const after = people.map(({ meter }) => meter.read())

  const expected = docOf(typing(authorId, keystrokes))
  for (const person of people) mustEqual(room, person.doc, expected)
  for (const person of people) person.leave()
  mustEqual(room, await load.newcomer(room, vectorOf(expected)), expected)
  return after.map(({ up, down }, index) => ({
    up: (up - before[index].up) / keystrokes,
    down: (down - before[index].down) / keystrokes,
  }))
}

function enter(load, join, room, id) {
  const doc = new Y.Doc()
  doc.clientID = id
  const meter = new Meter()
  return { doc, meter, ...join({ url: load.server.url, room, doc, WebSocket: meter.WebSocket }) }
}
