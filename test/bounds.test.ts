import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { Refusal } from '../protocol/close.ts'
import { MalformedError, TooManyClientsError } from '../server/document/cursor.ts'
import { NO_BOUNDS } from '../server/document/terms.ts'
import { parseUpdate } from '../server/document/update.ts'
import { Entrance } from '../server/entrance.ts'
import { limits } from '../server/limits.ts'
import { createPort } from '../server/port.ts'
import { Presence } from '../server/presence.ts'
import type { Peer } from '../server/room.ts'
import { LiveServer, until } from './support/live.ts'
import { quietDoc } from './support/oracle.ts'
import { type RoughUpdate, struct, text, uint, write as writeRough } from './support/rough.ts'
import { Stage } from './support/stage.ts'
import { TestClock } from './support/test-clock.ts'

describe('B5: root types', () => {
  /** Somebody who writes into these roots, and how that ended. */
  async function write(stage: Stage, ...roots: string[]): Promise<string | null> {
    const client = stage.client('room', quietDoc())
    await client.connect()
    await stage.settle()
    client.doc.transact(() => {
      for (const root of roots) client.doc.getArray(root).push([1])
    })
    await stage.settle()
    const closing = client.wire?.closing ?? null
    client.disconnect()
    return closing
  }

  test('beyond the limit are refused, before and after a compaction and a restart', async () => {
    const stage = await Stage.set({ rootTypes: 3, idleRoomMs: 100, compactBytes: 10 })
    expect(await write(stage, 'a', 'b')).toBeNull()
    expect(await write(stage, 'c', 'd')).toBe('too-many-roots')
    expect(await write(stage, 'c')).toBeNull()
    for (let life = 0; life < 3; life++) {
      expect(await write(stage, 'd')).toBe('too-many-roots')
      expect(await write(stage, 'a', 'b', 'c')).toBeNull()
      if (life === 0) {
        stage.clock.advance(1_000)
        for (let i = 0; i < 5; i++) {
          stage.rooms.sweep()
          await stage.run()
        }
        expect(stage.compactor.runs).toBeGreaterThan(0)
      } else stage.restart()
    }
  })

  test('that are there already can be written to when the limit is lower than their number', async () => {
    const stage = await Stage.set()
    expect(await write(stage, 'a', 'b', 'c')).toBeNull()
    const { records } = await stage.store.load('room')
    const strict = await Stage.set({ rootTypes: 2 })
    const stored = strict.store.append(
      'room',
      records.map(({ update }) => ({ time: 0, author: '', update })),
    )
    await strict.run()
    await stored
    expect(await write(strict, 'a', 'b', 'c')).toBeNull()
    expect(await write(strict, 'd')).toBe('too-many-roots')
  })

  test('are no types within them', async () => {
    const stage = await Stage.set({ rootTypes: 1 })
    const client = stage.client('room', quietDoc())
    await client.connect()
    await stage.settle()
    for (let i = 0; i < 5; i++) client.doc.getMap('a').set(`${i}`, new Y.Map([['b', new Y.Text('c')]]))
    await stage.settle()
    expect(client.wire?.closing).toBeNull()
  })
})

