import { afterEach, expect, test } from 'vitest'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

test('a refusal in a room that nobody has written to does not make it another room', async () => {
  set = await ClientStage.set({ updateBytes: 1_000 })
  const page = set.page('ada')
  const ada = page.room('room')
  await set.until('Ada is in', () => ada.synced)
  write(ada, 'x'.repeat(3_000))
  await set.until('it is refused', () => ada.refused.length === 1 && ada.synced)
  await set.rest()
  page.destroy()
  await set.rest()
  // Half a minute later the room has left memory; nobody has replaced anything.
  const { stage } = set
  stage.clock.advance(stage.limits.idleRoomMs + 1_000)
  stage.rooms.sweep()
  const again = set.page('ada').room('room')
  let replaced = 0
  again.on('replaced', () => replaced++)
  await set.rest(40)
  expect([again.status.kind, replaced]).toEqual(['refused', 0])
})

test('after a discard in favour of an empty room, nobody is asked again although nothing happened', async () => {
  set = await ClientStage.set()
  const page = set.page('ada')
  write(page.room('room'), 'old')
  await set.until(
    'it is saved',
    () => page.room('room').status.kind === 'saved' && page.room('room').status.pending === 0,
  )
  await set.rest()
  // The room is deleted.
  const { stage } = set
  const { SlowStore } = await import('../support/stage.ts')
  const { MemoryStore } = await import('../../server/store/memory.ts')
  Object.defineProperty(stage, 'store', { value: new SlowStore(new MemoryStore({ clock: stage.clock })) })
  await stage.store.open()
  set.network.restart()
  const ada = page.room('room')
  await set.until('she is asked', () => ada.status.kind === 'stopped')
  ada.reconcile('discard')
  await set.until('it is done', () => ada.status.kind === 'saved')
  // A restart of the server, before anybody has written.
  set.network.restart()
  await set.rest(60)
  expect(read(ada)).toBe('')
  expect(ada.status.kind).toBe('saved')
})
