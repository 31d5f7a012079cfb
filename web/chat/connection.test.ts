import { describe, expect, test } from 'vitest'
import type { RoomStatus } from '../../client/index.ts'
import { afterStatus, type ConnectionFacts, connectionAt, slowAt, slowMs } from './connection.ts'

const idle = { pending: 0, since: null }
const connecting: RoomStatus = { kind: 'connecting', ...idle }
const saved: RoomStatus = { kind: 'saved', ...idle }
const saving = (since: number): RoomStatus => ({ kind: 'saving', pending: 1, since })
const lost: RoomStatus = { kind: 'offline', ...idle }
const stopped: RoomStatus = { kind: 'stopped', code: 4401, reason: 'no', ...idle }
const facts: ConnectionFacts = { status: connecting, networkUp: true, isReplaced: false, onlineAt: null }

test.each<[string, Partial<ConnectionFacts>]>([
  ['connecting', {}],
  ['connecting', { status: lost }],
  ['connecting', { status: { kind: 'syncing', ...idle } }],
  ['online', { status: saved }],
  ['online', { status: saving(0), networkUp: false }],
  ['online', { status: { kind: 'refused', refused: 1, ...idle } }],
  ['reconnecting', { status: lost, onlineAt: 1 }],
  ['reconnecting', { status: connecting, onlineAt: 1 }],
  ['offline', { status: lost, networkUp: false }],
  ['offline', { status: lost, networkUp: false, onlineAt: 1 }],
  ['closed', { status: stopped, networkUp: false }],
  ['replaced', { status: stopped, isReplaced: true }],
])('%s: %j', (kind, news) => {
  expect(connectionAt(0, { ...facts, ...news }).kind).toBe(kind)
})

describe('it is slow', () => {
  test('once the oldest of what is not saved has waited for it, and not before', () => {
    const known = afterStatus(afterStatus(facts, saved, 1_000), saving(5_000), 5_000)
    expect(slowAt(known)).toBe(5_000 + slowMs)
    expect(connectionAt(5_000 + slowMs - 1, known)).toEqual({ kind: 'online', isSlow: false })
    expect(connectionAt(5_000 + slowMs, known)).toEqual({ kind: 'online', isSlow: true })
  })

  test('never while everything is saved, nor while there is no connection', () => {
    expect(slowAt(afterStatus(facts, saved, 0))).toBeNull()
    expect(slowAt(afterStatus(facts, { ...lost, pending: 1, since: 0 }, 0))).toBeNull()
  })

  test('not for the time that something waited without a connection', () => {
    const known = afterStatus(afterStatus(facts, saved, 1_000), { ...lost, pending: 1, since: 2_000 }, 2_000)
    expect(slowAt(afterStatus(known, saving(2_000), 60_000))).toBe(60_000 + slowMs)
  })

  test('still when somebody goes on writing', () => {
    const known = afterStatus(afterStatus(facts, saved, 0), saving(1_000), 1_000)
    expect(slowAt(afterStatus(known, { kind: 'saving', pending: 2, since: 1_000 }, 3_000))).toBe(1_000 + slowMs)
  })
})

test('a replaced room is settled when it is online again, not while it is being tried', () => {
  const known = { ...facts, status: stopped, isReplaced: true }
  expect(afterStatus(known, connecting, 0).isReplaced).toBe(true)
  expect(afterStatus(known, saved, 0).isReplaced).toBe(false)
})
