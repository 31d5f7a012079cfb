import { describe, expect, test } from 'vitest'
import { Harbour } from './hostile/line.ts'
import { type TongueName, tongueNames, tongues, type Word } from './hostile/tongues.ts'
import { Stage } from './support/stage.ts'

/** Somebody in the room who goes on talking, while so many bytes wait for them. */
async function talker(name: TongueName) {
  const stage = await Stage.set()
  const tongue = tongues[name]
  const line = new Harbour(stage).connect(tongue, '')
  if (tongue.dialect.rooms === 'one') await line.connection.enter('room')
  for (const frame of tongue.enter('room', '')) line.connection.receive(frame)
  await stage.run()
  line.isStalled = true
  const word: Word = { type: 'step2', update: new Uint8Array([0, 0]), id: 1 }
  /** So many sweeps, before each of which the client says something and takes so many bytes. */
  const sweep = (times: number, takes: number): void => {
    for (let i = 0; i < times; i++) {
      for (const frame of tongue.say(word, { room: 'room', address: name === 'native' ? 1 : 'room' }))
        line.connection.receive(frame)
      line.connection.ponged()
      line.queuedBytes = Math.max(0, line.queuedBytes - takes)
      stage.clock.advance(stage.limits.sweepMs)
      line.connection.sweep()
    }
  }
  const aMinute = stage.limits.pongMs / stage.limits.sweepMs
  return { stage, line, sweep, aMinute }
}

describe.each(tongueNames)('whoever talks without end: %s', name => {
  test('and takes nothing of what waits for them is closed, and may come back', async () => {
    const { line, sweep, aMinute } = await talker(name)
    line.queuedBytes = 1_000
    sweep(aMinute - 1, 0)
    expect(line.closing).toBeNull()
    sweep(5, 0)
    expect(line.closing).toBe('not-answering')
  })

  test('and takes a little at a time is not', async () => {
    const { line, sweep, aMinute } = await talker(name)
    line.queuedBytes = 1_000_000
    for (let minute = 0; minute < 5; minute++) {
      sweep(aMinute - 2, 0)
      sweep(1, 1_000)
    }
    expect(line.closing).toBeNull()
  })

  test('and for whom nothing waits is not', async () => {
    const { line, sweep, aMinute } = await talker(name)
    line.isStalled = false
    sweep(5 * aMinute, 0)
    expect(line.closing).toBeNull()
  })
})
