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
