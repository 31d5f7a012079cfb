import { expect, test } from 'vitest'
import { Acks } from '../server/acks.ts'

test('N2: an update is acknowledged when everything accepted up to it is on disk, and one number covers all before', () => {
  const acks = new Acks()
  acks.owe(1, 10)
  acks.owe(2, 10)
  acks.owe(3, 12)
  expect(acks.settle(9)).toBe(null)
  expect(acks.settle(11)).toEqual({ upTo: 2, count: 2 })
  expect(acks.isOwing).toBe(true)
  expect(acks.settle(12)).toEqual({ upTo: 3, count: 1 })
  expect([acks.settle(99), acks.isOwing]).toEqual([null, false])
})

test('H2: where clients count, what is settled is told in parts, and every utterance once', () => {
  const acks = new Acks()
  acks.hold(1)
  for (let id = 2; id <= 24; id++) acks.owe(id, 7)
  acks.oweAll(25, 8)
  acks.owe(26, 9)
  const told: (number | undefined)[] = []
  for (let i = 0; i < 4; i++) told.push(acks.settle(9, 10)?.count)
  expect([told, acks.isOwing]).toEqual([[10, 10, 6, undefined], false])
})

test('H2: so many utterances wait and no more', () => {
  const acks = new Acks(3)
  acks.hold(1)
  acks.owe(2, 5)
  acks.owe(3, 5)
  expect(() => acks.owe(4, 5)).toThrow(expect.objectContaining({ closing: 'too-fast' }))
  const others = new Acks(3)
  // What waits for the disk only is not held.
  for (let id = 1; id < 10; id++) others.owe(id, id)
  expect(others.settle(9)).toEqual({ upTo: 9, count: 9 })
})

test('N7: what came behind a held part is not acknowledged until the client has said everything it has', () => {
  const acks = new Acks()
  acks.owe(1, 5)
  acks.hold(2)
  acks.owe(3, 6)
  expect(acks.settle(6)).toEqual({ upTo: 1, count: 1 })
  acks.hold(4)
  acks.owe(5, 7)
  expect(acks.settle(7)).toBe(null)
  acks.oweAll(6, 8)
  expect(acks.settle(7)).toBe(null)
  expect(acks.settle(8)).toEqual({ upTo: 6, count: 5 })
})
