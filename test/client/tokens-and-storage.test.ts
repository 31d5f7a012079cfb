import { afterEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Access } from '../../protocol/message.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

const large = 'x'.repeat(3_000)
const later = (ms: number) => {
  const end = set.stage.clock.now() + ms
  return () => set.stage.clock.now() > end
}

describe('tokens', () => {
  test('a token that could not be had for a moment does not stop a room for good', async () => {
    set = await ClientStage.set()
    const { clock } = set.stage
    // Tokens that say until when they hold, as JWTs do.
    set.network.authenticate = ({ token }) =>
      Number(token) > clock.now() ? { access: 'write', expiresAt: Number(token) } : null
    let works = true
    const page = set.page('ada', {
      token: () => {
        if (!works) throw new Error('the network is away')
        return `${clock.now() + 50_000}`
      },
    })
    const room = page.room('room')
    await set.until('it is in', () => room.synced)
    const end = clock.now() + 50_000
    const sweep = () => {
      for (const socket of set.network.open) socket.sweep()
    }
    // Only in the moment in which the server asks for a fresh one it cannot be had.
    works = false
    while (clock.now() < end - 40_000) {
      clock.advance(1_000)
      sweep()
      await set.network.pass()
    }
    works = true
    while (clock.now() < end + 8_000) {
      clock.advance(1_000)
      sweep()
      await set.network.pass()
    }
    expect(room.status.kind).toBe('saved')
  })

  test('a grant of many rooms that runs out is renewed once', async () => {
    set = await ClientStage.set()
    const { clock } = set.stage
    let judged = 0
    let tokens = 0
    set.network.authenticate = () => {
      judged++
      return { access: 'write', expiresAt: clock.now() + 90_000 }
    }
    const page = set.page('ada', { storage: false, token: () => `${tokens++}` })
    const rooms = Array.from({ length: 50 }, (_, i) => page.room(`room ${i}`))
    await set.until('all are in', () => rooms.every(room => room.synced))
    judged = tokens = 0
    const end = clock.now() + 40_000
    while (clock.now() < end) {
      clock.advance(2_500)
      for (const socket of set.network.open) socket.sweep()
      await set.network.pass()
    }
    for (let i = 0; i < 5; i++) await set.network.pass()
    expect.soft(tokens).toBeLessThanOrEqual(2)
    expect(judged).toBeLessThanOrEqual(100)
  })
})

describe('storage', () => {
  test('a record that Yjs cannot read does not take the room with it', async () => {
    set = await ClientStage.set()
    const page = set.page('ada')
    write(page.room('room'), 'fine')
    await set.until(
      'it is saved',
      () => page.room('room').status.kind === 'saved' && page.room('room').status.pending === 0,
    )
    await set.rest()
    page.destroy()
    await set.rest()
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open('ada')
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        const tx = request.result.transaction(['updates'], 'readwrite')
        tx.objectStore('updates').add({ room: 'room', update: new Uint8Array([1, 1, 200, 200]) })
        tx.oncomplete = () => {
          request.result.close()
          resolve()
        }
      }
    })
    const again = set.page('ada').room('room')
    again.loaded.catch(() => undefined)
    await set.network.until('a while', later(20_000))
    expect(again.status.kind).toBe('saved')
  })

  test('an address with another token is the same app', async () => {
    set = await ClientStage.set()
    set.network.isUp = false
    const { connect } = await import('../../client/index.ts')
    const options = { WebSocket: set.network.WebSocket, clock: set.stage.clock, random: () => 0.5 }
    const first = connect('ws://harbor.test/?token=monday', options)
    write(first.room('room'), 'offline')
    await set.rest()
    first.destroy()
    await set.rest()
    const again = connect('ws://harbor.test/?token=tuesday', options)
    await again.room('room').loaded
    const found = read(again.room('room'))
    again.destroy()
    expect(found).toBe('offline')
  })

  test('a tab without storage does not keep others from keeping', async () => {
    set = await ClientStage.set()
    const held = new Map<string, (() => void)[]>()
    const locks = {
      async request(name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>) {
        const queue = held.get(name)
        if (queue !== undefined)
          await new Promise<void>((go, no) => {
            queue.push(go)
            signal.addEventListener('abort', () => no(signal.reason))
          })
        else held.set(name, [])
        await run()
        const next = held.get(name)?.shift()
        if (next) next()
        else held.delete(name)
      },
    }
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
    Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true })
    try {
      const { connect } = await import('../../client/index.ts')
      const options = { WebSocket: set.network.WebSocket, clock: set.stage.clock, random: () => 0.5 }
      // A page that only shows the document, without storage.
      const viewer = connect('ws://harbor.test', { ...options, storage: false })
      viewer.room('room')
      const editor = connect('ws://harbor.test', options)
      const ada = editor.room('room')
      const lin = await set.reader()
      write(lin, 'from Lin. ')
      await set.until('Ada has it', () => read(ada) === 'from Lin. ')
      write(ada, 'from Ada.')
      await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
      await set.rest(60)
      set.network.isUp = false
      for (const socket of set.network.open) socket.cut()
      editor.destroy()
      const again = connect('ws://harbor.test', options)
      await again.room('room').loaded
      const found = read(again.room('room'))
      again.destroy()
      viewer.destroy()
      expect(found).toBe('from Lin. from Ada.')
    } finally {
      if (before) Object.defineProperty(globalThis, 'navigator', before)
      else Reflect.deleteProperty(globalThis, 'navigator')
    }
  })
})

