import { describe, expect, test } from 'vitest'
import { GateRoom, type Outcome } from '../support/gate-room.ts'
import { mutateBytes, mutateStructs } from '../support/mutate.ts'
import { viewOf } from '../support/oracle.ts'
import { forSeeds, type Random } from '../support/random.ts'
import { traffic } from '../support/traffic.ts'

type Mutate = (random: Random, update: Uint8Array, room: GateRoom) => Uint8Array

/** Sends `count` mutated updates to a room of honest traffic, which goes on afterwards. */
function attack(random: Random, count: number, mutate: Mutate, outcomes: Record<Outcome, number>): GateRoom {
  const room = new GateRoom()
  const updates = traffic(random, 1 + random.below(4), 30)
  for (const update of updates.slice(0, 15)) room.send(update)
  for (let i = 0; i < count; i++) {
    // Most changes to what is known already are nothing new; changes to what comes next get further.
    const from = Math.min(25, 12 + Math.floor(i / 4))
    const original = random.pick(random.chance(0.8) ? updates.slice(from, from + 5) : updates)
    outcomes[room.send(mutate(random, original, room))]++
  }
  for (const update of updates) room.send(update)
  return room
}

function none(): Record<Outcome, number> {
  return { refused: 0, held: 0, taken: 0, 'nothing new': 0 }
}

describe('whatever is sent, the gate takes only what integrates', () => {
  test('when bytes change on their way', () => {
    const outcomes = none()
    let unordered = 0
    forSeeds(1000, random => {
      const room = attack(random, 50, mutateBytes, outcomes)
      const { fresh, compacted } = room.loads()
      const truth = viewOf(room.live[0])
      if (room.unordered) unordered++
      for (const doc of [...room.live, ...fresh, ...compacted]) if (!room.unordered) expect(viewOf(doc)).toBe(truth)
    })
    console.log(outcomes, unordered)
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0)
  })

  test('when structs and deletions are put together wrongly', () => {
    const outcomes = none()
    let diverged = 0
    let unordered = 0
    forSeeds(1000, (random, seed) => {
      const mutate: Mutate = (random, update, room) => mutateStructs(random, update, room.document.stateVector())
      const room = attack(random, 25, mutate, outcomes)
      const { fresh, compacted } = room.loads()
      if (room.unordered) unordered++
      const truth = viewOf(room.live[0])
      const all = [...room.live, ...fresh, ...compacted].map(viewOf)
      if (all.some(v => v !== truth)) { if (!room.unordered) diverged++; if (!room.unordered) console.log(seed, all.map(v => v === truth).join()) }
    })
    console.log(outcomes, diverged, unordered)
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0)
  })
})
