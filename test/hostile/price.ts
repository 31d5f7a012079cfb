import * as Y from 'yjs'
import { encodePresence } from '../../protocol/presence.ts'
import type { Limits } from '../../server/limits.ts'
import { type RoughStruct, type, write } from '../support/rough.ts'
import { Stage } from '../support/stage.ts'
import { Harbour, type Line } from './line.ts'
import { type Place, type TongueName, tongues, type Word } from './tongues.ts'

/** What a room holds before something is said in it. */
export interface Ground {
  name: string
  updates: readonly Uint8Array[]
  /** JSON text of entries of presence that others have brought. */
  presence: readonly string[]
}

/** How often a price is looked at: whoever else is busy on this machine makes some looks too dear, none too cheap. */
const LOOKS = 3

/**
 * What it costs a server to take frames, in milliseconds of the whole process's CPU: decoding, gate, commit and fan-out,
 * with one other in the room. Each look is at a server of its own.
 */
export async function priceOf(
  name: TongueName,
  ground: Ground,
  makeFrames: MakeFrames,
  looks = LOOKS,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < looks; look++) least = Math.min(least, await lookAt(name, ground, makeFrames))
  return least
}

/** The frames whose price is asked; `say` are those of a word in the room, by one who is in it. */
export type MakeFrames = (say: (word: Word) => Uint8Array[]) => Uint8Array[]

async function lookAt(name: TongueName, ground: Ground, makeFrames: MakeFrames): Promise<number> {
  const stage = await Stage.set(LIMITS)
  const tongue = tongues[name]
  if (ground.updates.length > 0) {
    const stored = stage.store.append(
      'room',
      ground.updates.map(update => ({ time: 0, author: '', update })),
    )
    await stage.run()
    await stored
  }
  const harbour = new Harbour(stage)
  const other = harbour.connect(tongues['y-websocket'], '')
  await other.connection.enter('room')
  for (const word of [
    { type: 'step1', vector: new Uint8Array([0]) },
    { type: 'step2', update: new Uint8Array([0, 0]), id: 1 },
  ] as const) {
    for (const frame of tongues['y-websocket'].say(word, THERE)) other.connection.receive(frame)
  }
  await bringPresence(harbour, ground.presence)
  const line = harbour.connect(tongue, '')
  const place = await enter(stage, line, name)
  await stage.run()
  stage.clock.advance(100)
  await stage.run()
  const frames = makeFrames(word => tongue.say(word, place))
  line.arrived.length = 0
  // Within one turn nobody reads.
  line.isStalled = true
  const before = process.cpuUsage()
  for (const frame of frames) line.connection.receive(frame)
  for (let turn = 0; turn < 2; turn++) {
    stage.clock.flushTurns()
    await new Promise(setImmediate)
  }
  const { user, system } = process.cpuUsage(before)
  line.connection.closed()
  other.connection.closed()
  return (user + system) / 1_000
}

const THERE: Place = { room: 'room', address: '' }
/** Compaction is another thread's work. */
const LIMITS: Partial<Limits> = { compactBytes: 2 ** 40 }

async function enter(stage: Stage, line: Line, name: TongueName): Promise<Place> {
  const tongue = tongues[name]
  if (tongue.dialect.rooms === 'one') {
    await line.connection.enter('room')
    return THERE
  }
  for (const frame of tongue.enter('room', '')) line.connection.receive(frame)
  await stage.run()
  for (const payload of line.arrived) {
    const heard = tongue.hear(payload)
    if (heard.type === 'opened') return heard.place
  }
  throw new Error('it was not let in')
}

async function bringPresence(harbour: Harbour, states: readonly string[]): Promise<void> {
  const { stage } = harbour
  const each = stage.limits.presenceEntriesPerSession
  for (let from = 0; from < states.length; from += each) {
    const line = harbour.connect(tongues['y-websocket'], '')
    await line.connection.enter('room')
    const entries = states.slice(from, from + each).map((state, i) => ({ client: from + i, clock: 1, state }))
    for (const frame of tongues['y-websocket'].say({ type: 'presence', update: encodePresence(entries) }, THERE)) {
      line.connection.receive(frame)
    }
  }
}

export const empty: Ground = { name: 'an empty room', updates: [], presence: [] }

/** Ten thousand client ids, one key of a map each. */
export function manyClients(count = 10_000): Ground {
  const updates: Uint8Array[] = []
  for (let from = 0; from < count; from += 500) {
    const sections = Array.from({ length: 500 }, (_, i) => {
      const client = 100_000 + from + i
      return { client, clock: 0, structs: [entry(`k${client}`)] }
    })
    updates.push(write({ sections, deletes: [] }))
  }
  return { name: 'a room of 10,000 client ids', updates, presence: [] }
}

function entry(key: string): RoughStruct {
  return type(1, { parent: 'map', parentSub: key })
}

/** Every second character of 100,000 is deleted, and every second of those of many small clients. */
export function manyDeletions(): Ground {
  const doc = new Y.Doc({ gc: false })
  doc.clientID = 100_000
  const updates = [write({ sections: [{ client: 100_000, clock: 0, structs: [letters(100_000)] }], deletes: [] })]
  for (let from = 0; from < 100_000; from += 10_000) {
    const ranges = Array.from({ length: 5_000 }, (_, i): [number, number] => [from + 2 * i, 1])
    updates.push(write({ sections: [], deletes: [{ client: 100_000, ranges }] }))
  }
  return { name: 'a room of 50,000 deletions', updates, presence: [] }
}

function letters(count: number): RoughStruct {
  const length = [0x80 | (count & 127), 0x80 | ((count >> 7) & 127), count >> 14]
  return { ref: 4, parent: 'text', content: Uint8Array.from([...length, ...Buffer.from('x'.repeat(count))]) }
}

/** As much presence as one room keeps. */
export function fullOfPresence(entries: number, bytes: number): Ground {
  const state = JSON.stringify({ name: 'x'.repeat(bytes - 12) })
  return { name: `a room of ${entries} entries of presence`, updates: [], presence: Array(entries).fill(state) }
}
