import { afterEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { MemoryStore } from '../../server/store/memory.ts'
import { SlowStore } from '../support/stage.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

describe('C5: written offline', () => {
  test('it survives the page, counts as unsaved since it was written, and is sent on return', async () => {
    set = await ClientStage.set()
    set.network.isUp = false
    const page = set.page('ada')
    write(page.room('room'), 'one ')
    const since = set.stage.clock.now()
    await set.rest()
    write(page.room('room'), 'two ')
    await set.rest()
    expect(page.room('room').status).toEqual({ kind: 'offline', pending: 2, since })
    page.destroy()

    const again = set.page('ada').room('room')
    await again.loaded
    expect(read(again)).toBe('one two ')
    expect(again.status).toMatchObject({ pending: 2, since })
    expect(again.fateOf({ client: again.doc.store.clients.keys().next().value ?? 0, clock: 0 })).toBe('waiting')
    write(again, 'three')
    set.network.isUp = true
    await set.until('it is saved', () => again.status.kind === 'saved')
    expect(again.status.pending).toBe(0)
    expect(read(await set.reader())).toBe('one two three')
  })

  test('what is saved is not unsaved after a reload, and what the server sent is there without it', async () => {
    set = await ClientStage.set()
    const page = set.page('ada')
    write(page.room('room'), 'mine. ')
    await set.until('it is saved', () => page.room('room').status.kind === 'saved')
    const lin = await set.reader()
    write(lin, 'theirs. ')
    await set.until('Ada has it', () => read(page.room('room')) === 'mine. theirs. ')
    await set.rest()
    page.destroy()
    set.network.isUp = false
    for (const socket of set.network.open) socket.cut()
    const again = set.page('ada').room('room')
    await again.loaded
    expect(read(again)).toBe('mine. theirs. ')
    expect(again.status.pending).toBe(0)
    await again.saved()
  })

  test('a browser without storage says so, and works on without it', async () => {
    set = await ClientStage.set()
    const problems: unknown[] = []
    globalThis.indexedDB = {
      open: () => {
        throw new DOMException('no storage', 'SecurityError')
      },
    } as unknown as IDBFactory
    const harbor = set.page('ada')
    harbor.on('problem', error => problems.push(error))
    const ada = harbor.room('room')
    write(ada, 'kept by the server')
    await set.until('it is saved', () => ada.status.kind === 'saved')
    expect(ada.persistence).toBe('unavailable')
    expect(problems).toMatchObject([{ name: 'SecurityError' }])
    expect(read(await set.reader())).toBe('kept by the server')
  })

  test('content that the app put into the document before is sent like any other', async () => {
    set = await ClientStage.set()
    const lin = await set.reader()
    const ada = set.page('ada').room('room', { doc: withText('seeded') })
    await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
    await set.until('Lin has it', () => read(lin) === 'seeded')
  })
})

describe('C9: what is written while something arrives', () => {
  test('in an observer of others’ words is one’s own, and is sent', async () => {
    set = await ClientStage.set()
    const ada = set.page('ada').room('room')
    const lin = set.page('lin').room('room')
    await set.until('both are in', () => ada.synced && lin.synced)
    const log = ada.doc.getArray<string>('log')
    ada.doc.getText('text').observe(event => {
      if (!event.transaction.local) log.insert(log.length, [`heard ${read(ada)}`])
    })
    write(lin, 'hello')
    await set.until('both have it', () => lin.doc.getArray('log').length === 1)
    expect(lin.doc.getArray('log').toArray()).toEqual(['heard hello'])
    await ada.saved()
    expect((await set.reader()).doc.getArray('log').toArray()).toEqual(['heard hello'])
  })
})

describe('C6: tabs of one browser', () => {
  test('share what is written offline, and both know that it waits', async () => {
    set = await ClientStage.set()
    set.network.isUp = false
    const [one, two] = [set.page('ada', { tabs: true }).room('room'), set.page('ada', { tabs: true }).room('room')]
    await set.rest()
    write(one, 'from one. ')
    await set.until('two has it', () => read(two) === 'from one. ')
    expect(two.status.pending).toBe(1)
    write(two, 'from two.')
    await set.until('one has it', () => read(one) === 'from one. from two.')
    expect([one.status.pending, two.status.pending]).toEqual([2, 2])
    set.network.isUp = true
    await set.until('both are saved', () => one.status.kind === 'saved' && two.status.kind === 'saved')
    expect(read(await set.reader())).toBe('from one. from two.')
  })

  test('each sends its own edits, and no tab sends another’s', async () => {
    set = await ClientStage.set()
    const [one, two] = [set.page('ada', { tabs: true }).room('room'), set.page('ada', { tabs: true }).room('room')]
    await set.until('both are in', () => one.synced && two.synced)
    await set.rest()
    const sent = set.network.open.map(socket => ({ socket, frames: 0 }))
    for (const entry of sent) {
      const { socket } = entry
      const send = socket.send.bind(socket)
      socket.send = data => {
        if (data[0] === 5 || data[0] === 6) entry.frames++
        send(data)
      }
    }
    for (let i = 0; i < 5; i++) {
      write(one, `${i} `)
      await set.rest(3)
    }
    await set.until('both are saved', () => one.status.kind === 'saved' && two.status.kind === 'saved')
    expect(read(two)).toBe('0 1 2 3 4 ')
    expect(sent.map(({ frames }) => frames).sort()).toEqual([0, 5])
  })

  test('an edit of a tab that was closed before it was saved is sent by the one that is left', async () => {
    set = await ClientStage.set()
    const two = set.page('ada', { tabs: true }).room('room')
    await set.until('two is in', () => two.synced)
    set.network.isUp = false
    const page = set.page('ada', { tabs: true })
    write(page.room('room'), 'orphaned')
    await set.until('two has it', () => read(two) === 'orphaned')
    expect(two.status.pending).toBe(1)
    page.destroy()
    await set.until('it is saved', () => two.status.pending === 0)
    expect(two.status.kind).toBe('saved')
    set.network.isUp = true
    expect(read(await set.reader())).toBe('orphaned')
  })

  test('a refusal in one reaches the other: no tab keeps a document that the server does not have', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const [one, two] = [set.page('ada', { tabs: true }).room('room'), set.page('ada', { tabs: true }).room('room')]
    await set.until('both are in', () => one.synced && two.synced)
    write(one, 'fine. ')
    await set.until('both have it', () => read(two) === 'fine. ' && two.status.pending === 0)
    write(one, 'x'.repeat(3_000))
    await set.until('it is refused', () => one.refused.length === 1)
    await set.until('two follows', () => read(two) === 'fine. ' && two.synced)
    // Neither starts the other anew.
    let opened = 0
    for (const room of [one, two]) room.on('doc', () => opened++)
    await set.rest(60)
    expect(opened).toBe(0)
    write(two, 'and on.')
    await set.until('one has it', () => read(one) === 'fine. and on.')
    expect(read(await set.reader())).toBe('fine. and on.')
  })
})

