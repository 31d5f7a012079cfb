import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Fragments } from '../../protocol/fragments.ts'
import { encodePresence } from '../../protocol/presence.ts'
import { limits } from '../../server/limits.ts'
import { Presence } from '../../server/presence.ts'
import { Random } from '../support/random.ts'
import { text, write } from '../support/rough.ts'
import { TestClock } from '../support/test-clock.ts'
import { Attacker } from './attacker.ts'
import { mutateFrame, randomBytes } from './mutations.ts'
import { record } from './recording.ts'
import { ROOM, Scene } from './scene.ts'
import { tongueNames, type Word } from './tongues.ts'

const MB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes that are really in use. */
async function inUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate)
    collect()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Things to say of which nothing is ever stored. */
function passing(random: Random, id: number): Word {
  const gap = { client: random.below(2 ** 32), clock: 1 + random.below(1_000), structs: [text('x')] }
  const orphan = {
    client: random.below(2 ** 32),
    clock: 0,
    structs: [text('x', { origin: [random.below(2 ** 32), 5] })],
  }
  const range = { client: random.below(2 ** 32), ranges: [[random.below(1_000), 1]] as [number, number][] }
  const state = JSON.stringify({ n: random.below(1_000) })
  return random.pick<Word>([
    { type: 'update', id, update: write({ sections: [gap], deletes: [] }) },
    { type: 'update', id, update: write({ sections: [orphan], deletes: [] }) },
    { type: 'update', id, update: write({ sections: [], deletes: [range] }) },
    { type: 'update', id, update: randomBytes(random) },
    {
      type: 'presence',
      update: encodePresence([{ client: random.below(2 ** 32), clock: random.below(1_000), state }]),
    },
    { type: 'presence', update: encodePresence([{ client: random.below(2 ** 32), clock: 2 ** 46, state: 'null' }]) },
    { type: 'signal', name: 'n', data: state },
    { type: 'token', token: 'mallory' },
    { type: 'presence-query' },
  ])
}

test('what is refused, held or of the moment leaves nothing behind, however much of it there is', async () => {
  const random = new Random(1)
  const recording = await record(random)
  const frames = Object.values(recording)
    .flat()
    .filter(frame => frame.length < 30)
  const scene = await Scene.set(random)
  const attackers = tongueNames.flatMap(name => [
    new Attacker(scene.harbour, name, 'mallory', ROOM),
    new Attacker(scene.harbour, name, 'eve', ROOM),
    new Attacker(scene.harbour, name, 'nobody', ROOM),
  ])
  const say = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const attacker = random.pick(attackers)
      if (!attacker.isIn) await attacker.connect()
      const place = attacker.places[0] ?? { room: ROOM, address: 1 }
      if (random.chance(0.1)) attacker.send(mutateFrame(random, random.pick(frames), frames))
      else for (const frame of attacker.frames(passing(random, ++attacker.lastId), place)) attacker.send(frame)
      if (random.chance(0.02)) attacker.leave()
      await scene.pass()
      attacker.listen()
      attacker.acknowledged.length = 0
      for (const person of scene.honest) person.listen()
      if (i % 500 === 0) scene.stage.clock.advance(1_000)
    }
  }
  // Long enough for everything that is bounded to be full.
  await say(10_000)
  const before = await inUse()
  await say(20_000)
  const after = await inUse()
  console.log(`${(before / MB).toFixed(1)} MB after 10,000 messages, ${(after / MB).toFixed(1)} MB after 30,000`)
  expect(after - before).toBeLessThan(4 * MB)
  expect(scene.stage.rooms.find(ROOM)?.peers).toBeLessThanOrEqual(2 + attackers.length)
  expect([...scene.stage.rooms.open()].length).toBeLessThan(50)
  scene.leave()
})

test('presence is bounded in bytes, of one session and of a room', () => {
  const clock = new TestClock()
  const presence = new Presence(limits, clock)
  const state = JSON.stringify('x'.repeat(10_000))
  const owners = Array.from({ length: 60 }, () => ({ grant: { access: 'write' as const } }))
  const bring = (owner: (typeof owners)[number], from: number): number => {
    const entries = Array.from({ length: 20 }, (_, i) => ({ client: from + i, clock: 1, state }))
    return presence.receive(owner, entries, true).changed.length
  }
  expect(bring(owners[0], 0)).toBe(Math.floor(limits.presenceBytesPerSession / state.length))
  // Said again it takes the place of what was there.
  clock.advance(10)
  expect(presence.receive(owners[0], [{ client: 0, clock: clock.now() + 1, state }], false).changed).toEqual([0])
  owners.slice(1).forEach((owner, i) => {
    bring(owner, 20 * (i + 1))
  })
  expect(presence.size).toBe(Math.floor(limits.presenceRoomBytes / state.length))
  // Who leaves makes room.
  const left = presence.leave(owners[0]).length
  expect(bring(owners[59], 5_000)).toBe(left)
})

test('a message in many small fragments takes no more than what they hold', async () => {
  const fragments = new Fragments()
  const before = await inUse()
  for (let i = 0; i < 2_000; i++) {
    // As they come: a byte in a buffer of the network's.
    fragments.add(new Uint8Array(64 * 1024).subarray(i, i + 1), false, MB)
  }
  expect((await inUse()) - before).toBeLessThan(MB)
  expect(fragments.add(new Uint8Array(1), true, MB)?.length).toBe(2_001)
})