describe('B9: client ids', () => {
  /** Somebody who writes one word under each of these ids, and how that ended. */
  async function write(stage: Stage, ...ids: number[]): Promise<string | null> {
    const doc = quietDoc()
    const client = stage.client('room', doc)
    await client.connect()
    await stage.settle()
    for (const id of ids) {
      doc.clientID = id
      doc.getArray('list').insert(0, ['x'])
    }
    await stage.settle()
    const closing = client.wire?.closing ?? null
    client.disconnect()
    return closing
  }

  test('beyond the limit are refused, and known ones go on, before and after a compaction and a restart', async () => {
    const stage = await Stage.set({ roomClients: 3, idleRoomMs: 100, compactBytes: 10 })
    expect(await write(stage, 1, 2)).toBeNull()
    expect(await write(stage, 3)).toBeNull()
    for (let life = 0; life < 3; life++) {
      expect(await write(stage, 4)).toBe('too-many-clients')
      expect(await write(stage, 1, 2, 3)).toBeNull()
      if (life === 0) {
        stage.clock.advance(1_000)
        for (let i = 0; i < 5; i++) {
          stage.rooms.sweep()
          await stage.run()
        }
        expect(stage.compactor.runs).toBeGreaterThan(0)
      } else stage.restart()
    }
  })

  test('that are there already go on, and are read, when the limits are lower than their number', async () => {
    const stage = await Stage.set()
    expect(await write(stage, 1, 2, 3, 4, 5, 6)).toBeNull()
    const { records } = await stage.store.load('room')
    const strict = await Stage.set({ roomClients: 2, stateVectorEntries: 1 })
    const stored = strict.store.append(
      'room',
      records.map(({ update }) => ({ time: 0, author: '', update })),
    )
    await strict.run()
    await stored
    const reader = await strict.joined()
    expect(reader.doc.getArray('list').length).toBe(6)
    // It comes back with a state vector of all of them, and with everything anew.
    reader.disconnect()
    const wire = await reader.connect()
    reader.outbox.push(Uint8Array.from([0, 1, ...sized(Y.encodeStateAsUpdate(reader.doc))]))
    await strict.settle()
    expect([wire.closing, reader.synced]).toEqual([null, true])
    expect(await write(strict, 1, 6)).toBeNull()
    expect(await write(strict, 7)).toBe('too-many-clients')
  })

  test('beyond those of the room and the limit end a state vector with a code that says so', async () => {
    const stage = await Stage.set({ stateVectorEntries: 2 })
    expect(await write(stage, 1, 2, 3)).toBeNull()
    const ask = async (entries: number): Promise<string | null> => {
      const client = await stage.joined()
      const vector = Y.encodeStateVector(new Map(Array.from({ length: entries }, (_, i) => [i + 1, 1])))
      client.sendRaw(Uint8Array.from([0, 0, ...sized(vector)]))
      return client.wire?.closing ?? null
    }
    expect(await ask(5)).toBeNull()
    expect(await ask(6)).toBe('too-many-clients')
  })

  test('are counted before the first of them is read', () => {
    const section = (client: number) => ({ client, clock: 0, structs: [struct(31, Uint8Array.from([0, 0]))] })
    const three = { sections: [1, 2, 3].map(section), deletes: [] }
    expect(() => parseUpdate(writeRough(three), true, { ...NO_BOUNDS, clients: 3 })).toThrow(MalformedError)
    expect(() => parseUpdate(writeRough(three), true, { ...NO_BOUNDS, clients: 2 })).toThrow(TooManyClientsError)
    const deletes = [1, 2, 3].map(client => ({ client, ranges: [[0, 0]] as [number, number][] }))
    expect(() => parseUpdate(writeRough({ sections: [], deletes }), true, { ...NO_BOUNDS, clients: 3 })).toThrow(
      MalformedError,
    )
    expect(() => parseUpdate(writeRough({ sections: [], deletes }), true, { ...NO_BOUNDS, clients: 2 })).toThrow(
      TooManyClientsError,
    )
  })
})

test('B10: an update has so many ranges of deletions, and those that the room has may be repeated beside them', async () => {
  const stage = await Stage.set({ updateRanges: 3 })
  const room = await stage.rooms.get('room')
  const peer = peerOf('write')
  const structs = { client: 1, clock: 0, structs: [text('0123456789abcdef')] }
  const deleting = (...clocks: number[]) =>
    writeRough({ sections: [structs], deletes: [{ client: 1, ranges: clocks.map(clock => [clock, 1]) }] })
  const tooLarge = expect.objectContaining({ closing: 'too-large' })
  expect(() => room.receive(deleting(0, 2, 4, 6), peer)).toThrow(tooLarge)
  for (const clocks of [
    [0, 2, 4],
    [0, 2, 4, 6, 8, 10],
  ]) {
    room.receive(deleting(...clocks), peer)
    for (let i = 0; i < 5; i++) await stage.run()
    stage.clock.advance(100)
    await stage.run()
  }
  expect(room.receive(deleting(0, 2, 4, 6, 8, 10), peer)).toEqual(new Map())
})

describe('R13: of whoever may only read', () => {
  const known = { client: 1, clock: 0, structs: [text('hello')] }
  const broken = { client: 9, clock: 0, structs: [struct(31, Uint8Array.from([0, 0]))] }
  const refused: [string, RoughUpdate][] = [
    ['a client', { sections: [{ client: 2, clock: 0, structs: [text('x')] }, broken], deletes: [] }],
    ['a word', { sections: [{ client: 1, clock: 5, structs: [text('x')] }, broken], deletes: [] }],
    ['something behind a gap', { sections: [{ client: 1, clock: 7, structs: [text('x')] }, broken], deletes: [] }],
    [
      'a deletion',
      {
        sections: [known],
        deletes: [
          { client: 1, ranges: [[4, 2]] },
          { client: 9, ranges: [[0, 0]] },
        ],
      },
    ],
  ]

  test.each(refused)('%s that is new ends the reading, and nothing behind it is looked at', async (_, update) => {
    const { room, peer } = await readRoom()
    expect(() => room.receive(writeRough(update), peer)).toThrow(expect.objectContaining({ closing: 'may-not-write' }))
    const slowly = (): unknown => [...room.receiving(writeRough(update), peer)]
    expect(slowly).toThrow(expect.objectContaining({ closing: 'may-not-write' }))
  })

  test('what repeats what is known is taken as such', async () => {
    const { room, peer } = await readRoom()
    const deletes = [{ client: 1, ranges: [[0, 1]] as [number, number][] }]
    for (const update of [writeRough({ sections: [known], deletes }), new Uint8Array([0, 0])]) {
      expect(room.receive(update, peer)).toEqual(new Map())
    }
  })

  async function readRoom() {
    const stage = await Stage.set()
    const room = await stage.rooms.get('room')
    room.receive(writeRough({ sections: [known], deletes: [{ client: 1, ranges: [[0, 1]] }] }), peerOf('write'))
    await stage.run()
    return { room, peer: peerOf('read') }
  }
})

