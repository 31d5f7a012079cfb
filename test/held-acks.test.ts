import { expect, test } from 'vitest'
import { Harbour, type Line } from './hostile/line.ts'
import { tongues, type Word } from './hostile/tongues.ts'
import { text, write } from './support/rough.ts'
import { Stage } from './support/stage.ts'

const { hocuspocus } = tongues
const PLACE = { room: 'room', address: 'room' }
const letter = (clock: number): Uint8Array =>
  write({ sections: [{ client: 9, clock, structs: [text('x')] }], deletes: [] })

/** A Hocuspocus client that is in the room, whose first letter is missing while it says more. */
async function gapped(limits: object = {}): Promise<{ stage: Stage; line: Line; say: (word: Word) => void }> {
  const stage = await Stage.set(limits)
  const line = new Harbour(stage).connect(hocuspocus, '')
  for (const frame of hocuspocus.enter('room', '')) line.connection.receive(frame)
  await stage.run()
  const say = (word: Word): void => {
    for (const frame of hocuspocus.say(word, PLACE)) line.connection.receive(frame)
  }
  say({ type: 'step2', update: new Uint8Array([0, 0]), id: 0 })
  say({ type: 'update', update: letter(1), id: 0 })
  line.arrived.length = 0
  return { stage, line, say }
}

const acks = ({ arrived }: Line): number => arrived.filter(payload => hocuspocus.hear(payload).type === 'ack').length

test('H2: what waited for one letter is told when it comes, and as the socket takes it', async () => {
  const { stage, line, say } = await gapped({ sendQueueBytes: 3_000 })
  for (let i = 0; i < 5_000; i++) say({ type: 'update', update: new Uint8Array([0, 0]), id: 0 })
  await stage.run()
  expect(acks(line)).toBe(0)
  line.isStalled = true
  say({
    type: 'step2',
    update: write({ sections: [{ client: 9, clock: 0, structs: [text('y'), text('x')] }], deletes: [] }),
    id: 0,
  })
  await stage.run()
  expect(acks(line)).toBe(1_000)
  for (let i = 0; i < 10; i++) {
    line.queuedBytes = 0
    line.connection.drained()
  }
  expect(acks(line)).toBe(5_001)
  expect(line.closing).toBeNull()
})

test('H2: whoever lets too much wait comes back, and is asked for everything', async () => {
  const { line, say } = await gapped({ heldUpdates: 10 })
  for (let i = 0; i < 9; i++) say({ type: 'update', update: new Uint8Array([0, 0]), id: 0 })
  expect(line.closing).toBeNull()
  say({ type: 'update', update: new Uint8Array([0, 0]), id: 0 })
  expect(line.closing).toBe('too-fast')
})
