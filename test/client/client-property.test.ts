import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { connect, type Harbor, type Room } from '../../client/index.ts'
import { edit } from '../support/editing.ts'
import { NativeNetwork } from '../support/native-network.ts'
import { assertNothingPending, quietDoc, viewOf } from '../support/oracle.ts'
import { Random, seeds } from '../support/random.ts'
import { Stage } from '../support/stage.ts'

/** A person's browser: one connection, one room, and what they have written. */
interface Person {
  harbor: Harbor
  room: Room
  /** Promises of `saved()`: what was there when it was asked for, and whether it was kept. */
  asked: { vector: Map<number, number>; isKept: boolean }[]
}

/**
 * The client's whole path with everything that goes wrong on it: connections break with frames under way, stall without
 * a word, are refused; the disk is slow or full; the server is killed, drains, and compacts; the person is sometimes told
 * that the network is back, and presses on.
 */
test('C1: no unsaved edit is ever lost, whatever breaks, and saved() means on disk', async () => {
  for (const seed of seeds(250)) {
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
  const network = new NativeNetwork(stage)
  const oracle = quietDoc()
  const people = Array.from({ length: 2 + random.below(3) }, (_, i) => person(random, network, oracle, i + 1))
  await stage.run()
  for (let step = 0; step < 80; step++) {
    await act(random, network, people)
    expect(livePerPerson(network)).toBeLessThanOrEqual(people.length)
    await promisesHold(stage, people)
  }

  // The network is good from here on.
  network.isUp = true
  stage.store.holds = false
  stage.store.failing = false
  stage.store.release()
  for (const socket of network.sockets) socket.isStalled = false
  const isSaved = () => people.every(({ room }) => room.status.kind === 'saved' && room.synced)
  await network.until('everyone is saved', isSaved, 1_000)
  for (let i = 0; i < 5; i++) {
    await network.pass()
    stage.clock.advance(60)
  }
  const reader = person(random, network, quietDoc(), 99)
  await network.until('a newcomer has everything', () => reader.room.synced)
  for (const { room } of [...people, reader]) {
    expect(room.status).toEqual({ kind: 'saved', pending: 0, since: null })
    assertNothingPending(room.doc)
    expect(viewOf(room.doc)).toBe(viewOf(oracle))
  }
  await promisesHold(stage, people)
  for (const { asked } of people) expect(asked.every(({ isKept }) => isKept)).toBe(true)
  for (const { harbor } of [...people, reader]) harbor.destroy()
}

function person(random: Random, network: NativeNetwork, oracle: Y.Doc, id: number): Person {
  const { clock } = network.stage
  const harbor = connect('ws://harbor.test', {
    WebSocket: network.WebSocket,
    storage: false,
    tabs: false,
    clock,
    random: () => random.next(),
    ...(random.chance(0.3) ? { token: async () => `token of ${id}` } : {}),
  })
  const doc = quietDoc(id)
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (typeof origin !== 'symbol') Y.applyUpdate(oracle, update)
  })
  return { harbor, room: harbor.room('room', { doc }), asked: [] }
}

async function act(random: Random, network: NativeNetwork, people: readonly Person[]): Promise<void> {
  const { stage } = network
  const { harbor, room, asked } = random.pick(people)
  const socket = network.open.length > 0 ? random.pick(network.open) : null
  const event = random.next()
  if (event < 0.3) edit(random, room.doc)
  else if (event < 0.35) ask(room, asked)
  else if (event < 0.45) socket?.deliverUp(1 + random.below(3))
  else if (event < 0.55) socket?.deliverDown(1 + random.below(3))
  else if (event < 0.63) network.admit()
  else if (event < 0.67) socket?.cut()
  else if (event < 0.7) {
    if (socket !== null) socket.isStalled = random.chance(0.5)
  } else if (event < 0.73) network.isUp = random.chance(0.7)
  else if (event < 0.77) harbor.retry()
  else if (event < 0.82) {
    stage.store.holds = random.chance(0.5)
    if (!stage.store.holds) stage.store.release()
  } else if (event < 0.84) stage.store.failing = random.chance(0.5)
  else if (event < 0.86) network.restart(() => random.chance(0.5))
  else if (event < 0.87) for (const open of network.open) open.drain(500)
  else if (event < 0.89) {
    stage.clock.advance(stage.limits.idleRoomMs)
    stage.rooms.sweep()
  } else if (event < 0.91) for (const open of network.open) open.sweep()
  else if (event < 0.96) await network.pass()
  else stage.clock.advance(random.pick([10, 300, 6_000, 40_000]))
  await stage.run()
}

function ask(room: Room, asked: Person['asked']): void {
  const promise = { vector: Y.decodeStateVector(Y.encodeStateVector(room.doc)), isKept: false }
  const own = new Map([...promise.vector].filter(([client]) => client === room.doc.clientID))
  asked.push(promise)
  room.saved().then(
    () => {
      promise.vector = own
      promise.isKept = true
    },
    // It says so at the end.
    () => undefined,
  )
}

/** Sockets that some client still holds on to. */
function livePerPerson(network: NativeNetwork): number {
  return [...network.sockets].filter(({ state, onmessage }) => state !== 'closed' && onmessage !== null).length
}

/** Whatever `saved()` has said is on disk, is. */
async function promisesHold(stage: Stage, people: readonly Person[]): Promise<void> {
  if (stage.store.failing) return
  const stored = await stage.store.load('room')
  const onDisk = new Map<number, number>()
  for (const update of [...(stored.snapshot?.parts ?? []), ...stored.records.map(record => record.update)]) {
    for (const [client, clock] of Y.parseUpdateMeta(update).to) {
      onDisk.set(client, Math.max(clock, onDisk.get(client) ?? 0))
    }
  }
  for (const { asked } of people) {
    for (const { vector, isKept } of asked) {
      if (!isKept) continue
      for (const [client, clock] of vector) {
        if ((onDisk.get(client) ?? 0) < clock) throw new Error(`${client}:${clock} was said to be saved and is not`)
      }
    }
  }
}
