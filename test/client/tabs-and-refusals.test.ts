import { afterEach, describe, expect, test } from 'vitest'
import type { Access } from '../../protocol/message.ts'
import { MemoryStore } from '../../server/store/memory.ts'
import { SlowStore } from '../support/stage.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

const large = 'x'.repeat(3_000)

async function replaceRoom(content: string) {
  const { stage } = set
  set.network.isUp = false
  Object.defineProperty(stage, 'store', { value: new SlowStore(new MemoryStore({ clock: stage.clock })) })
  await stage.store.open()
  set.network.restart()
  set.network.isUp = true
  const seed = await set.reader()
  write(seed, content)
  await set.until('the new one is there', () => seed.status.kind === 'saved' && seed.status.pending === 0)
}

const later = (ms: number) => {
  const end = set.stage.clock.now() + ms
  return () => set.stage.clock.now() > end
}

describe('tabs', () => {
  test('a tab that follows another does not take from the storage what that one wrote since', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const pageOne = set.page('ada', { tabs: true })
    const one = pageOne.room('room')
    const two = set.page('ada', { tabs: true }).room('room')
    await set.until('both are in', () => one.synced && two.synced)
    const [socketOne] = set.network.open
    write(one, large)
    await set.until('it is refused', () => one.refused.length === 1)
    // The network of one fails without a word, before it has said what follows.
    socketOne.isStalled = true
    write(one, 'precious')
    await set.until(
      'two has followed',
      () => two.synced && read(two) !== large && later(2_000) !== null && two.doc.getText('text').length < 100,
    )
    await set.rest(40)
    expect(one.status.pending).toBe(1)
    // The tab is closed.
    pageOne.destroy()
    await set.rest(60)
    const again = set.page('ada').room('room')
    await set.until('it is in', () => again.synced && again.status.pending === 0)
    await set.network.until('orphans would be sent', later(15_000))
    const there = read(await set.reader())
    expect([there, read(again)]).toEqual(['precious', 'precious'])
  })

  test('content that was discarded does not come back from a tab that still has it', async () => {
    set = await ClientStage.set()
    const one = set.page('ada', { tabs: true }).room('room')
    const two = set.page('ada', { tabs: true }).room('room')
    await set.until('both are in', () => one.synced && two.synced)
    write(one, 'old. ')
    await set.until('it is saved', () => one.status.pending === 0 && read(two) === 'old. ' && two.status.pending === 0)
    for (const socket of set.network.open) socket.cut()
    set.network.isUp = false
    // The other tab has something unsaved.
    write(two, 'unsaved. ')
    await set.rest()
    await replaceRoom('new. ')
    await set.until('both are asked', () => one.status.kind === 'stopped' && two.status.kind === 'stopped')
    one.reconcile('discard')
    await set.until('it is done', () => one.status.kind === 'saved')
    expect(read(one)).toBe('new. ')
    // A third tab is opened; nobody has decided anything about the second.
    const three = set.page('ada', { tabs: true }).room('room')
    await set.until('it is in', () => three.synced)
    await set.rest()
    expect.soft(read(three)).toBe('new. ')
    expect.soft(read(await set.reader())).toBe('new. ')
  })

  test('after a discard, a browser whose other tab was closed can save again', async () => {
    set = await ClientStage.set()
    const one = set.page('ada', { tabs: true }).room('room')
    const pageTwo = set.page('ada', { tabs: true })
    const two = pageTwo.room('room')
    await set.until('both are in', () => one.synced && two.synced)
    write(two, 'old. ')
    await set.until('it is saved', () => two.status.pending === 0 && read(one) === 'old. ' && one.status.pending === 0)
    for (const socket of set.network.open) socket.cut()
    set.network.isUp = false
    write(two, 'unsaved. ')
    await set.rest()
    await replaceRoom('new. ')
    await set.until('both are asked', () => one.status.kind === 'stopped' && two.status.kind === 'stopped')
    one.reconcile('discard')
    await set.rest()
    // The other tab is closed instead of being asked; the browser is closed, too.
    pageTwo.destroy()
    await set.rest()
    one.destroy()
    await set.rest()
    const again = set.page('ada', { tabs: true }).room('room')
    await set.until('it is in', () => again.synced)
    write(again, 'and on.')
    await set.network.until('a minute is over', later(60_000), 2_000)
    expect.soft(read(await set.reader()), 'the new edit is on the server').toContain('and on.')
    // What was undecided in the other tab builds on what was discarded: it is set aside, and holds nothing up.
    expect(again.status).toMatchObject({ kind: 'refused', pending: 0 })
  })
})

describe('refused edits', () => {
  test('refused edits that are tried again after the room was discarded do not vanish', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const page = set.page('ada')
    const ada = page.room('room')
    await set.until('Ada is in', () => ada.synced)
    write(ada, 'old. ')
    await set.until('it is saved', () => ada.status.pending === 0 && ada.status.kind === 'saved')
    write(ada, large)
    await set.until('it is refused', () => ada.refused.length === 1)
    await replaceRoom('new. ')
    await set.until('she is asked', () => ada.status.kind === 'stopped')
    ada.reconcile('discard')
    await set.until('it is done', () => ada.synced)
    expect(ada.refused.length).toBe(1)
    ada.refused[0].retry()
    await set.rest()
    const isVisible = read(ada).includes(large)
    const isKept = ada.refused.length === 1
    expect.soft(isVisible || isKept, 'in the document or still set aside').toBe(true)
    write(ada, 'and on.')
    await set.network.until('a minute is over', later(60_000), 2_000)
    expect.soft(ada.status.pending, 'saved again').toBe(0)
  })

  test('nobody is seen twice after a refusal', async () => {
    set = await ClientStage.set()
    let access: Access = 'write'
    set.network.authenticate = ({ token }) => ({ access: token === 'ada' ? access : 'write' })
    const lin = set.page('lin', { storage: false }).room('room')
    const ada = set.page('ada', { token: () => 'ada' }).room('room')
    await set.until('both are in', () => lin.synced && ada.synced)
    ada.awareness.setLocalState({ name: 'Ada' })
    const adas = () => [...lin.awareness.getStates().values()].filter(({ name }) => name === 'Ada').length
    await set.until('Lin sees Ada', () => adas() === 1)
    access = 'read'
    for (const socket of set.network.open) socket.cut()
    await set.until('both are back', () => lin.synced && ada.synced && adas() === 1)
    write(ada, 'refused')
    await set.until('it is refused', () => ada.refused.length === 1 && ada.synced)
    await set.rest()
    expect(adas()).toBe(1)
  })

  test('what was refused is not said to be saved', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    const id = { client: ada.doc.clientID, clock: 0 }
    write(ada, large)
    expect(ada.fateOf(id)).toBe('waiting')
    await set.until('it is refused', () => ada.refused.length === 1)
    expect(ada.fateOf(id)).not.toBe('saved')
  })
})
