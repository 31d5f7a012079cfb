import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { hocuspocus } from '../protocol/hocuspocus.ts'
import type { Dialect } from '../protocol/message.ts'
import { encodeSaying } from '../protocol/native-client.ts'
import { native } from '../protocol/native-server.ts'
import { type Authenticate, type Grant, letEveryoneIn } from '../server/auth.ts'
import { Connection, type Wire } from '../server/connection.ts'
import { silentLogger } from '../server/logger.ts'
import { SlowLane } from '../server/slow-lane.ts'
import { Visitors } from '../server/visitors.ts'
import { Stage } from './support/stage.ts'

class TestWire implements Wire {
  queuedBytes = 0
  frames: Buffer[] = []
  closed: string | null = null
  write(frame: readonly Uint8Array[]): void {
    this.frames.push(Buffer.concat(frame))
  }
  ping(): void {}
  close(closing: string): void {
    this.closed = closing
  }
  pause(): void {}
  resume(): void {}
}

function connectionOn(stage: Stage, dialect: Dialect, authenticate: Authenticate = letEveryoneIn) {
  const wire = new TestWire()
  const connection = new Connection({
    wire,
    dialect,
    clock: stage.clock,
    limits: stage.limits,
    log: silentLogger,
    slowLane: new SlowLane(stage.clock),
    authenticate,
    users: new Visitors(100),
    request: { token: null, headers: {} },
    room: name => stage.rooms.get(name),
  })
  return { wire, connection }
}

function frame(address: string, ...fields: (number | string | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarString(encoder, address)
  for (const field of fields) {
    if (typeof field === 'number') encoding.writeVarUint(encoder, field)
    else if (typeof field === 'string') encoding.writeVarString(encoder, field)
    else encoding.writeVarUint8Array(encoder, field)
  }
  return encoding.toUint8Array(encoder)
}

describe('what a client may make the server keep', () => {
  test('fragments of nothing are not kept without end', async () => {
    const stage = await Stage.set()
    const { wire, connection } = connectionOn(stage, native)
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 1_000_000 && wire.closed === null; i++) connection.receive(new Uint8Array([0, 1]))
    const grown = (process.memoryUsage().heapUsed - before) / 1e6
    expect(wire.closed ?? (grown < 20 ? 'small' : `kept ${Math.round(grown)} MB of 2 MB`)).not.toMatch(/kept/)
  })

  test('many early words do not become as many frames in one turn', async () => {
    const stage = await Stage.set()
    const { wire, connection } = connectionOn(stage, hocuspocus)
    const nothing = Y.encodeStateAsUpdate(new Y.Doc())
    const update = frame('doc', 0, 2, nothing)
    const n = 1_000_000
    for (let i = 0; i < n && wire.closed === null; i++) connection.receive(update)
    connection.receive(frame('doc', 2, 0, 'token', '4.0.0'))
    await stage.run()
    const t = performance.now()
    connection.receive(frame('doc', 0, 1, nothing))
    const ms = performance.now() - t
    expect(wire.closed !== null || ms < 100, `${Math.round(ms)} ms in one turn`).toBe(true)
  })

  test('fresh tokens do not pile up calls of authenticate', async () => {
    const stage = await Stage.set()
    let hangs = false
    let under = 0
    const { connection } = connectionOn(stage, native, () => {
      if (!hangs) return { access: 'write' }
      under++
      return new Promise<Grant>(() => undefined)
    })
    for (let i = 0; i < 100; i++) {
      for (const f of encodeSaying({ type: 'open', room: `r${i}`, stateVector: new Uint8Array([0]), epoch: null }))
        connection.receive(f)
    }
    await stage.run()
    hangs = true
    for (let i = 0; i < 100; i++) for (const f of encodeSaying({ type: 'token', token: `${i}` })) connection.receive(f)
    await stage.run()
    expect(under).toBeLessThanOrEqual(100)
  })

  test('the same for a room that is opened again and again', async () => {
    const stage = await Stage.set()
    let under = 0
    const { connection } = connectionOn(stage, native, () => {
      under++
      return new Promise<Grant>(() => undefined)
    })
    for (let i = 0; i < 1000; i++) {
      for (const f of encodeSaying({ type: 'open', room: `r`, stateVector: new Uint8Array([0]), epoch: null }))
        connection.receive(f)
    }
    await stage.run()
    expect(under).toBeLessThanOrEqual(200)
  })

  test('of two tokens the one that was shown last counts, whichever is judged first', async () => {
    const stage = await Stage.set()
    const judged = new Map<string, (grant: Grant | null) => void>()
    const { wire, connection } = connectionOn(stage, hocuspocus, ({ token }) =>
      token === 'first' ? { access: 'write' } : new Promise(resolve => judged.set(token ?? '', resolve)),
    )
    connection.receive(frame('doc', 2, 0, 'first', '4.0.0'))
    await stage.run()
    connection.receive(frame('doc', 2, 0, 'stale', '4.0.0'))
    connection.receive(frame('doc', 2, 0, 'fresh', '4.0.0'))
    await stage.run()
    judged.get('fresh')?.({ access: 'read' })
    judged.get('stale')?.({ access: 'write' })
    await stage.run()
    judged.get('fresh')?.({ access: 'read' })
    await stage.run()
    wire.frames = []
    const doc = new Y.Doc()
    doc.getText('text').insert(0, 'x')
    connection.receive(frame('doc', 0, 2, Y.encodeStateAsUpdate(doc)))
    await stage.run()
    stage.clock.advance(100)
    await stage.run()
    const last = wire.frames.map(f => [...f.subarray(-2)])
    // SyncStatus(0), not SyncStatus(1)
    expect(last).toContainEqual([8, 0])
  })
})