function peerOf(access: 'read' | 'write'): Peer {
  return {
    grant: { access },
    answersNudges: true,
    ask: () => undefined,
    deliver: () => undefined,
    deliverPresence: () => undefined,
    deliverSignal: () => undefined,
    committed: () => undefined,
    end: () => undefined,
  }
}

function sized(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...uint(bytes.length), ...bytes])
}

test('B6: when memory has as many rooms as it may, an empty one gives way, and one in use does not', async () => {
  const stage = await Stage.set({ roomsInMemory: 2 })
  const ada = await stage.joined('a')
  const lin = await stage.joined('b')
  await expect(stage.rooms.get('c')).rejects.toThrow(Refusal)
  const late = stage.client('c')
  const wire = await late.connect()
  expect(wire.closing).toBe('crowded')
  lin.disconnect()
  await stage.settle()
  await stage.rooms.get('c')
  expect(stage.rooms.find('b')).toBeNull()
  expect(ada.wire?.closing).toBeNull()
  // Whatever was written is on disk before its room gives way.
  const eve = await stage.joined('c')
  stage.store.holds = true
  eve.doc.getText('text').insert(0, 'x')
  eve.send()
  await stage.run()
  eve.disconnect()
  await expect(stage.rooms.get('d')).rejects.toThrow(Refusal)
  stage.store.holds = false
  stage.store.release()
  await stage.run()
  await stage.rooms.get('d')
  expect((await stage.store.load('c')).head).not.toBeNull()
})

test('B7: one user fills no room with presence, however many sessions they have', () => {
  const presence = new Presence({ ...limits, presenceEntries: 5, presenceEntriesPerUser: 3 }, new TestClock())
  const session = (id: string) => ({ grant: { access: 'write' as const, user: { id } } })
  const state = (client: number, clock = 1) => ({ client, clock, state: '{}' })
  const [desk, phone, lin] = [session('ada'), session('ada'), session('lin')]
  expect(presence.receive(desk, [state(1), state(2)], false).changed).toEqual([1, 2])
  expect(presence.receive(phone, [state(3), state(4)], false).changed).toEqual([3])
  expect(presence.receive(lin, [state(5)], false).changed).toEqual([5])
  // What is there already can be said anew, also from another session, and what is taken back leaves room.
  expect(presence.receive(phone, [state(1, 2 ** 42)], false).changed).toEqual([1])
  expect(presence.leave(desk)).toEqual([2])
  expect(presence.receive(phone, [state(6), state(7)], false).changed).toEqual([6])
  expect(presence.leave(phone).sort()).toEqual([1, 3, 6])
  expect(
    presence.receive(
      desk,
      [8, 9, 10, 11].map(client => state(client)),
      false,
    ).changed,
  ).toEqual([8, 9, 10])
})

test('B8: sockets beyond their number are closed at once, and one that says nothing is before long', async () => {
  const live = await LiveServer.start({ sockets: 2, headersMs: 200 })
  const open = async () => {
    const socket = connect(live.port, '127.0.0.1')
    socket.on('error', () => undefined)
    let isClosed = false
    socket.on('close', () => {
      isClosed = true
    })
    socket.resume()
    await once(socket, 'connect')
    return { socket, isClosed: () => isClosed }
  }
  const sockets = [await open(), await open()]
  const third = await open()
  await until('the third is closed', third.isClosed)
  expect(sockets.some(one => one.isClosed())).toBe(false)
  await until('the others are, too', () => sockets.every(one => one.isClosed()))
  await live.dispose()
})

test('B9: one address has its part of the sockets, whether they become connections or not; a trusted proxy all', async () => {
  const sockets: Socket[] = []
  let heard = 0
  const open = async (http: HttpServer): Promise<Socket> => {
    const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => heard++)
    await once(socket, 'connect')
    return socket
  }
  const closed = (from: readonly Socket[]) => from.filter(socket => socket.destroyed).length
  for (const trustedProxies of [[], ['127.0.0.1']]) {
    const few = { ...limits, connectionsPerAddress: 1 }
    const http = createPort((_, response) => response.end(), new Entrance({ trustedProxies }), few)
    let taken = 0
    http.on('connection', () => taken++)
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const first: Socket[] = []
    for (let i = 0; i < 6; i++) first.push(await open(http))
    await until('all are looked at', () => taken === 6)
    const refused = trustedProxies.length === 0 ? 2 : 0
    await until('so many are refused', () => closed(first) >= refused)
    expect(closed(first.slice(0, 4))).toBe(0)
    // Whoever leaves makes room for another.
    first[0].end()
    await until('one has left', () => first[0].destroyed)
    const later = await open(http)
    later.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('it is answered', () => heard > 0)
    heard = 0
    expect(closed(first.slice(1))).toBe(refused)
    http.closeAllConnections()
    http.close()
  }
  for (const socket of sockets) socket.destroy()
})