describe('C7: an acknowledgement that does not come', () => {
  test('is asked for by opening the room again, and nothing is written twice', async () => {
    set = await ClientStage.set()
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    const [socket] = set.network.open
    const { onmessage } = socket
    // Something on the way swallows acknowledgements.
    socket.onmessage = event => {
      if (new Uint8Array((event as { data: ArrayBuffer }).data)[0] !== 9) onmessage?.(event)
    }
    write(ada, 'said once')
    await set.rest()
    expect(ada.status).toMatchObject({ kind: 'saving', pending: 1 })
    socket.onmessage = onmessage
    await set.until('it is saved', () => ada.status.kind === 'saved')
    expect(set.network.sockets.size).toBe(1)
    expect((await set.stage.store.load('room')).head).toBe(1)
  })
})

describe('C8: what the server has lost', () => {
  test('is unsaved again until it has it back: after a restore from an older backup, and after a merge', async () => {
    set = await ClientStage.set()
    const page = set.page('ada')
    write(page.room('room'), 'in the backup. ')
    await set.until('it is saved', () => page.room('room').status.kind === 'saved')
    const { records, epoch } = await set.stage.store.load('room')
    write(page.room('room'), 'not in it.')
    await set.until('it is saved', () => page.room('room').status.pending === 0)
    const id = { client: page.room('room').doc.clientID, clock: 15 }
    expect(page.room('room').fateOf(id)).toBe('saved')

    const { stage } = set
    Object.defineProperty(stage, 'store', { value: new SlowStore(new MemoryStore({ clock: stage.clock })) })
    await stage.store.open()
    const restored = stage.store.append('room', records, epoch ?? 0)
    await stage.run()
    await restored
    stage.store.holds = true
    set.network.restart()
    await set.until('it is sent', () => page.room('room').fateOf(id) === 'sent')
    const saved = page.room('room').saved()
    expect(page.room('room').status).toMatchObject({ kind: 'saving', pending: 1 })
    stage.store.holds = false
    stage.store.release()
    await set.until('it is saved', () => page.room('room').status.kind === 'saved')
    await saved
    expect(read(await set.reader())).toBe('in the backup. not in it.')
  })
})

function withText(words: string): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, words)
  return doc
}
