import { IDBFactory } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { connect, type Harbor, type Room } from '../../client/index.ts'
import { NativeNetwork } from '../support/native-network.ts'
import { quietDoc } from '../support/oracle.ts'
import { Random, seeds } from '../support/random.ts'
import { Stage } from '../support/stage.ts'

/**
 * Several tabs of one browser, which come and go, share a storage and agree on who keeps it by locks; a person elsewhere;
 * a network that breaks and stalls; a server that is killed, and that at times lets nobody write.
 */
test('C10: whatever tabs come and go, what was written in any of them is in the document or set aside, and there once', async () => {
  for (const seed of seeds(50)) {
    try {
      await play(new Random(seed))
    } catch (error) {
      throw new Error(`seed ${seed} (run it alone with SEED=${seed})`, { cause: error })
    }
  }
})

/** Web Locks, as far as the client uses them. */
function locksOfOneBrowser() {
  const held = new Map<string, (() => void)[]>()
  return {
    async request(name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>) {
      const queue = held.get(name)
      if (queue !== undefined)
        await new Promise<void>((go, no) => {
          queue.push(go)
          signal.addEventListener('abort', () => {
            const i = queue.indexOf(go)
            if (i >= 0) {
              queue.splice(i, 1)
              no(signal.reason)
            }
          })
        })
      else {
        held.set(name, [])
        await null
      }
      await run()
      const next = held.get(name)?.shift()
      if (next) next()
      else held.delete(name)
    },
  }
}

let run = 0
async function play(random: Random): Promise<void> {
  run++
  const refuses = random.chance(0.5)
  Object.defineProperty(globalThis, 'navigator', { value: { locks: locksOfOneBrowser() }, configurable: true })
  globalThis.indexedDB = new IDBFactory()
  const stage = await Stage.set({ idleRoomMs: 100 })
  const network = new NativeNetwork(stage)
  let access: 'read' | 'write' = 'write'
  network.authenticate = () => ({ access })
  let id = 1
  const words: string[] = []
  const tabs: { harbor: Harbor; room: Room }[] = []
  const openTab = (browser: string | null) => {
    const harbor = connect('ws://harbor.test', {
      WebSocket: network.WebSocket,
      storage: browser === null ? false : { name: `${browser}${run}` },
      tabs: browser !== null,
      clock: stage.clock,
      random: () => random.next(),
    })
    const doc = quietDoc(id++)
    const tab = { harbor, room: harbor.room('room', { doc }), browser }
    tabs.push(tab)
    return tab
  }
  const settle = async () => {
    for (let i = 0; i < 6; i++) await stage.run()
  }
  openTab('a')
  openTab('a')
  const lin = openTab(null)
  await network.until('in', () => lin.room.synced)
  words.push('<0>')
  lin.room.doc.getText('text').insert(0, '<0>')
  await network.until('epoch', () =>
    tabs.every(({ room }) => room.doc.getText('text').length === 3 && room.status.kind === 'saved'),
  )
  await settle()
  for (let step = 0; step < 100; step++) {
    const tab = random.pick(tabs)
    const socket = network.open.length > 0 ? random.pick(network.open) : null
    const e = random.next()
    if (e < 0.3) {
      const text = tab.room.doc.getText('text')
      const word = `<${words.length}>`
      words.push(word)
      const at = random.chance(0.5) ? text.length : 0
      text.insert(at, word)
      await settle()
    } else if (e < 0.4) socket?.deliverUp(1 + random.below(3))
    else if (e < 0.5) socket?.deliverDown(1 + random.below(3))
    else if (e < 0.6) network.admit()
    else if (e < 0.65) socket?.cut()
    else if (e < 0.7) {
      if (socket) socket.isStalled = random.chance(0.5)
    } else if (e < 0.73) network.isUp = random.chance(0.7)
    else if (e < 0.77 && tabs.length < 6) openTab('a')
    else if (e < 0.83 && tab !== lin) {
      tabs.splice(tabs.indexOf(tab), 1)
      tab.harbor.destroy()
      if (tabs.length < 2) openTab('a')
    } else if (e < 0.85) {
      stage.store.holds = random.chance(0.5)
      if (!stage.store.holds) stage.store.release()
    } else if (e < 0.87 && refuses) {
      access = access === 'write' ? 'read' : 'write'
      for (const s of network.sockets) if (random.chance(0.5)) s.cut()
    } else if (e < 0.885) network.restart(() => random.chance(0.5))
    else if (e < 0.93) await network.pass()
    else stage.clock.advance(random.pick([10, 300, 6_000, 15_000]))
    await settle()
  }
  access = 'write'
  for (const s of network.sockets) s.cut()
  network.isUp = true
  stage.store.holds = false
  stage.store.release()
  for (const s of network.sockets) s.isStalled = false
  openTab('a')
  await network.until(
    'saved',
    () =>
      tabs.every(
        ({ room }) =>
          (room.status.kind === 'saved' || room.status.kind === 'refused') && room.synced && room.status.pending === 0,
      ),
    1500,
  )
  for (let i = 0; i < 5; i++) {
    await network.pass()
    stage.clock.advance(60)
  }
  const reader = openTab(null)
  await network.until('reader', () => reader.room.synced)
  try {
    const late = openTab('a')
    await network.until('late', () => late.room.synced && late.room.persistence !== 'loading')
    for (let i = 0; i < 5; i++) {
      await network.pass()
      stage.clock.advance(60)
    }
    const texts = new Set(tabs.map(({ room }) => room.doc.getText('text').toString()))
    expect([...texts].length, [...texts].join('|')).toBe(1)
    const all = tabs
      .flatMap(({ room }) => [room.doc, ...room.refused.map(r => r.copy())])
      .map(d => d.getText('text').toString())
      .join('\n')
    const lost = words.filter(word => !all.includes(word))
    expect(lost, 'lost').toEqual([])
    const [text] = texts
    expect(
      words.filter(w => text.split(w).length > 2),
      'twice',
    ).toEqual([])
  } finally {
    for (const { harbor } of tabs) harbor.destroy()
  }
}
