import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createServer, type Grant, type Server, type ServerOptions, silentLogger } from '../server/index.ts'
import { connect, disconnect, synced, temporaryDirectory, until } from './support/live.ts'

let http: HttpServer
let server: Server
let data: string
let address: string

beforeEach(async () => {
  data = await temporaryDirectory()
  http = createHttpServer((_, response) => response.end('the program’s own page'))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  address = `127.0.0.1:${(http.address() as { port: number }).port}`
})

afterEach(async () => {
  await server.stop()
  http.closeAllConnections()
  http.close()
  await rm(data, { recursive: true, force: true })
})

function embed(options: ServerOptions = {}): Server {
  server = createServer({ data, log: silentLogger, ...options })
  return server
}

describe('E1: a server inside another program', () => {
  test('takes the WebSockets below its path, and leaves everything else to the program', async () => {
    const others = new WebSocketServer({ noServer: true })
    http.on('upgrade', (request, socket, head) => {
      if (request.url === '/other') others.handleUpgrade(request, socket, head, ws => ws.send('other'))
    })
    await embed().attach(http, { path: '/sync' })
    const provider = connect(`ws://${address}/sync`, 'notes/today')
    await synced(provider)
    provider.doc.getText('text').insert(0, 'embedded')
    await until('it is there', () => server.harbor.rooms.find('notes/today')?.document.seq === 1)

    const other = new WebSocket(`ws://${address}/other`)
    const [message] = await once(other, 'message')
    expect(String(message)).toBe('other')
    other.terminate()
    expect(await (await fetch(`http://${address}/`)).text()).toBe('the program’s own page')
    disconnect(provider)
  })

  test('a path that only begins like its own is not its own', async () => {
    await embed().attach(http, { path: '/sync/' })
    http.on('upgrade', (_, socket) => void (socket.writable && socket.end('HTTP/1.1 404 Not Found\r\n\r\n')))
    const stranger = new WebSocket(`ws://${address}/synchro/room`)
    const [error] = await once(stranger, 'error')
    expect(String(error)).toContain('404')
  })

  test('answers for what is elsewhere when nobody else would', async () => {
    await embed().attach(http, { path: '/sync' })
    const stranger = new WebSocket(`ws://${address}/other`)
    const [error] = await once(stranger, 'error')
    expect(String(error)).toContain('404')
  })

  test('stops without stopping the program, and leaves what was accepted on disk', async () => {
    await embed().attach(http)
    const provider = connect(`ws://${address}`, 'room')
    await synced(provider)
    provider.doc.getText('text').insert(0, 'kept')
    await until('it has arrived', () => server.harbor.rooms.find('room')?.acceptedSeq === 1)
    await server.stop()
    disconnect(provider)
    expect((await fetch(`http://${address}/`)).status).toBe(200)
    await embed().attach(http)
    expect(await server.room('room').transact(doc => doc.getText('text').toString())).toBe('kept')
  })
})

describe('E2: who may enter is asked of the program', () => {
  test('with the token of a stock provider’s address, the room and the request’s headers', async () => {
    const asked: unknown[] = []
    await embed({
      authenticate: ({ token, room, headers }) => {
        asked.push([token, room, headers.host])
        return token === 'right' ? { access: 'write' } : null
      },
    }).attach(http)
    const [right, wrong] = ['right', 'wrong'].map(token => connect(`ws://${address}`, 'room', undefined, { token }))
    const closed = new Promise(resolve => wrong.on('closed', event => resolve(event.code)))
    await synced(right)
    expect(await closed).toBe(4401)
    expect(wrong.shouldConnect).toBe(false)
    expect(asked).toEqual(['right', 'wrong'].map(token => [token, 'room', address]))
    disconnect(right, wrong)
  })

  test('somebody who may only read is closed when they write, and nobody sees it', async () => {
    await embed({ authenticate: ({ token }) => ({ access: token === 'writer' ? 'write' : 'read' }) }).attach(http)
    const writer = connect(`ws://${address}`, 'room', undefined, { token: 'writer' })
    const reader = connect(`ws://${address}`, 'room', undefined, { token: 'reader' })
    await synced(writer, reader)
    writer.doc.getText('text').insert(0, 'readable')
    await until('it is read', () => reader.doc.getText('text').toString() === 'readable')
    const closed = new Promise(resolve => reader.on('closed', event => resolve(event.code)))
    reader.doc.getText('text').insert(0, 'never ')
    expect(await closed).toBe(4402)
    expect(writer.doc.getText('text').toString()).toBe('readable')
    disconnect(writer, reader)
  })
})

