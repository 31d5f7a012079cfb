import { expect, test } from 'vitest'
import { Harbor } from '../server/harbor.ts'
import { silentLogger } from '../server/logger.ts'
import { MemoryStore } from '../server/store/memory.ts'
import { InlineCompactor } from './support/inline-compactor.ts'
import { quietDoc } from './support/oracle.ts'
import { SlowStore } from './support/stage.ts'
import { StockClient } from './support/stock-client.ts'
import { TestClock } from './support/test-clock.ts'

test('H1: after a write error the server is not ready until the store opens again, and then takes everything again', async () => {
  const clock = new TestClock()
  const store = new SlowStore(new MemoryStore({ clock }))
  const harbor = new Harbor({ store, clock, compactor: new InlineCompactor(), log: silentLogger })
  expect(harbor.isReady).toBe(false)
  await harbor.open()
  expect(harbor.isReady).toBe(true)
  const run = async () => {
    for (let i = 0; i < 4; i++) {
      clock.flushTurns()
      await new Promise(setImmediate)
    }
  }

  const ada = new StockClient({ doc: quietDoc(), rooms: () => harbor.rooms, room: 'room', clock })
  await ada.connect()
  ada.send()
  store.failing = true
  ada.doc.getText('text').insert(0, 'kept by its author')
  ada.send()
  await run()
  expect(ada.wire?.closing).toBe('storage')
  expect(harbor.isReady).toBe(false)

  // The disk stays full for a while: every attempt fails, at growing distances.
  for (const seconds of [1, 2, 4, 8, 15, 15]) {
    const attempts = store.reopenings
    clock.advance(seconds * 1_000 - 1)
    await run()
    expect(store.reopenings).toBe(attempts)
    clock.advance(1)
    await run()
    expect(store.reopenings).toBe(attempts + 1)
    expect(harbor.isReady).toBe(false)
  }

  store.failing = false
  clock.advance(15_000)
  await run()
  expect(harbor.isReady).toBe(true)
  ada.disconnect()
  await ada.connect()
  for (let i = 0; i < 4; i++) {
    ada.send()
    await run()
    ada.hear()
  }
  const stored = await store.load('room')
  expect(stored.head).toBe(1)

  const closed = harbor.close()
  await run()
  await closed
  expect(harbor.isReady).toBe(false)
})
