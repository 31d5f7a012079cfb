import { HocuspocusProvider as Provider4, HocuspocusProviderWebsocket as Socket4 } from '@hocuspocus/provider'
import { HocuspocusProvider as Provider3, HocuspocusProviderWebsocket as Socket3 } from 'hocuspocus-provider-3'
import * as encoding from 'lib0/encoding'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import {
  type AuthRequest,
  createServer,
  type Grant,
  LevelStore,
  type Server,
  silentLogger,
  systemClock,
} from '../server/index.ts'
import type { Limits } from '../server/limits.ts'
import { connect as connectStock, disconnect, synced, temporaryDirectory, until } from './support/live.ts'

type Provider = Provider4 | Provider3
type Socket = Socket4 | Socket3

const versions = [
  ['4', Provider4, Socket4],
  ['3', Provider3 as unknown as typeof Provider4, Socket3 as unknown as typeof Socket4],
] as const

let server: Server
let url: string
const sockets: Socket[] = []
const providers: Provider[] = []

afterEach(async () => {
  for (const provider of providers.splice(0)) provider.destroy()
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop()
})

interface Hosting {
  limits?: Partial<Limits>
  authenticate?: (request: AuthRequest) => Grant | null
}

async function host({ limits, authenticate }: Hosting = {}): Promise<void> {
  const store = new LevelStore(await temporaryDirectory(), { clock: systemClock })
  server = createServer({ store, port: 0, webDirectory: null, limits, authenticate, log: silentLogger })
  url = (await server.start()).replace('http', 'ws')
}

/** What a provider is and was told, as a test wants to ask. */
interface Seat {
  provider: Provider4
  closed: string[]
  denied: string[]
  stateless: string[]
}

