import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { edit } from './support/editing.ts'
import { assertNothingPending, quietDoc, viewOf } from './support/oracle.ts'
import { Random, seeds } from './support/random.ts'
import { Stage } from './support/stage.ts'

/**
 * The whole path with everything that goes wrong on it: frames under way are lost with their connection, sockets stop
 * reading, the disk is slow or full, the process is killed, rooms are compacted and leave memory.
 */
test('R9: whatever breaks on the way, everyone ends with what everyone wrote', async () => {
  for (const seed of seeds(1_000)) {
    try {
      await play(new Random(seed))
    } catch (error) {
      throw new Error(`seed ${seed} (run it alone with SEED=${seed})`, { cause: error })
    }
  }
})

async function play(random: Random): Promise<void> {
  const stage = await Stage.set({
    compactBytes: 300,
    updateAtOnceBytes: random.pick([20, 10_000]),
    batchBytes: random.pick([30, 10_000]),
    messageBytes: random.pick([30, 10_000]),
    sendQueueBytes: random.pick([60, 400]),
    answerQueueBytes: 200,
    idleRoomMs: 100,
  })
  const oracle = quietDoc()
  const count = 2 + random.below(5)
  for (let i = 0; i < count; i++) {
    const client = stage.client('room', quietDoc(i + 1))
    client.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== client) Y.applyUpdate(oracle, update)
    })
  }
  const seen = new Set<string>()
  for (let step = 0; step < 80; step++) await act(random, stage, seen)

  stage.store.holds = false
  stage.store.failing = false
  stage.store.release()
  await stage.run()
  await whoStayedHasEverything(stage)
  for (let round = 0; round < 3; round++) {
    for (const client of stage.clients) {
      client.disconnect()
      await client.connect()
      if (client.wire !== null) client.wire.flows = true
    }
    await stage.settle()
  }
  const fresh = await stage.joined()
  assertNothingPending(fresh.doc)
  const expected = viewOf(oracle)
  for (const client of stage.clients) {
    expect(client.synced).toBe(true)
    assertNothingPending(client.doc)
    expect(viewOf(client.doc)).toBe(expected)
  }
}

/** A connection that was never broken needs no second one: whatever was committed reaches it, however slow it was. */
async function whoStayedHasEverything(stage: Stage): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (const client of stage.clients) {
      if (client.wire !== null) client.wire.flows = true
      for (let i = 0; i < 100; i++) client.drain()
    }
    await stage.settle()
  }
  const room = stage.rooms.find('room')
  if (room === null || !room.isServing) return
  for (const client of stage.clients) {
    if (client.wire === null || client.wire.closing !== null || !client.synced) continue
    assertNothingPending(client.doc)
    const has = Y.decodeStateVector(Y.encodeStateVector(client.doc))
    for (const [id, clock] of room.stateVector()) {
      if ((has.get(id) ?? 0) < clock) throw new Error(`${client.doc.clientID} lacks ${id}:${clock}`)
    }
  }
}

async function act(random: Random, stage: Stage, seen: Set<string>): Promise<void> {
  const client = random.pick(stage.clients)
  const event = random.next()
  if (event < 0.35) edit(random, client.doc)
  else if (event < 0.5) client.send(1 + random.below(3))
  else if (event < 0.65) client.hear(1 + random.below(3))
  else if (event < 0.72) client.drain()
  else if (event < 0.76) {
    if (client.wire !== null) client.wire.flows = random.chance(0.5)
  } else if (event < 0.8) client.disconnect()
  else if (event < 0.88) {
    client.disconnect()
    await client.connect()
  } else if (event < 0.92) {
    stage.store.holds = random.chance(0.5)
    if (!stage.store.holds) stage.store.release()
  } else if (event < 0.94) {
    stage.store.failing = random.chance(0.5)
  } else if (event < 0.96) stage.restart(() => random.chance(0.5))
  else if (event < 0.98) {
    stage.clock.advance(stage.limits.idleRoomMs)
    stage.rooms.sweep()
  } else stage.clock.advance(random.below(60))
  await stage.run()
  await everythingSeenIsStored(stage, seen)
}

/** The one promise: what any client has heard from the server is on disk. */
async function everythingSeenIsStored(stage: Stage, seen: Set<string>): Promise<void> {
  if (stage.store.failing) return
  const stored = await stage.store.load('room')
  const onDisk = new Map<number, number>()
  for (const update of [...(stored.snapshot?.parts ?? []), ...stored.records.map(record => record.update)]) {
    for (const [client, clock] of Y.parseUpdateMeta(update).to)
      onDisk.set(client, Math.max(clock, onDisk.get(client) ?? 0))
  }
  for (const client of stage.clients) {
    for (const update of client.heard.splice(0)) {
      for (const [id, clock] of Y.parseUpdateMeta(update).to) {
        if ((onDisk.get(id) ?? 0) < clock) throw new Error(`${id}:${clock} was heard and is not on disk`)
        seen.add(`${id}:${clock}`)
      }
    }
  }
}
