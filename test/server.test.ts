import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { connect, disconnect, LiveServer, synced, temporaryDirectory, until } from './support/live.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(...parts: Parameters<typeof LiveServer.start>): Promise<LiveServer> {
  const live = await LiveServer.start(...parts)
  cleanups.push(() => live.dispose())
  return live
}

function enter(live: LiveServer, room = 'room', doc = new Y.Doc()) {
  const provider = connect(live.url, room, doc)
  cleanups.push(() => disconnect(provider))
  return provider
}

const textOf = (provider: { doc: Y.Doc }) => provider.doc.getText('text')

describe('S1: the stock y-websocket provider is a first-class client', () => {
  test('two clients converge, and a third that comes later has everything', async () => {
    const live = await start()
    const [ada, lin] = [enter(live), enter(live)]
    await synced(ada, lin)
    textOf(ada).insert(0, 'from Ada. ')
    textOf(lin).insert(0, 'from Lin. ')
    await until('both have both', () => textOf(ada).length === 20 && textOf(lin).length === 20)
    expect(textOf(ada).toString()).toBe(textOf(lin).toString())
    const late = enter(live)
    await synced(late)
    expect(textOf(late).toString()).toBe(textOf(ada).toString())
  })

  test('what was written offline arrives, and survives a restart of the server', async () => {
    const live = await start()
    const ada = enter(live, 'café/港')
    await synced(ada)
    ada.disconnect()
    textOf(ada).insert(0, 'written offline')
    ada.connect()
    await synced(ada)
    const lin = enter(live, 'café/港')
    await until('Lin has it', () => textOf(lin).length > 0)
    await live.restart()
    const late = enter(live, 'caf%C3%A9/港')
    await synced(late)
    expect(textOf(late).toString()).toBe('written offline')
    await until('everyone came back', () => ada.wsconnected && lin.wsconnected)
  })

  test('its own update comes back to it after the commit', async () => {
    const live = await start()
    const ada = enter(live)
    await synced(ada)
    const echoed: Uint8Array[] = []
    ada.ws?.addEventListener('message', event => echoed.push(new Uint8Array(event.data as ArrayBuffer)))
    textOf(ada).insert(0, 'echo')
    const id = ada.doc.clientID
    await until('the echo is there', () =>
      echoed.some(frame => frame[0] === 0 && frame[1] === 2 && Y.parseUpdateMeta(frame.subarray(3)).to.has(id)),
    )
  })

  test('presence is seen by all, again at once after a reconnect, and goes with its connection', async () => {
    const live = await start()
    const [ada, lin] = [enter(live), enter(live)]
    // A client renews its own presence every 15 s: without that, only the server can make it visible.
    for (const { awareness } of [ada, lin]) clearInterval(awareness._checkInterval as NodeJS.Timeout)
    ada.awareness.setLocalState({ name: 'Ada' })
    lin.awareness.setLocalState({ name: 'Lin' })
    const sees = (one: typeof ada, other: typeof ada) =>
      one.awareness.getStates().get(other.doc.clientID)?.name !== undefined
    await until('both see both', () => sees(ada, lin) && sees(lin, ada))
    ada.disconnect()
    await until('Ada is gone', () => !sees(lin, ada))
    ada.connect()
    await until('both see both again', () => sees(ada, lin) && sees(lin, ada))
    await live.restart()
    await until('both see both after a restart', () => sees(ada, lin) && sees(lin, ada))
    lin.awareness.setLocalStateField('name', 'Lin Hai')
    await until('a change is seen', () => ada.awareness.getStates().get(lin.doc.clientID)?.name === 'Lin Hai')
  })

  test('a document of several megabytes arrives in parts, none of which waits for another', async () => {
    const live = await start()
    const ada = enter(live)
    await synced(ada)
    const list = ada.doc.getArray('list')
    for (let i = 0; i < 40; i++) list.insert(list.length, ['x'.repeat(50_000), new Y.Map([['n', i]])])
    const late = enter(live)
    let parked = 0
    late.doc.on('afterTransaction', () => {
      if (late.doc.store.pendingStructs !== null) parked++
    })
    await until('everything arrived', () => late.doc.getArray('list').length === 80)
    expect(parked).toBe(0)
  })

  test('a provider that is refused stops, and hears why', async () => {
    const live = await start({ updateBytes: 1_000 })
    const ada = enter(live)
    await synced(ada)
    const closed = new Promise<{ code: number; reason: string }>(resolve => ada.on('closed', resolve))
    textOf(ada).insert(0, 'x'.repeat(2_000))
    expect(await closed).toMatchObject({ code: 4413, reason: expect.stringContaining('larger') })
    expect(ada.shouldConnect).toBe(false)
  })
})

describe('S2: one room in several dialects of addressing', () => {
  test('names that break plain objects are ordinary', async () => {
    const live = await start()
    const names = ['__proto__', 'constructor', 'toString', ' ', '%25', '🐚']
    for (const name of names) {
      const ada = enter(live, encodeURIComponent(name))
      await synced(ada)
      textOf(ada).insert(0, name)
      const lin = enter(live, encodeURIComponent(name))
      await until(`${name} is there`, () => textOf(lin).toString() === name)
    }
    const rooms = await live.server.harbor.inspection.rooms()
    expect(rooms.map(room => room.name).sort()).toEqual([...names].sort())
    expect(rooms.every(room => room.connected === 2)).toBe(true)
  })

  test('an address that names no room is closed with a code that means stop', async () => {
    const live = await start()
    for (const path of ['/', '/%00', `/${'x'.repeat(256)}`]) {
      const socket = new WebSocket(live.url + path)
      // Without a path, documents are named in messages: this is what a stock y-websocket client says first.
      if (path === '/') socket.on('open', () => socket.send(new Uint8Array([0, 0, 1, 0])))
      const code = await new Promise(resolve => socket.on('close', resolve))
      expect(code).toBe(4404)
    }
  })
})

describe('S3: HTTP', () => {
  test('health and readiness answer, and other addresses do not', async () => {
    const live = await start()
    const http = live.url.replace('ws', 'http')
    expect((await fetch(`${http}/healthz`)).status).toBe(200)
    const ready = await fetch(`${http}/readyz`)
    expect(ready.status).toBe(200)
    expect(ready.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect((await fetch(`${http}/etc/passwd`)).status).toBe(404)
    expect((await fetch(`${http}/room/content?name=x`)).status).toBe(404)
  })

  test('the control socket and a new data directory are for their owner only', async () => {
    const parent = await temporaryDirectory()
    const live = await start({}, join(parent, 'new'))
    cleanups.push(() => rm(parent, { recursive: true }))
    expect((await stat(`${live.directory}/control.sock`)).mode & 0o777).toBe(0o600)
    expect((await stat(live.directory)).mode & 0o777).toBe(0o700)
  })
})