for (const [version, Provider, Socket] of versions) {
  const connect = (at = url, options: Partial<ConstructorParameters<typeof Socket>[0]> = {}): Socket4 => {
    const socket = new Socket({
      url: at,
      WebSocketPolyfill: WebSocket,
      delay: 50,
      minDelay: 20,
      maxDelay: 100,
      ...options,
    })
    sockets.push(socket)
    return socket
  }

  const open = (
    name: string,
    options: Partial<ConstructorParameters<typeof Provider>[0]> & { socket?: Socket4 } = {},
  ): Seat => {
    const { socket = connect(), ...rest } = options
    const seat: Omit<Seat, 'provider'> = { closed: [], denied: [], stateless: [] }
    const provider = new Provider({
      name,
      websocketProvider: socket,
      onClose: ({ event }) => void seat.closed.push(event.reason),
      onAuthenticationFailed: ({ reason }) => void seat.denied.push(reason),
      onStateless: ({ payload }) => void seat.stateless.push(payload),
      ...rest,
    })
    provider.attach()
    providers.push(provider)
    return Object.assign(seat, { provider })
  }

  const text = ({ provider }: Seat): Y.Text => provider.document.getText('text')
  const saved = (...seats: Seat[]): Promise<void> =>
    until('everything is saved', () => seats.every(({ provider }) => provider.synced && !provider.hasUnsyncedChanges))

  describe(`H2–H5: @hocuspocus/provider ${version}`, () => {
    test('two people see each other’s words and each other, and what is counted off is on disk', async () => {
      await host()
      const [ada, lin] = [open('notes/today'), open('notes/today')]
      ada.provider.setAwarenessField('name', 'Ada')
      await saved(ada, lin)
      text(ada).insert(0, 'from Ada. ')
      expect(ada.provider.hasUnsyncedChanges).toBe(true)
      await saved(ada)
      expect((await server.harbor.store.load('notes/today')).head).toBe(1)
      await until('Lin has it', () => text(lin).toString() === 'from Ada. ')
      text(lin).insert(10, 'from Lin.')
      await until('Ada has it', () => text(ada).toString() === 'from Ada. from Lin.')

      const names = (seat: Seat) => [...(seat.provider.awareness?.getStates().values() ?? [])].map(state => state.name)
      await until('Lin sees Ada', () => names(lin).includes('Ada'))
      ada.provider.destroy()
      await until('Lin no longer does', () => !names(lin).includes('Ada'))
    })

    test('presence that changes is seen at once, whenever it changes, also after a reconnect', async () => {
      await host()
      const [ada, lin] = [open('room'), open('room')]
      await saved(ada, lin)
      const stock = connectStock(url, 'room')
      await synced(stock)
      const cursorOf = (states: Map<number, Record<string, unknown>> | undefined) =>
        states?.get(ada.provider.document.clientID)?.cursor
      const isSeen = (cursor: number) =>
        cursorOf(lin.provider.awareness?.getStates()) === cursor && cursorOf(stock.awareness.getStates()) === cursor
      for (let cursor = 1; cursor <= 20; cursor++) {
        ada.provider.setAwarenessField('cursor', cursor)
        if (cursor % 5 === 0) await until(`${cursor} is seen`, () => isSeen(cursor), 3_000)
        if (cursor === 10) {
          ada.provider.configuration.websocketProvider.webSocket?.close()
          await until('Ada is away', () => !ada.provider.synced)
          await saved(ada)
        }
        expect(cursorOf(ada.provider.awareness?.getStates()), 'what she said is what she sees').toBe(cursor)
      }
      ada.provider.awareness?.setLocalState(null)
      await until('she is gone', () => cursorOf(lin.provider.awareness?.getStates()) === undefined, 3_000)
      ada.provider.awareness?.setLocalState({ cursor: 99 })
      await until('she is back', () => isSeen(99), 3_000)
      disconnect(stock)
    })

    test('many documents share one socket, whatever they are called, and one is left without the others', async () => {
      await host()
      const socket = connect()
      const names = ['__proto__', 'constructor', 'café/ü 林', 'a/b/c', 'x'.repeat(255)]
      const seats = names.map(name => open(name, { socket }))
      await saved(...seats)
      for (const [i, seat] of seats.entries()) text(seat).insert(0, `in ${i}`)
      await saved(...seats)
      expect(server.connections).toBe(1)
      seats[0].provider.destroy()
      for (const [i, name] of names.entries()) {
        const reader = open(name)
        await until('a newcomer has it', () => text(reader).toString() === `in ${i}`)
      }
      text(seats[1]).insert(0, 'still ')
      await saved(seats[1])
      await until('the room is left', () => server.harbor.rooms.find('__proto__')?.peers === 1)
    })

    test('what was written offline is sent on return, and nothing that others wrote is missed', async () => {
      await host()
      const [ada, lin] = [open('room'), open('room')]
      await saved(ada, lin)
      ada.provider.configuration.websocketProvider.disconnect()
      await until('Ada is offline', () => !ada.provider.synced)
      text(ada).insert(0, 'offline. ')
      text(lin).insert(0, 'meanwhile. ')
      await saved(lin)
      await ada.provider.configuration.websocketProvider.connect()
      await saved(ada)
      await until('both have both', () => text(ada).toString() === text(lin).toString() && text(ada).length === 20)
    })

    test('edits made before the server has let one in are counted off like any other', async () => {
      let letIn: (grant: Grant) => void = () => undefined
      const waits = new Promise<Grant>(resolve => {
        letIn = resolve
      })
      await host({ authenticate: () => waits as unknown as Grant })
      const ada = open('room')
      await until('the token has been sent', () => ada.provider.unsyncedChanges > 0)
      for (const words of ['one ', 'two ', 'three']) text(ada).insert(text(ada).length, words)
      expect(ada.provider.unsyncedChanges).toBe(4)
      letIn({ access: 'write' })
      await saved(ada)
      const reader = open('room')
      await until('it is there', () => text(reader).toString() === 'one two three')
    })

    test('a forced sync is counted off, too', async () => {
      await host()
      const ada = open('room')
      await saved(ada)
      text(ada).insert(0, 'words')
      ada.provider.forceSync()
      await saved(ada)
      ada.provider.forceSync()
      expect(ada.provider.hasUnsyncedChanges).toBe(true)
      await saved(ada)
    })

    test('somebody who may only read is told so; what they write all the same is refused, and never counted off', async () => {
      await host({
        authenticate: ({ token, room }) => ({ access: token === 'w' || room === 'own' ? 'write' : 'read' }),
      })
      const ada = open('room', { token: 'w' })
      text(ada).insert(0, 'readable')
      await saved(ada)
      const socket = connect()
      const [lin, own] = [open('room', { token: 'r', socket }), open('own', { token: 'r', socket })]
      await saved(lin, own)
      expect([lin.provider.authorizedScope, own.provider.authorizedScope]).toEqual(['readonly', 'read-write'])
      expect(text(lin).toString()).toBe('readable')
      text(lin).insert(0, 'never ')
      await until('Lin is told', () => lin.closed.length > 0)
      expect(lin.closed).toEqual(['You may read this room, but not change it.'])
      expect(lin.provider.hasUnsyncedChanges).toBe(true)
      text(own).insert(0, 'elsewhere')
      await saved(own)
      expect(text(ada).toString()).toBe('readable')
      expect(server.connections).toBe(2)
    })

    test('a denial says why, and a better token on the same socket is let in', async () => {
      let token = 'bad'
      await host({ authenticate: request => (request.token === 'good' ? { access: 'write' } : null) })
      const seed = open('room', { token: 'good' })
      text(seed).insert(0, 'content')
      await saved(seed)
      const ada = open('room', { token: () => token })
      await until('Ada is denied', () => ada.denied.length > 0)
      expect(ada.denied).toEqual(['You are not allowed into this room.'])
      text(ada).insert(0, 'hers. ')
      token = 'good'
      await ada.provider.sendToken()
      await saved(ada)
      await until('Ada has it', () => text(ada).toString().includes('content'))
      await until('and it has hers', () => text(seed).toString().includes('hers. '))
      expect(server.connections).toBe(2)
    })

    test('the server asks for a new token before the old one runs out', async () => {
      const tokens: (string | null)[] = []
      let n = 0
      await host({
        limits: { sweepMs: 10, renewMs: 10_000 },
        authenticate: ({ token }) => {
          tokens.push(token)
          return { access: 'write', expiresAt: Date.now() + (tokens.length > 2 ? 3_600_000 : 5_000) }
        },
      })
      const ada = open('room', { token: () => `token ${++n}` })
      await until('it was asked twice', () => tokens.length === 3)
      text(ada).insert(0, 'still here')
      await saved(ada)
      expect(tokens).toEqual(['token 1', 'token 2', 'token 3'])
      expect(ada.closed).toEqual([])
    })

    test('stateless messages reach everyone else in the document', async () => {
      await host()
      const seats = [open('room'), open('room'), open('other')]
      await saved(...seats)
      seats[0].provider.sendStateless('{"hello":"林"}')
      await until('it is heard', () => seats[1].stateless.length > 0)
      expect(seats.map(({ stateless }) => stateless)).toEqual([[], ['{"hello":"林"}'], []])
    })

    test('without presence and without edits, the connection stays', async () => {
      await host({ limits: { heartbeatMs: 100, sweepMs: 20 } })
      let heard = 0
      let lost = 0
      const socket = connect(url, {
        messageReconnectTimeout: 400,
        onMessage: () => void heard++,
        onDisconnect: () => void lost++,
      })
      const ada = open('room', { awareness: null, socket })
      await saved(ada)
      heard = 0
      // Ten heartbeats take more than twice as long as the provider would wait.
      await until('it has heard ten times', () => heard >= 10)
      expect(lost).toBe(0)
    })

    test('what is not valid is refused with a reason, and harms neither its neighbour on the socket nor the room', async () => {
      await host()
      const socket = connect()
      const [bad, good, lin] = [open('bad', { socket }), open('good', { socket }), open('bad')]
      await saved(bad, good, lin)
      text(bad).insert(0, 'sound. ')
      await saved(bad)
      const sound = Y.encodeStateAsUpdate(withText('x'.repeat(50)))
      const before = bad.provider.unsyncedChanges
      socket.send(frame('bad', 0, 2, sound.subarray(0, sound.length - 9)))
      await until('it is refused', () => bad.closed.length > 0)
      expect(bad.provider.unsyncedChanges).toBeGreaterThanOrEqual(before)
      // Not even a message of the protocol, under an address that is known.
      await bad.provider.sendToken()
      await until('it is back', () => bad.provider.isAuthenticated)
      socket.send(new Uint8Array([3, 98, 97, 100, 77, 1, 2]))
      await until('it is refused again', () => bad.closed.length > 1)
      text(good).insert(0, 'unharmed')
      await saved(good)
      expect(good.closed).toEqual([])
      expect(text(lin).toString()).toBe('sound. ')
      text(lin).insert(7, 'And on.')
      await saved(lin)
    })

    test('when the disk fails, nothing is counted off, and everything is sent again once it works', async () => {
      await host()
      const ada = open('room')
      await saved(ada)
      const { store } = server.harbor
      const append = store.append.bind(store)
      store.append = () => Promise.reject(new Error('the disk is full'))
      text(ada).insert(0, 'kept by its author')
      await until('Ada is put out', () => !ada.provider.synced)
      store.append = append
      await saved(ada)
      const reader = open('room')
      await until('it is there', () => text(reader).toString() === 'kept by its author')
    })
  })

  test(`provider ${version} beside stock y-websocket: one document`, async () => {
    await host()
    const ada = open('shared')
    const stock = connectStock(url, 'shared')
    await synced(stock)
    await saved(ada)
    for (let i = 0; i < 20; i++) {
      text(ada).insert(text(ada).length, `a${i} `)
      stock.doc.getText('text').insert(0, `s${i} `)
      stock.doc.getMap('map').set(`${i % 3}`, i)
      if (i % 4 === 3) text(ada).delete(2, 3)
    }
    await saved(ada)
    const bytes = (doc: Y.Doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
    await until('both are equal, byte for byte', () => bytes(ada.provider.document) === bytes(stock.doc))
    disconnect(stock)
  })
}

test('H4: before it is let in, a client is listened to within a bound', async () => {
  await host({ authenticate: () => new Promise(() => undefined) as unknown as Grant, limits: { openBytes: 100_000 } })
  for (const [documents, bytes] of [
    [5, 1_000],
    [500, 10],
    [3, 50_000],
  ]) {
    const socket = new WebSocket(`${url}/`)
    await new Promise(resolve => socket.on('open', resolve))
    const closed = new Promise(resolve => socket.on('close', resolve))
    for (let i = 0; i < documents; i++) socket.send(frame(`${i}`, 0, 0, new Uint8Array(bytes)))
    if (documents === 5) socket.close()
    expect(await closed).toBe(documents === 5 ? 1005 : documents === 500 ? 4415 : 4509)
  }
})

test('H1: two providers on one document and one socket are two people', async () => {
  await host()
  const socket = new Socket4({ url, WebSocketPolyfill: WebSocket })
  sockets.push(socket)
  const pair = [1, 2].map(() => {
    const provider = new Provider4({ name: 'room', websocketProvider: socket, sessionAwareness: true })
    provider.attach()
    providers.push(provider)
    return provider
  })
  const isSaved = () => pair.every(provider => provider.synced && !provider.hasUnsyncedChanges)
  await until('both are in', isSaved)
  pair[0].document.getText('text').insert(0, 'from the first')
  await until('the second has it', () => pair[1].document.getText('text').toString() === 'from the first')
  await until('both are saved', isSaved)
  expect([server.connections, server.harbor.rooms.find('room')?.peers]).toEqual([1, 2])
  pair[0].destroy()
  pair[1].document.getText('text').insert(0, 'alone ')
  await until('the second is saved', () => !pair[1].hasUnsyncedChanges)
})

function frame(address: string, type: number, step: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarString(encoder, address)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, bytes)
  return encoding.toUint8Array(encoder)
}

function withText(words: string): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, words)
  return doc
}
