import { afterEach, describe, expect, test } from 'vitest'
import type { RefusedEdits, RoomError } from '../../client/index.ts'
import type { Access } from '../../protocol/message.ts'
import { MemoryStore } from '../../server/store/memory.ts'
import { SlowStore } from '../support/stage.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

const large = 'x'.repeat(3_000)

describe('N8, C3: a refusal is survived', () => {
  test('what was refused is set aside whole, the document becomes the server’s, and work goes on', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const told: RefusedEdits[] = []
    const ada = set.page('ada', { onRejected: edits => told.push(edits) }).room('room')
    ada.awareness.setLocalStateField('name', 'Ada')
    write(ada, 'kept. ')
    await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
    const before = ada.doc
    write(ada, large)
    const saved = ada.saved().catch((error: RoomError) => error)
    await set.network.pass()
    write(ada, 'and what builds on it. ')
    await set.until('it is told', () => told.length > 0)

    expect(ada.doc).not.toBe(before)
    expect(read(ada)).toBe('kept. ')
    expect(told[0]).toMatchObject({ code: 4413, message: 'A single change is larger than this server accepts.' })
    expect(read(told[0].copy())).toBe(`kept. ${large}and what builds on it. `)
    expect(ada.refused).toEqual(told)
    expect(ada.status).toEqual({ kind: 'refused', refused: 1, pending: 0, since: null })
    expect(await saved).toMatchObject({ name: 'RoomError', code: 4413 })
    expect(ada.awareness.getLocalState()).toEqual({ name: 'Ada' })

    write(ada, 'on we go.')
    await set.until('it is saved', () => ada.status.pending === 0)
    expect(read(await set.reader())).toBe('kept. on we go.')
    told[0].discard()
    expect(ada.refused).toEqual([])
    expect(ada.status.kind).toBe('saved')
  })

  test('tried again in vain it is set aside again, and there once', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    write(ada, large)
    await set.until('it is refused', () => ada.refused.length === 1)
    const [first] = ada.refused
    first.retry()
    expect(ada.refused).toEqual([])
    expect(read(ada)).toBe(large)
    await set.until('it is refused again', () => ada.refused.length === 1)
    expect(ada.refused[0]).not.toBe(first)
    expect(read(ada)).toBe('')
    expect(read(ada.refused[0].copy())).toBe(large)
  })

  test('it survives a reload, and what was not refused is not set aside with it', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const page = set.page('ada')
    write(page.room('room'), 'kept. ')
    await set.until('it is saved', () => page.room('room').status.kind === 'saved')
    write(page.room('room'), large)
    await set.until('it is refused', () => page.room('room').refused.length === 1)
    page.destroy()
    set.network.isUp = false
    const again = set.page('ada').room('room')
    await set.until('it is read', () => again.persistence === 'kept')
    await again.loaded
    expect(read(again)).toBe('kept. ')
    expect(again.refused.length).toBe(1)
    expect(again.refused[0]).toMatchObject({ code: 4413 })
    expect(read(again.refused[0].copy())).toBe(`kept. ${large}`)
    again.refused[0].discard()
    await set.rest()
    again.destroy()
    const last = set.page('ada').room('room')
    await set.until('it is read', () => last.persistence === 'kept')
    await last.loaded
    expect(last.refused).toEqual([])
  })

  test('a connection that breaks in the middle changes nothing: it ends as if it had not', async () => {
    for (let passes = 0; passes < 8; passes++) {
      set = await ClientStage.set()
      let access: Access = 'write'
      set.network.authenticate = () => ({ access })
      const ada = set.page('ada').room('room')
      write(ada, 'kept. ')
      await set.until('it is saved', () => ada.status.kind === 'saved')
      access = 'read'
      for (const socket of set.network.open) socket.cut()
      await set.until('Ada is back', () => ada.synced)
      write(ada, 'refused. ')
      for (let i = 0; i < passes / 2; i++) await set.network.pass()
      const [socket] = set.network.open
      if (passes % 2 === 1) socket?.deliverUp()
      await set.stage.run()
      socket?.cut()
      write(ada, 'more')
      await set.until('it is refused', () => ada.refused.length > 0 && ada.status.pending === 0 && ada.synced)
      expect(read(ada)).toBe('kept. ')
      expect(ada.refused.length).toBeLessThanOrEqual(2)
      const together = ada.refused.map(edits => read(edits.copy())).join('')
      for (const words of ['refused. ', 'more']) expect(together, `${passes}`).toContain(words)
      ada.destroy()
    }
  })

  test('somebody who may only read keeps what they wrote, and can bring it once they may write', async () => {
    set = await ClientStage.set()
    let access: Access = 'read'
    set.network.authenticate = ({ token }) => (token === 'lin' ? { access: 'write' } : { access })
    const lin = set.page('lin', { token: () => 'lin' }).room('room')
    write(lin, 'from Lin. ')
    const page = set.page('ada', { token: () => 'ada' })
    const ada = page.room('room')
    await set.until('Ada reads it', () => read(ada) === 'from Lin. ' && ada.synced)
    expect([ada.access, lin.access]).toEqual(['read', 'write'])
    write(ada, 'from Ada.')
    await set.until('it is refused', () => ada.refused.length === 1)
    expect(ada.refused[0]).toMatchObject({ code: 4402, message: 'You may read this room, but not change it.' })
    write(lin, 'more from Lin. ')
    await set.until('Ada reads on', () => read(ada) === 'from Lin. more from Lin. ')

    access = 'write'
    for (const socket of set.network.open) socket.cut()
    await set.until('Ada is back', () => ada.synced)
    expect(ada.access).toBe('write')
    ada.refused[0].retry()
    await set.until('it is saved', () => ada.status.kind === 'saved')
    expect(read(await set.reader())).toContain('from Ada.')
  })
})

