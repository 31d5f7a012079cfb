import { expect, test } from 'vitest'
import { closings } from '../protocol/close.ts'
import { encodeSaying } from '../protocol/native-client.ts'
import { native } from '../protocol/native-server.ts'
import type { Authenticate } from '../server/auth.ts'
import { Connection } from '../server/connection.ts'
import { silentLogger } from '../server/logger.ts'
import type { Room } from '../server/room.ts'
import { SlowLane } from '../server/slow-lane.ts'
import { Visitors } from '../server/visitors.ts'
import { payloadsOf } from './support/native-network.ts'
import { Stage } from './support/stage.ts'

interface Scene {
  authenticate: Authenticate
  users?: Visitors
  room?: (name: string) => Promise<Room>
}

/** A native client's connection, and all it was sent, as text. */
function connectionOn(stage: Stage, { authenticate, users = new Visitors(10), room }: Scene) {
  const sent: Buffer[] = []
  const connection = new Connection({
    wire: {
      queuedBytes: 0,
      write: chunks => void sent.push(...payloadsOf(Buffer.concat(chunks)).map(payload => Buffer.from(payload))),
      ping: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      close: closing => void sent.push(Buffer.from(`closed: ${closing}`)),
    },
    dialect: native,
    clock: stage.clock,
    limits: stage.limits,
    log: silentLogger,
    slowLane: new SlowLane(stage.clock),
    authenticate,
    users,
    request: { token: null, headers: {} },
    room: room ?? (name => stage.rooms.get(name)),
  })
  const say = (...saying: Parameters<typeof encodeSaying>): void => {
    for (const frame of encodeSaying(...saying)) connection.receive(frame)
  }
  return { connection, say, heard: () => Buffer.concat(sent).toString('utf8') }
}

const opening = { type: 'open', room: 'room', stateVector: new Uint8Array([0]), epoch: null } as const

test('who is put out while their room is being loaded is not let in by what was granted before', async () => {
  const stage = await Stage.set()
  let mayEnter = true
  let loaded: () => void = () => undefined
  const loading = new Promise<void>(resolve => {
    loaded = resolve
  })
  const { connection, say, heard } = connectionOn(stage, {
    authenticate: () => (mayEnter ? { access: 'write', user: { id: 'ada' } } : null),
    room: async name => {
      await loading
      return stage.rooms.get(name)
    },
  })
  say(opening)
  await stage.run()
  mayEnter = false
  connection.revoke(({ user }) => user === 'ada')
  loaded()
  await stage.run()
  expect(connection.revoke(() => true)).toBe(0)
  expect(heard()).toContain(closings.denied.reason)
})

test('a token that comes while the room is being loaded is the one that counts', async () => {
  const stage = await Stage.set()
  let loaded: () => void = () => undefined
  const loading = new Promise<void>(resolve => {
    loaded = resolve
  })
  const { connection, say } = connectionOn(stage, {
    authenticate: ({ token }) => ({ access: 'write', user: { id: token ?? 'nobody' } }),
    room: async name => {
      await loading
      return stage.rooms.get(name)
    },
  })
  say(opening)
  await stage.run()
  say({ type: 'token', token: 'ada' })
  loaded()
  await stage.run()
  expect(connection.revoke(({ user }) => user === 'ada')).toBe(1)
})

test('who opens a room again as somebody with too many sessions is out of it, and trips nobody', async () => {
  const stage = await Stage.set()
  const users = new Visitors(1)
  users.enter('lin')
  const { connection, say, heard } = connectionOn(stage, {
    users,
    authenticate: async ({ token }) => ({ access: 'write', user: { id: token ?? 'ada' } }),
  })
  say(opening)
  await stage.run()
  // In the room as one user, and before anybody looks again, as another.
  say({ type: 'token', token: 'lin' })
  say(opening)
  await stage.run()
  expect(heard()).toContain(closings['too-many-sessions'].reason)
  expect(() => connection.sweep()).not.toThrow()
  expect(connection.revoke(() => true)).toBe(0)
})

test('an application that gives no answer holds nobody up for ever: they are told to come back', async () => {
  const stage = await Stage.set({ authenticateMs: 1_000 })
  let answers = false
  const { connection, say, heard } = connectionOn(stage, {
    authenticate: () => (answers ? { access: 'write', user: { id: 'ada' } } : new Promise(() => undefined)),
  })
  say(opening)
  await stage.run()
  stage.clock.advance(999)
  await stage.run()
  expect(heard()).toBe('')
  stage.clock.advance(1)
  await stage.run()
  expect(heard()).toContain(closings.internal.reason)

  answers = true
  say(opening)
  await stage.run()
  answers = false
  // A fresh token is judged no longer than the first.
  say({ type: 'token', token: 'ada' })
  stage.clock.advance(1_000)
  await stage.run()
  expect(connection.revoke(() => true)).toBe(0)
})

test('whose token becomes another user’s counts for that one, and is out where there are too many of them', async () => {
  const stage = await Stage.set()
  const users = new Visitors(1)
  const authenticate: Authenticate = ({ token }) => ({ access: 'write', user: { id: token ?? 'ada' } })
  const first = connectionOn(stage, { users, authenticate })
  first.say(opening)
  await stage.run()
  first.say({ type: 'token', token: 'lin' })
  await stage.run()
  expect(users.enter('lin')).toBeNull()

  const second = connectionOn(stage, { users, authenticate })
  second.say(opening)
  await stage.run()
  expect(users.enter('ada')).toBeNull()
  second.say({ type: 'token', token: 'lin' })
  await stage.run()
  expect(second.heard()).toContain(closings['too-many-sessions'].reason)
  expect(users.enter('ada')).not.toBeNull()
  first.connection.closed()
  expect(users.enter('lin')).not.toBeNull()
})
