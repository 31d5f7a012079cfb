import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { hocuspocus } from '../../protocol/hocuspocus.ts'
import { letEveryoneIn } from '../../server/auth.ts'
import { Connection } from '../../server/connection.ts'
import { silentLogger } from '../../server/logger.ts'
import { SlowLane } from '../../server/slow-lane.ts'
import { Stage } from '../support/stage.ts'
import { ClientStage } from './stage.ts'

describe('somebody slow, and somebody curious', () => {
  test('who could not be asked because it was slow is asked when it has caught up', async () => {
    const stage = await Stage.set({ sendQueueBytes: 1_000 })
    const ada = await stage.joined()
    const lin = await stage.joined()
    const wire = ada.wire
    if (wire === null) throw new Error('no wire')
    // Ada's network is slow in her direction.
    wire.flows = false
    lin.doc.getText('text').insert(0, 'x'.repeat(5_000))
    for (let i = 0; i < 5; i++) {
      lin.send()
      await stage.run()
      stage.clock.advance(100)
    }
    expect(wire.queuedBytes).toBeGreaterThan(1_000)
    // What another tab wrote, as y-websocket hears it over a BroadcastChannel: applied, and not sent from here.
    const tab = new Y.Doc()
    tab.getMap('map').set('a', 1)
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(tab), ada)
    const update = new Promise<void>(resolve => ada.doc.once('update', () => resolve()))
    ada.doc.getMap('map').set('a', 2)
    await update
    ada.send()
    await stage.run()
    wire.flows = true
    ada.drain()
    await stage.settle()
    ada.hear()
    await stage.settle()
    expect(lin.doc.getMap('map').get('a')).toBe(2)
  })

  test('nobody can keep others from being seen by asking who is there', async () => {
    const set = await ClientStage.set()
    const lin = set.page('lin', { storage: false }).room('room')
    const ada = set.page('ada', { storage: false }).room('room')
    await set.until('both are in', () => lin.synced && ada.synced)
    const { stage } = set
    const wire = { queuedBytes: 0, write() {}, ping() {}, close() {}, pause() {}, resume() {} }
    const mallory = new Connection({
      wire,
      dialect: hocuspocus,
      clock: stage.clock,
      limits: stage.limits,
      log: silentLogger,
      slowLane: new SlowLane(stage.clock),
      authenticate: letEveryoneIn,
      request: { token: null, headers: {} },
      room: (name: string) => stage.rooms.get(name),
      users: await import('../../server/visitors.ts').then(m => new m.Visitors(100)).catch(() => undefined),
    } as never)
    const frame = (...fields: (number | string)[]) => {
      const encoder = encoding.createEncoder()
      encoding.writeVarString(encoder, 'room')
      for (const f of fields)
        typeof f === 'number' ? encoding.writeVarUint(encoder, f) : encoding.writeVarString(encoder, f)
      return encoding.toUint8Array(encoder)
    }
    mallory.receive(frame(2, 0, 'token', '4.0.0'))
    await stage.run()
    const seen = () => lin.awareness.getStates().get(ada.doc.clientID)?.cursor
    ada.awareness.setLocalStateField('cursor', 1)
    await set.until('Lin sees it', () => seen() === 1)
    let said = 0
    ada.awareness.on('update', () => said++)
    ada.awareness.setLocalStateField('cursor', 2)
    // One question each 20 ms, faster than a round trip.
    for (let i = 0; i < 100; i++) {
      mallory.receive(frame(3))
      await set.network.pass()
      stage.clock.advance(20)
    }
    const found = seen()
    set.dispose()
    expect(found).toBe(2)
  })
})