describe('tabs', () => {
  test('refused edits do not come back from another tab as if they were saved', async () => {
    set = await ClientStage.set()
    let access: Access = 'write'
    set.network.authenticate = () => ({ access })
    const one = set.page('ada', { tabs: true }).room('room')
    const two = set.page('ada', { tabs: true }).room('room')
    await set.until('both are in', () => one.synced && two.synced)
    write(one, 'fine. ')
    await set.until('both have it', () => read(two) === 'fine. ' && two.status.pending === 0)
    access = 'read'
    for (const socket of set.network.open) socket.cut()
    await set.until('both are back', () => one.synced && two.synced)
    // The other tab's network fails without a word.
    set.network.open[1].isStalled = true
    write(one, 'refused. ')
    await set.until('it is refused', () => one.refused.length === 1 && one.synced)
    await set.rest()
    expect(read(one)).toBe('fine. ')
    set.page('ada', { tabs: true }).room('room')
    const seen: unknown[] = []
    for (let i = 0; i < 40; i++) {
      await set.rest(1)
      const now = JSON.stringify({
        text: read(one),
        kind: one.status.kind,
        pending: one.status.pending,
        fate: one.fateOf({ client: [...one.doc.store.clients.keys()].at(-1) ?? 0, clock: 6 }),
        refused: one.refused.length,
      })
      if (now !== seen.at(-1)) seen.push(now)
    }
    expect(seen.join()).not.toContain('refused. ')
  })

  test('an edit of a tab that is gone is sent although the clock was set back', async () => {
    set = await ClientStage.set()
    let behind = 0
    const clock = {
      now: () => set.stage.clock.now() - behind,
      after: (ms: number, run: () => void) => set.stage.clock.after(ms, run),
    }
    const two = set.page('ada', { tabs: true, clock }).room('room')
    await set.until('two is in', () => two.synced)
    set.network.isUp = false
    const page = set.page('ada', { tabs: true, clock })
    write(page.room('room'), 'orphaned')
    await set.until('two has it', () => read(two) === 'orphaned')
    page.destroy()
    behind = 3_600_000
    await set.network.until('a minute is over', later(60_000), 2_000)
    set.network.isUp = true
    expect(read(await set.reader())).toBe('orphaned')
  })
})

describe('saved', () => {
  test('saved() of what was taken before a refusal does not say that it was refused', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    set.stage.store.holds = true
    write(ada, 'fine. ')
    const saved = ada.saved().then(
      () => 'saved',
      (error: Error) => error.message,
    )
    await set.network.pass()
    write(ada, large)
    await set.until('it is refused', () => ada.refused.length === 1)
    const meanwhile = read(ada)
    set.stage.store.holds = false
    set.stage.store.release()
    await set.rest()
    expect.soft(meanwhile, 'what was written and taken does not disappear for a while').toBe('fine. ')
    expect(await saved).toBe('saved')
  })

  test('content given with the document counts once', async () => {
    set = await ClientStage.set()
    set.network.isUp = false
    const doc = new Y.Doc()
    doc.getText('text').insert(0, 'seeded')
    const ada = set.page('ada').room('room', { doc })
    await ada.loaded
    await set.rest()
    expect(ada.status.pending).toBe(1)
  })
})