test('E2: without asking anybody who they are, it listens where only this machine can reach it', async () => {
  await expect(embed({ host: '0.0.0.0', port: 0 }).start()).rejects.toThrow(RangeError)
})

describe('E2: putting people out', () => {
  test('ends their sessions at once; what was issued to them before is void, also after a restart', async () => {
    let issuedAt = Date.now() - 1_000
    const authenticate = ({ token }: { token: string | null }): Grant => ({
      access: 'write',
      user: { id: token ?? '' },
      issuedAt,
    })
    await embed({ authenticate, controlDirectory: data }).attach(http)
    const [ada, lin] = ['ada', 'lin'].map(token => connect(`ws://${address}`, 'room', undefined, { token }))
    await synced(ada, lin)
    const closed = new Promise(resolve => ada.on('closed', event => resolve(event.code)))
    expect(await server.revoke({ user: 'ada' })).toBe(1)
    expect(await closed).toBe(4401)
    await server.stop()
    await embed({ authenticate, controlDirectory: data }).attach(http)
    const again = connect(`ws://${address}`, 'room', undefined, { token: 'ada' })
    expect(await new Promise(resolve => again.on('closed', event => resolve(event.code)))).toBe(4401)
    issuedAt = Date.now() + 1_000
    const fresh = connect(`ws://${address}`, 'room', undefined, { token: 'ada' })
    await synced(fresh)
    await until('Lin is back', () => lin.wsconnected && lin.synced)
    expect(await server.revoke({ room: 'room' })).toBe(2)
    disconnect(ada, lin, again, fresh)
  })
})

test('E2: who is put out is out at once, although it cannot be written down', async () => {
  const authenticate = ({ token }: { token: string | null }): Grant => ({
    access: 'write',
    user: { id: token ?? '' },
    issuedAt: 0,
  })
  await embed({ authenticate, controlDirectory: data }).attach(http)
  // Where the file is made before it takes its name.
  await mkdir(join(data, 'revoked.json.next'))
  const ada = connect(`ws://${address}`, 'room', undefined, { token: 'ada' })
  await synced(ada)
  const closed = new Promise(resolve => ada.on('closed', event => resolve(event.code)))
  await expect(server.revoke({ user: 'ada' })).rejects.toThrow(/"ada".*could not be written/)
  expect(await closed).toBe(4401)
  const again = connect(`ws://${address}`, 'room', undefined, { token: 'ada' })
  expect(await new Promise(resolve => again.on('closed', event => resolve(event.code)))).toBe(4401)
  // Once there is room, saying it again is enough.
  await rm(join(data, 'revoked.json.next'), { recursive: true })
  expect(await server.revoke({ user: 'ada' })).toBe(0)
  disconnect(ada, again)
})

describe('E3: the program edits rooms', () => {
  test('one transaction after the other, each on top of the last, under one client id', async () => {
    await embed().attach(http)
    const room = server.room('counter')
    const counts = await Promise.all(
      Array.from({ length: 20 }, () =>
        room.transact(doc => {
          const count = ((doc.getMap('state').get('count') as number | undefined) ?? 0) + 1
          doc.getMap('state').set('count', count)
          return count
        }),
      ),
    )
    expect(counts).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(server.room('counter')).toBe(room)
    expect(server.harbor.rooms.find('counter')?.stateVector().size).toBe(1)
  })

  test('what throws writes nothing, what is async is refused, and the next one works', async () => {
    await embed().attach(http)
    const room = server.room('room')
    await expect(
      room.transact(doc => {
        doc.getText('text').insert(0, 'half')
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    await expect(room.transact(async () => 1)).rejects.toThrow(TypeError)
    expect(await room.transact(doc => doc.getText('text').toString())).toBe('')
    expect(server.harbor.rooms.find('room')?.document.seq).toBe(0)
    expect(() => server.room('')).toThrow(RangeError)
  })

  test('a room that does not take it says why', async () => {
    await embed({ limits: { roomBytes: 2_000 } }).attach(http)
    const room = server.room('room')
    await expect(room.transact(doc => doc.getText('text').insert(0, 'x'.repeat(5_000)))).rejects.toMatchObject({
      name: 'Refusal',
      closing: 'room-full',
    })
    await room.transact(doc => doc.getText('text').insert(0, 'fits'))
  })
})
