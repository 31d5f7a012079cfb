import { afterEach, expect, test } from 'vitest'
import type { Access } from '../../protocol/message.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

test('an edit that builds on what was refused in another tab does not keep the browser from saving for ever', async () => {
  set = await ClientStage.set()
  let access: Access = 'write'
  set.network.authenticate = () => ({ access })
  const pageOne = set.page('ada', { tabs: true })
  const one = pageOne.room('room')
  const pageTwo = set.page('ada', { tabs: true })
  const two = pageTwo.room('room')
  await set.until('both are in', () => one.synced && two.synced)
  write(one, 'fine. ')
  await set.until('both have it', () => read(two) === 'fine. ' && two.status.pending === 0 && one.status.pending === 0)
  const [, socketTwo] = set.network.open
  // The network of two fails without a word. Writing is forbidden for a while.
  socketTwo.isStalled = true
  access = 'read'
  set.network.open[0].cut()
  await set.until('one is back', () => one.synced)
  write(one, 'refused. ')
  await new Promise(setImmediate)
  await set.stage.run()
  expect(read(two)).toBe('fine. refused. ')
  write(two, 'on top. ')
  await set.until('it is refused', () => one.refused.length === 1 && one.synced)
  await set.rest(5)
  // Both tabs are closed; later writing is allowed again.
  pageTwo.destroy()
  pageOne.destroy()
  await set.rest()
  access = 'write'
  const again = set.page('ada', { tabs: true }).room('room')
  await set.until('it is in', () => again.synced)
  write(again, 'and on. ')
  const end = set.stage.clock.now() + 120_000
  await set.network.until('two minutes are over', () => set.stage.clock.now() > end, 3_000)
  const reader = await set.reader()
  expect.soft(read(reader), 'what is written now is on the disk').toContain('and on. ')
  expect.soft(again.doc.store.pendingStructs, 'something can never be integrated').toBe(null)
  expect(again.status.pending, 'and everything is counted off').toBe(0)
})
