import { describe, expect, test } from 'vitest'
import type { Authenticate } from '../server/auth.ts'
import { Harbour, type Line } from './hostile/line.ts'
import { type TongueName, tongues } from './hostile/tongues.ts'
import { Stage } from './support/stage.ts'

const DAY_MS = 24 * 60 * 60_000
const names = ['native', 'hocuspocus'] as const

/** Somebody who comes with a grant that is good for so long, as the token says in milliseconds. */
async function comer(
  name: TongueName,
  forMs: number,
): Promise<{ stage: Stage; line: Line; enter: (forMs: number) => Promise<void> }> {
  const stage = await Stage.set()
  const authenticate: Authenticate = ({ token }) => ({
    access: 'write',
    user: { id: 'ada' },
    expiresAt: stage.clock.now() + Number(token),
  })
  const line = new Harbour(stage, authenticate).connect(tongues[name], '')
  const enter = async (ms: number): Promise<void> => {
    for (const frame of tongues[name].enter('room', String(ms))) line.connection.receive(frame)
    await stage.run()
  }
  await enter(forMs)
  return { stage, line, enter }
}

const peers = (stage: Stage, room = 'room'): number => stage.rooms.find(room)?.peers ?? 0

describe('K9: a grant', () => {
  test.each(names)('that is over already lets nobody in: %s', async name => {
    for (const forMs of [0, -1, -DAY_MS]) {
      const { stage, line } = await comer(name, forMs)
      expect([peers(stage), line.arrived.length]).toEqual([0, 1])
      expect(tongues[name].hear(line.arrived[0]).type).not.toBe('opened')
    }
  })

  test.each(names)('ends its session at its time, and not at the next sweep: %s', async name => {
    const { stage, line } = await comer(name, 1_234)
    stage.clock.advance(1_233)
    expect([peers(stage), line.closing]).toEqual([1, null])
    line.arrived.length = 0
    stage.clock.advance(1)
    expect(peers(stage)).toBe(0)
    // A provider of Hocuspocus comes back only when the socket closes.
    expect(line.closing ?? tongues[name].hear(line.arrived[0]).type).toBe(name === 'hocuspocus' ? 'expired' : 'out')
  })

  test.each(names)('that was renewed ends at the time of the fresh one: %s', async name => {
    const { stage, enter } = await comer(name, 1_000)
    await enter(3_000)
    stage.clock.advance(2_999)
    expect(peers(stage)).toBe(1)
    stage.clock.advance(1)
    expect(peers(stage)).toBe(0)
  })

  test.each(names)('of a hundred days ends after a hundred days: %s', async name => {
    const { stage } = await comer(name, 100 * DAY_MS)
    stage.clock.advance(100 * DAY_MS - 1)
    expect(peers(stage)).toBe(1)
    stage.clock.advance(1)
    expect(peers(stage)).toBe(0)
  })

  test.each(names)('may end several sessions of a connection at once: %s', async name => {
    const { stage, line } = await comer(name, 1_000)
    for (const frame of tongues[name].enter('other', '1000')) line.connection.receive(frame)
    await stage.run()
    expect([peers(stage), peers(stage, 'other')]).toEqual([1, 1])
    stage.clock.advance(1_000)
    expect([peers(stage), peers(stage, 'other')]).toEqual([0, 0])
  })

  test('that ran out while its room was read is not denied, but has to be renewed', async () => {
    const stage = await Stage.set()
    const authenticate: Authenticate = () => ({ access: 'write', expiresAt: stage.clock.now() + 10 })
    const get = stage.rooms.get.bind(stage.rooms)
    stage.rooms.get = name => {
      stage.clock.advance(20)
      return get(name)
    }
    const line = new Harbour(stage, authenticate).connect(tongues.hocuspocus, '')
    for (const frame of tongues.hocuspocus.enter('room', '')) line.connection.receive(frame)
    await stage.run()
    expect([peers(stage), line.closing]).toEqual([0, 'expired'])
  })
})
