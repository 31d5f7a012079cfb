import { describe, expect, test } from 'vitest'
import { GateRoom, type Outcome } from '../support/gate-room.ts'
import { mutateBytes, mutateStructs } from '../support/mutate.ts'
import { viewOf } from '../support/oracle.ts'
import { forSeeds, type Random, seedsTimeoutMs } from '../support/random.ts'
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

/** Everybody who loads the room sees what those see who were there: raw or compacted, garbage collected or not. */
function expectOneDocument(room: GateRoom): void {
  const { fresh, compacted } = room.loads()
  const truth = viewOf(room.live[0])
  for (const doc of [...room.live, ...fresh, ...compacted]) expect(viewOf(doc)).toBe(truth)
}

describe('whatever is sent, the gate takes only what integrates', () => {
  test(
    'when bytes change on their way',
    () => {
      const outcomes = none()
      forSeeds(1000, random => {
        const room = attack(random, 50, mutateBytes, outcomes)
        if (room.unordered) room.loads()
        else expectOneDocument(room)
      })
      for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0)
    },
    seedsTimeoutMs,
  )

  test(
    'when structs and deletions are put together wrongly',
    () => {
      const outcomes = none()
      const mutate: Mutate = (random, update, room) => mutateStructs(random, update, room.document.stateVector())
      forSeeds(1000, random => {
        const room = attack(random, 25, mutate, outcomes)
        if (room.unordered) room.loads()
        else expectOneDocument(room)
      })
      for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0)
    },
    seedsTimeoutMs,
  )
})