describe('N6, C4: a room that was replaced on the server never doubles silently', () => {
  /** Ada has a saved and an unsaved edit; then the server has another room of that name. */
  async function replaced(newContent: string | null) {
    set = await ClientStage.set()
    const page = set.page('ada')
    write(page.room('room'), 'old. ')
    await set.until('it is saved', () => page.room('room').status.kind === 'saved')
    set.network.isUp = false
    for (const socket of set.network.open) socket.cut()
    write(page.room('room'), 'unsaved. ')
    await set.rest()
    page.destroy()

    const { stage } = set
    Object.defineProperty(stage, 'store', { value: new SlowStore(new MemoryStore({ clock: stage.clock })) })
    await stage.store.open()
    set.network.restart()
    set.network.isUp = true
    if (newContent !== null) {
      const seed = await set.reader()
      write(seed, newContent)
      await set.until('the new one is there', () => seed.status.kind === 'saved')
    }
    const ada = set.page('ada').room('room')
    let asked = 0
    ada.on('replaced', () => asked++)
    await set.until('it is asked', () => asked > 0)
    expect(ada.status).toMatchObject({ kind: 'stopped', code: 4409, pending: 1 })
    expect(read(ada)).toBe('old. unsaved. ')
    await set.rest()
    expect(read(await set.reader()), 'nothing was sent').toBe(newContent ?? '')
    return ada
  }

  test('merge brings what is here into the new one', async () => {
    const ada = await replaced('new. ')
    ada.reconcile('merge')
    await set.until('it is saved', () => ada.status.kind === 'saved')
    const reader = await set.reader()
    for (const words of ['old. unsaved. ', 'new. ']) expect(read(reader)).toContain(words)
    expect(read(ada)).toBe(read(reader))
  })

  test('discard takes the new one as it is, and the browser forgets the old', async () => {
    const ada = await replaced('new. ')
    ada.reconcile('discard')
    await set.until('it is done', () => ada.status.kind === 'saved')
    expect(read(ada)).toBe('new. ')
    await set.rest()
    ada.destroy()
    const again = set.page('ada').room('room')
    await set.until('it is back', () => again.status.kind === 'saved')
    expect([read(again), again.status.pending, again.refused.length]).toEqual(['new. ', 0, 0])
    write(again, 'and on.')
    await set.until('it is saved', () => again.status.pending === 0)
    expect(read(await set.reader())).toBe('new. and on.')
  })

  test('what is written after discarding belongs to the new one, however long that takes to arrive', async () => {
    const ada = await replaced('new. ')
    set.network.isUp = false
    for (const socket of set.network.open) socket.cut()
    ada.reconcile('discard')
    expect(read(ada)).toBe('')
    write(ada, 'written meanwhile. ')
    await set.rest()
    set.network.isUp = true
    await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
    const there = read(await set.reader())
    for (const words of ['new. ', 'written meanwhile. ']) expect(there).toContain(words)
    expect(there).not.toContain('old. ')
  })

  test('a room that is empty now is another room, too', async () => {
    const ada = await replaced(null)
    ada.reconcile('merge')
    await set.until('it is saved', () => ada.status.kind === 'saved')
    expect(read(await set.reader())).toBe('old. unsaved. ')
  })

  test('until somebody decides, it stays as it is, over reloads', async () => {
    const ada = await replaced('new. ')
    write(ada, 'more. ')
    await set.rest()
    ada.destroy()
    const again = set.page('ada').room('room')
    await set.until('it is asked again', () => again.status.kind === 'stopped')
    expect(read(again)).toBe('old. unsaved. more. ')
    await expect(again.saved()).rejects.toMatchObject({ code: 4409 })
  })
})
