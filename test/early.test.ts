import { expect, test } from 'vitest'
import type { ClientMessage } from '../protocol/message.ts'
import { Early } from '../server/early.ts'
import { limits } from '../server/limits.ts'

const QUERY: ClientMessage = { type: 'presence-query' }
const tooFast = expect.objectContaining({ closing: 'too-fast' })

function presence(entries: number, state = '1'): ClientMessage {
  return { type: 'presence', entries: Array.from({ length: entries }, (_, client) => ({ client, clock: 1, state })) }
}

test('H4: what was said early is looked at once, however much is said after it', () => {
  const early = new Early(limits)
  let looks = 0
  for (let room = 0; room < 200; room++) {
    const said = presence(10)
    const watched = new Proxy(said, {
      get: (message, field) => {
        if (field === 'entries') looks++
        return Reflect.get(message, field)
      },
    })
    early.hear(`room ${room}`, watched)
  }
  const before = looks
  for (let i = 0; i < 1_000; i++) early.hear('room 7', QUERY)
  expect([before, looks]).toEqual([200, 200])
})

test('H4: early entries of presence count with what they take, not only with their letters', () => {
  const early = new Early({ ...limits, openBytes: 1_000_000 })
  early.hear('one', presence(4_000))
  early.hear('two', presence(4_000))
  expect(() => early.hear('three', presence(4_000))).toThrow(tooFast)
})

test('H4: what is said anew, or taken, no longer counts', () => {
  const early = new Early({ ...limits, openBytes: 5_000 })
  const long = presence(1, 'x'.repeat(1_000))
  const step1: ClientMessage = { type: 'step1', stateVector: new Uint8Array(1_000) }
  for (let i = 0; i < 100; i++) for (const message of [long, step1]) early.hear('one', message)
  for (let i = 0; i < 100; i++) {
    early.hear(`room ${i}`, step1)
    expect(early.take(`room ${i}`)?.messages).toEqual([step1])
  }
  expect(early.take('one')?.messages).toEqual([step1, long])
  expect(early.take('one')).toBeNull()
  early.hear('one', presence(1, 'x'.repeat(2_000)))
  expect(() => early.hear('two', step1)).toThrow(tooFast)
})

test.each<[string, ClientMessage]>([
  ['updates', { type: 'update', id: null, update: new Uint8Array(2) }],
  ['queries', QUERY],
  ['signals', { type: 'signal', name: 'n', data: '1' }],
  ['first steps', { type: 'step1', stateVector: new Uint8Array(1) }],
])('H4: %s are counted, and nobody says more of them than the limit before they are let in', (_, message) => {
  const early = new Early({ ...limits, heldUpdates: 10 })
  for (let i = 0; i < 10; i++) early.hear('room', message)
  expect(() => early.hear('room', message)).toThrow(tooFast)
})
