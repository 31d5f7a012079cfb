import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { PresenceEntry } from '../../protocol/message.ts'
import { encodePresence } from '../../protocol/presence.ts'
import { Random } from '../support/random.ts'
import { text, write } from '../support/rough.ts'
import { ODD_NAMES } from './arsenal.ts'
import { Attacker } from './attacker.ts'
import { crafted } from './crafted.ts'
import { empty, priceOf } from './price.ts'
import { ROOM, Scene } from './scene.ts'
import { FORGIVEN_WHEN_BUSY, slowness } from './slowness.ts'
import { type TongueName, tongueNames, tongues, type Word } from './tongues.ts'

/** Nobody else waits longer than this for one message, whatever its size. */
const MAX_MS = 100

/** What has brought down others: large, many, or both. */
const floods: Record<string, () => Word[]> = {
  '4,000 updates with gaps': () =>
    times(4_000, i => updateOf(i + 1, { client: 9, clock: 5 + 2 * i, structs: [text('x')] })),
  '792 KB of deletions of unknown ids': () => {
    const ranges = times(200, (i): [number, number] => [100 + 2 * i, 1])
    const deletes = times(1_300, i => ({ client: 70_000 + i, ranges }))
    return [{ type: 'update', id: 1, update: write({ sections: [], deletes }) }]
  },
  '2,000 updates that no document can integrate': () =>
    times(2_000, i => updateOf(i + 1, { client: 9, clock: 0, structs: [text('x', { origin: [9, i] })] })),
  'presence of 500,000': () => [presence(times(500_000, i => ({ client: i, clock: 1, state: '{}' })))],
  'presence of 30 MB': () => [presence([{ client: 1, clock: 1, state: `[${'0,'.repeat(15_000_000)}0]` }])],
  'a clock of 2^53 - 1 in somebody else’s name': () => [
    presence([1, 2].map(client => ({ client, clock: 2 ** 53 - 1, state: '{"name":"me"}' }))),
  ],
  'somebody else’s leave': () => [presence([1, 2].map(client => ({ client, clock: 2 ** 46, state: 'null' })))],
  'a signal of 30 MB': () => [{ type: 'signal', name: 'n', data: `[${'0,'.repeat(15_000_000)}0]` }],
  '2,000 signals': () => times(2_000, () => ({ type: 'signal', name: 'n', data: '1' })),
  'a state vector of 200,000 clients': () => [{ type: 'step1', vector: vectorOf(200_000) }],
  'a state vector of 1,000,000 clients': () => [{ type: 'step1', vector: vectorOf(1_000_000) }],
  '200 tokens': () => times(200, i => ({ type: 'token', token: `t${i}` })),
}

for (const name of tongueNames) {
  describe(`in ${name}`, () => {
    test('every update that is put together wrongly harms nobody, and what no room could take leaves no trace', async () => {
      const scene = await Scene.set(new Random(1))
      const [mallory] = attackersOf(scene, name)
      for (let i = 0; i < crafted(new Map()).length; i++) {
        const { name: what, update, isRefused } = crafted(scene.clocks(ROOM))[i]
        await mallory.connect()
        const before = JSON.stringify([...scene.clocks(ROOM)])
        await say(scene, mallory, { type: 'update', id: ++mallory.lastId, update })
        scene.checkAcknowledged(mallory)
        if (isRefused) expect(JSON.stringify([...scene.clocks(ROOM)]), what).toBe(before)
        if (isRefused) expect(mallory.isIn, what).toBe(false)
        await scene.othersGoOn()
      }
      scene.leave()
    })

    test.each(Object.keys(floods))('%s holds up nobody', async what => {
      const words = floods[what]()
      if (tongues[name].say(words[0], { room: ROOM, address: 1 }).length === 0) return
      const each = words.length > 1 ? 1 : 3
      expect(await priceOf(name, empty, say => say(words[0]), each)).toBeLessThan(
        FORGIVEN_WHEN_BUSY * MAX_MS * slowness(),
      )
      const scene = await Scene.set(new Random(1))
      for (const mallory of attackersOf(scene, name)) {
        await mallory.connect()
        for (const word of words)
          for (const frame of mallory.frames(word, mallory.places[0] ?? THERE)) mallory.send(frame)
        for (let i = 0; i < 5; i++) await scene.pass()
        scene.checkAcknowledged(mallory)
        await scene.othersGoOn()
      }
      scene.leave()
    })

    test('rooms are called whatever somebody likes, and are rooms like any other', async () => {
      const scene = await Scene.set(new Random(1))
      for (const room of ODD_NAMES) {
        const mallory = new Attacker(scene.harbour, name, 'mallory', room)
        await mallory.connect()
        if (room === '') expect(mallory.isIn).toBe(false)
        else await say(scene, mallory, { type: 'update', id: 1, update: Y.encodeStateAsUpdate(docWith(room)) })
        scene.checkAcknowledged(mallory)
        mallory.leave()
        if (room !== '') await scene.everyoneHas(room, [docWith(room)])
      }
      expect(Object.keys(Object.prototype)).toEqual([])
      await scene.othersGoOn()
      scene.leave()
    })
  })
}

const THERE = { room: ROOM, address: '' }

function attackersOf({ attackers }: Scene, name: TongueName): Attacker[] {
  return attackers.filter(attacker => attacker.name === name)
}

async function say(scene: Scene, attacker: Attacker, word: Word): Promise<void> {
  for (const frame of attacker.frames(word, attacker.places[0])) attacker.send(frame)
  await scene.pass()
  await scene.pass()
  attacker.listen()
}

function docWith(words: string): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = 77
  doc.getText('text').insert(0, `in ${words}`)
  return doc
}

function updateOf(id: number, section: Parameters<typeof write>[0]['sections'][number]): Word {
  return { type: 'update', id, update: write({ sections: [section], deletes: [] }) }
}

function presence(entries: PresenceEntry[]): Word {
  return { type: 'presence', update: encodePresence(entries) }
}

function vectorOf(count: number): Uint8Array {
  return Y.encodeStateVector(new Map(times(count, i => [i, 1] as const)))
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i))
}
