import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { THE_ROOM, yWebsocket } from '../protocol/y-websocket.ts'
import { docOf, viewOf } from './support/oracle.ts'
import { Stage } from './support/stage.ts'
import type { StockClient } from './support/stock-client.ts'

const text = (client: StockClient) => client.doc.getText('text')

/** What a new client gets. */
async function loaded(stage: Stage, room = 'room'): Promise<Y.Doc> {
  const fresh = await stage.joined(room)
  expect(fresh.doc.store.pendingStructs).toBe(null)
  expect(fresh.doc.store.pendingDs).toBe(null)
  return fresh.doc
}

describe('R1: nothing is relayed, echoed or served before it is on disk', () => {
  test('others and the author hear of an update after its commit', async () => {
    const stage = await Stage.set()
    const [ada, lin] = [await stage.joined(), await stage.joined()]
    stage.store.holds = true
    text(ada).insert(0, 'hello')
    await stage.settle()
    expect(text(lin).toString()).toBe('')
    expect(ada.heard.filter(update => Y.parseUpdateMeta(update).to.has(ada.doc.clientID))).toEqual([])

    const late = stage.client()
    await late.connect()
    await stage.settle()
    expect(late.synced).toBe(true)
    expect(text(late).toString()).toBe('')

    stage.store.release()
    await stage.settle()
    for (const client of [lin, late]) expect(text(client).toString()).toBe('hello')
    expect(ada.heard.some(update => Y.parseUpdateMeta(update).to.has(ada.doc.clientID))).toBe(true)
  })

  test('what arrives in one turn, and while a batch is in flight, shares a batch and a frame', async () => {
    const stage = await Stage.set()
    const [ada, lin] = [await stage.joined(), await stage.joined()]
    stage.store.appends = []
    stage.store.holds = true
    for (const char of 'one') text(ada).insert(text(ada).length, char)
    ada.send()
    await stage.run()
    for (const char of 'two') text(ada).insert(text(ada).length, char)
    ada.send()
    await stage.run()
    expect(stage.store.appends.map(append => append.records.length)).toEqual([3])
    lin.heard = []
    stage.store.holds = false
    stage.store.release()
    await stage.settle()
    expect(stage.store.appends.map(append => append.records.length)).toEqual([3, 3])
    expect(text(lin).toString()).toBe('onetwo')
    expect(lin.heard.length).toBeLessThanOrEqual(2)
  })
})

describe('R2: when an append fails, nobody was told anything, and a fresh room takes it all again', () => {
  test('every client of the room is closed with a retry code and loses nothing', async () => {
    const stage = await Stage.set()
    const [ada, lin, elsewhere] = [await stage.joined(), await stage.joined(), await stage.joined('other')]
    text(ada).insert(0, 'safe. ')
    await stage.settle()
    stage.store.failing = true
    text(ada).insert(6, 'lost?')
    await stage.settle()
    expect(ada.wire?.closing).toBe('storage')
    expect(lin.wire?.closing).toBe('storage')
    expect(elsewhere.wire?.closing).toBe(null)
    expect(text(lin).toString()).toBe('safe. ')
    expect(stage.storeFailures).toBe(1)
    expect(stage.rooms.find('room')).toBe(null)

    for (const client of [ada, lin]) {
      client.disconnect()
      const wire = await client.connect()
      expect(wire.closing).toBe('storage')
      client.disconnect()
    }
    stage.store.failing = false
    for (const client of [ada, lin]) await client.connect()
    await stage.settle()
    expect(text(lin).toString()).toBe('safe. lost?')
    expect(viewOf(await loaded(stage))).toBe(viewOf(ada.doc))
  })

  test('what was accepted behind the failed batch is dropped with it, and comes again', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    stage.store.holds = true
    text(ada).insert(0, 'first ')
    ada.send()
    await stage.run()
    text(ada).insert(6, 'second')
    ada.send()
    await stage.run()
    stage.store.failing = true
    stage.store.holds = false
    stage.store.release()
    await stage.settle()
    expect(ada.wire?.closing).toBe('storage')
    stage.store.failing = false
    ada.disconnect()
    await ada.connect()
    await stage.settle()
    expect((await loaded(stage)).getText('text').toString()).toBe('first second')
  })
})

test('R2: a mistake of the server in one room ends that room only, and it starts again from disk', async () => {
  const stage = await Stage.set()
  const [ada, elsewhere] = [await stage.joined(), await stage.joined('other')]
  const room = stage.rooms.find('room')
  room?.enter({
    deliver: () => {
      throw new Error('a mistake')
    },
    deliverPresence: () => undefined,
    deliverSignal: () => undefined,
    ask: () => undefined,
    grant: { access: 'write' },
    answersNudges: true,
    committed: () => undefined,
    end: () => undefined,
  })
  text(ada).insert(0, 'kept')
  await stage.settle()
  expect(ada.wire?.closing).toBe('storage')
  expect(elsewhere.wire?.closing).toBe(null)
  expect(stage.rooms.find('room')).toBe(null)
  ada.disconnect()
  await ada.connect()
  await stage.settle()
  expect((await loaded(stage)).getText('text').toString()).toBe('kept')
})

describe('R3: what waits for something unknown is asked for, and taken once', () => {
  test('an update that arrives before the step 2 it builds on', async () => {
    const stage = await Stage.set()
    const ada = stage.client()
    text(ada).insert(0, 'written offline. ')
    await ada.connect()
    text(ada).insert(text(ada).length, 'typed too early')
    ada.outbox.reverse()
    ada.send(1)
    await stage.settle()
    expect((await loaded(stage)).getText('text').toString()).toBe('written offline. typed too early')
  })

  test('a lost update is asked for at most once at a time', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    const asked = ada.asked
    text(ada).insert(0, 'a')
    ada.outbox.length = 0
    for (const char of 'bcdef') text(ada).insert(text(ada).length, char)
    ada.send()
    await stage.run()
    ada.hear()
    expect(ada.asked).toBe(asked + 1)
    await stage.settle()
    expect((await loaded(stage)).getText('text').toString()).toBe('abcdef')
    expect(ada.asked).toBe(asked + 1)
  })

  test('a client that holds somebody else’s continuation is asked again when its beginning arrives', async () => {
    const stage = await Stage.set()
    const [author, reader] = [stage.client(), await stage.joined()]
    const updates: Uint8Array[] = []
    author.doc.on('update', update => updates.push(update))
    text(author).insert(0, 'begin ')
    text(author).insert(6, 'end')
    // The reader got the end by another way, and so parks it.
    Y.applyUpdate(reader.doc, updates[1])
    reader.disconnect()
    await reader.connect()
    await stage.settle()
    expect((await loaded(stage)).getText('text').toString()).toBe('')

    // The author's own connection delivers the beginning only, and breaks.
    const other = await stage.joined()
    Y.applyUpdate(other.doc, updates[0])
    await stage.settle()
    expect((await loaded(stage)).getText('text').toString()).toBe('begin end')
  })
})

describe('R4: a slow reader costs a bounded queue and misses nothing', () => {
  test('past the bound nothing is queued, and one answer brings it up to date', async () => {
    const stage = await Stage.set({ sendQueueBytes: 10_000, answerQueueBytes: 5_000 })
    const [ada, slow] = [await stage.joined(), await stage.joined()]
    if (slow.wire === null) throw new Error('not connected')
    slow.wire.flows = false
    for (let i = 0; i < 100; i++) {
      text(ada).insert(0, 'x'.repeat(1_000))
      await stage.settle()
      expect(slow.wire.queuedBytes).toBeLessThan(12_000)
    }
    slow.wire.flows = true
    slow.heard = []
    slow.drain()
    await stage.settle()
    expect(text(slow).toString()).toBe(text(ada).toString())
    expect(slow.heard.length).toBeLessThan(30)
    text(ada).insert(0, 'live again')
    await stage.settle()
    expect(text(slow).toString().startsWith('live again')).toBe(true)
  })

  test('a first sync is written as the socket drains, in causal order, while others go on', async () => {
    const stage = await Stage.set({ answerQueueBytes: 1_000, compactBytes: 1_000 })
    const ada = await stage.joined()
    for (let i = 0; i < 30; i++) {
      text(ada).insert(0, String(i).repeat(300))
      await stage.settle()
    }
    const slow = stage.client()
    const wire = await slow.connect()
    wire.flows = false
    slow.send()
    await stage.run()
    expect(wire.queuedBytes).toBeGreaterThan(0)
    text(ada).insert(5, 'meanwhile')
    await stage.settle()
    while (wire.queuedBytes > 0) {
      slow.drain()
      slow.hear()
      expect(slow.doc.store.pendingStructs).toBe(null)
    }
    expect(text(slow).toString()).toBe(text(ada).toString())
    expect(slow.synced).toBe(true)
  })
})

test('R4: a reader that falls behind in the middle of a fan-out is owed the rest of it', async () => {
  const stage = await Stage.set({ sendQueueBytes: 500, answerQueueBytes: 400, messageBytes: 100 })
  const [ada, slow] = [await stage.joined(), await stage.joined()]
  if (slow.wire === null) throw new Error('not connected')
  slow.wire.flows = false
  for (let i = 0; i < 30; i++) text(ada).insert(0, 'x'.repeat(80))
  await stage.settle()
  slow.wire.flows = true
  for (let i = 0; i < 40; i++) slow.drain()
  await stage.settle()
  expect(slow.doc.store.pendingStructs).toBe(null)
  expect(text(slow).toString()).toBe(text(ada).toString())
})

test('R2: a room that failed is read again only when its last write is over', async () => {
  const stage = await Stage.set()
  const ada = await stage.joined()
  stage.store.holds = true
  for (const word of ['one ', 'two ']) {
    text(ada).insert(text(ada).length, word)
    ada.send()
    await stage.run()
  }
  stage.rooms.find('room')?.enter({
    deliver: () => {
      throw new Error('a mistake')
    },
    deliverPresence: () => undefined,
    deliverSignal: () => undefined,
    ask: () => undefined,
    grant: { access: 'write' },
    answersNudges: true,
    committed: () => undefined,
    end: () => undefined,
  })
  // The first write ends, the second begins, and telling of the first fails.
  stage.store.release()
  await stage.run()
  expect(ada.wire?.closing).toBe('storage')
  ada.disconnect()
  await ada.connect()
  for (let i = 0; i < 3; i++) {
    ada.send()
    await stage.run()
    ada.hear()
  }
  stage.store.holds = false
  stage.store.release()
  await stage.settle()
  ada.disconnect()
  await ada.connect()
  await stage.settle()
  expect((await stage.store.load('room')).records.length).toBe(2)
  expect((await loaded(stage)).getText('text').toString()).toBe('one two ')
  expect(stage.rooms.find('room')?.problem).toBe(null)
})

test('R4: whoever asks again and again without reading gets a bounded queue', async () => {
  const stage = await Stage.set({ sendQueueBytes: 20_000, answerQueueBytes: 10_000 })
  const [ada, deaf] = [await stage.joined(), await stage.joined()]
  text(ada).insert(0, 'x'.repeat(500))
  for (let client = 1; client < 60; client++) {
    ada.sendRaw(yWebsocketPresence(client, JSON.stringify({ name: 'x'.repeat(100) })))
  }
  await stage.settle()
  if (deaf.wire === null) throw new Error('not connected')
  deaf.wire.flows = false
  const gap = gapUpdate()
  for (let i = 0; i < 4_000; i++) {
    deaf.sendRaw(new Uint8Array([3]))
    deaf.sendRaw(new Uint8Array([0, 0, 1, 0]))
    deaf.sendRaw(frame(gap))
    deaf.sendRaw(frame(new Uint8Array([0, 0]), 1))
  }
  await stage.run()
  expect(deaf.wire.queuedBytes).toBeLessThan(30_000)
  deaf.wire.flows = true
  for (let i = 0; i < 20; i++) deaf.drain()
  await stage.settle()
  expect(text(deaf).toString()).toBe(text(ada).toString())
})

describe('R5: who comes back with nothing new costs nothing', () => {
  test('300 clients return to a heavily deleted room: no record, no fan-out', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    for (let i = 0; i < 200; i++) text(ada).insert(0, 'word ')
    for (let i = 0; i < 190; i++) text(ada).delete(i, 4)
    await stage.settle()
    const crowd: StockClient[] = []
    for (let i = 0; i < 300; i++) crowd.push(await stage.client())
    for (const client of crowd) {
      Y.applyUpdate(client.doc, Y.encodeStateAsUpdate(ada.doc))
      client.outbox.length = 0
    }
    stage.store.appends = []
    ada.heard = []
    for (const client of crowd) await client.connect()
    await stage.settle()
    expect(crowd.every(client => client.synced)).toBe(true)
    expect(stage.store.appends).toEqual([])
    expect(ada.heard).toEqual([])
  })

  test('the same formatting by twenty clients is one record', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    text(ada).insert(0, 'some words')
    await stage.settle()
    text(ada).delete(2, 5)
    const update = ada.outbox[0]
    stage.store.appends = []
    await stage.settle()
    for (let i = 0; i < 20; i++) ada.sendRaw(update)
    await stage.settle()
    expect(stage.store.appends.length).toBe(1)
  })
})

describe('R6: what is refused leaves no trace', () => {
  const refusals: [string, (client: StockClient) => Uint8Array, string][] = [
    ['a frame that is no message', () => new Uint8Array([9, 9, 9]), 'malformed'],
    ['a truncated update', client => frame(Y.encodeStateAsUpdate(client.doc).slice(0, -3)), 'malformed'],
    ['bytes after an update', client => frame(joined(Y.encodeStateAsUpdate(client.doc), [7])), 'malformed'],
    ['an absurd count', () => frame([0xff, 0xff, 0xff, 0x0f, 1, 0, 0]), 'malformed'],
    ['an absurd state vector', () => new Uint8Array([0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]), 'malformed'],
    ['an update above the limit', () => frame(new Uint8Array(2_000)), 'too-large'],
    ['an update the room has no place for', client => frame(big(client, 1_100)), 'room-full'],
  ]
  test.each(refusals)('%s closes its sender only', async (_, make, closing) => {
    const stage = await Stage.set({ updateBytes: 1_500, roomBytes: 1_000 })
    const [honest, hostile] = [await stage.joined(), await stage.joined()]
    text(honest).insert(0, 'x'.repeat(300))
    await stage.settle()
    const before = stage.store.appends.length
    honest.heard = []
    hostile.sendRaw(make(hostile))
    await stage.settle()
    expect(hostile.wire?.closing).toBe(closing)
    expect(honest.wire?.closing).toBe(null)
    expect(honest.heard).toEqual([])
    expect(stage.store.appends.length).toBe(before)
    text(honest).insert(0, 'goes on')
    await stage.settle()
    expect(viewOf(await loaded(stage))).toBe(viewOf(honest.doc))
  })
})

test('R6: a room that is full takes deletions, and new content again afterwards', async () => {
  const stage = await Stage.set({ roomBytes: 3_000, compactBytes: 100 })
  const ada = await stage.joined()
  for (const size of [1_400, 1_450]) {
    text(ada).insert(0, 'x'.repeat(size))
    await stage.settle()
  }
  text(ada).insert(0, 'y'.repeat(600))
  await stage.settle()
  expect(ada.wire?.closing).toBe('room-full')

  const lin = await stage.joined()
  text(lin).delete(0, 2_700)
  await stage.settle()
  text(lin).insert(0, 'z'.repeat(600))
  await stage.settle()
  expect(lin.wire?.closing).toBe('compacting')
  lin.disconnect()
  await lin.connect()
  await stage.settle()
  expect(lin.wire?.closing).toBe(null)
  expect((await loaded(stage)).getText('text').length).toBe(150 + 600)
})

test('R6: a room that grows faster than it can be compacted asks its writers to come back', async () => {
  const stage = await Stage.set({ roomBytes: 1_000 })
  const ada = await stage.joined()
  for (let i = 0; i < 4; i++) {
    text(ada).insert(0, 'x'.repeat(600))
    await stage.settle()
  }
  expect(ada.wire?.closing).toBe('compacting')
})

test('R6: a socket is not read before its room is open', async () => {
  const stage = await Stage.set()
  const ada = stage.client()
  const connecting = ada.connect()
  expect(ada.wire?.paused).toBe(true)
  const wire = await connecting
  expect(wire.paused).toBe(false)
})

describe('R10: a large update holds up nobody, and keeps its place', () => {
  const words = (count: number) => {
    const doc = new Y.Doc()
    for (let i = 0; i < count; i++) doc.getText('text').insert((i * 7) % (doc.getText('text').length + 1), 'ab')
    return doc
  }

  test('what others send meanwhile is committed first, and it arrives in messages of bounded size', async () => {
    const stage = await Stage.set({ messageBytes: 50_000 })
    const [ada, lin] = [await stage.joined(), await stage.joined()]
    stage.store.appends = []
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(words(20_000)))
    expect(ada.outbox[0].length).toBeGreaterThan(stage.limits.updateAtOnceBytes)
    ada.send()
    expect(ada.wire?.paused).toBe(true)
    lin.doc.getMap('map').set('small', 1)
    lin.send()
    await stage.run()
    expect(stage.store.appends[0].records[0].update.length).toBeLessThan(100)
    await stage.settle()
    expect(ada.wire?.paused).toBe(false)
    expect(text(lin).toString()).toBe(text(ada).toString())
    expect(viewOf(await loaded(stage))).toBe(viewOf(ada.doc))
  })

  test('what its author sends behind it is taken behind it', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    const asked = ada.asked
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(words(10_000)))
    text(ada).insert(0, 'right behind. ')
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(words(10_000)))
    text(ada).insert(0, 'and again. ')
    await stage.settle()
    expect(ada.asked).toBe(asked)
    expect(ada.wire?.closing).toBe(null)
    expect(viewOf(await loaded(stage))).toBe(viewOf(ada.doc))
  })

  test('one that is malformed at its very end, and one whose author has gone, leave no trace', async () => {
    const stage = await Stage.set()
    const [ada, lin] = [await stage.joined(), await stage.joined()]
    stage.store.appends = []
    const large = Y.encodeStateAsUpdate(words(10_000))
    ada.sendRaw(frame(large.slice(0, -1)))
    await stage.settle()
    expect(ada.wire?.closing).toBe('malformed')
    lin.sendRaw(frame(large))
    lin.disconnect()
    await stage.settle()
    expect(stage.store.appends).toEqual([])
    expect((await loaded(stage)).getText('text').length).toBe(0)
  })
})

describe('R7: rooms are compacted and leave memory, and come back as they were', () => {
  test('a room that grew is compacted while people write', async () => {
    const stage = await Stage.set({ compactBytes: 2_000 })
    const [ada, lin] = [await stage.joined(), await stage.joined()]
    for (let i = 0; i < 200; i++) {
      text(i % 2 === 0 ? ada : lin).insert(0, 'hello hello hello')
      if (i % 3 === 0) text(lin).delete(0, Math.min(5, text(lin).length))
      await stage.settle()
    }
    expect(stage.compactor.runs).toBeGreaterThan(2)
    expect(viewOf(lin.doc)).toBe(viewOf(ada.doc))
    const stored = await stage.store.load('room')
    expect(stored.snapshot).not.toBe(null)
    expect(viewOf(docOf([...(stored.snapshot?.parts ?? []), ...stored.records.map(r => r.update)]))).toBe(
      viewOf(ada.doc),
    )
    stage.restart()
    expect(viewOf(await loaded(stage))).toBe(viewOf(ada.doc))
  })

  test('an empty room is dropped after a while, not before, and a joiner in between keeps it', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    text(ada).insert(0, 'kept')
    await stage.settle()
    ada.disconnect()
    stage.clock.advance(stage.limits.idleRoomMs - 1)
    for (let i = 0; i < 3; i++) {
      stage.rooms.sweep()
      await stage.run()
    }
    expect(stage.rooms.find('room')).not.toBe(null)
    const lin = await stage.joined()
    stage.clock.advance(stage.limits.idleRoomMs)
    stage.rooms.sweep()
    expect(stage.rooms.find('room')).not.toBe(null)
    lin.disconnect()
    for (let i = 0; i < 3; i++) {
      stage.clock.advance(stage.limits.idleRoomMs)
      stage.rooms.sweep()
      await stage.run()
    }
    expect(stage.rooms.find('room')).toBe(null)
    expect((await loaded(stage)).getText('text').toString()).toBe('kept')
  })

  test('closing the rooms writes what was accepted and tells everyone to come back', async () => {
    const stage = await Stage.set()
    const ada = await stage.joined()
    stage.store.holds = true
    text(ada).insert(0, 'just in time')
    ada.send()
    await stage.run()
    let isClosed = false
    const closed = stage.rooms.close().then(() => {
      isClosed = true
    })
    expect(ada.wire?.closing).toBe('shutting-down')
    await stage.run()
    expect(isClosed).toBe(false)
    stage.store.holds = false
    stage.store.release()
    for (let i = 0; i < 3; i++) await stage.run()
    await closed
    stage.restart()
    expect((await loaded(stage)).getText('text').toString()).toBe('just in time')
  })
})

test('R8: a quiet connection hears something well before 30 s, and a dead one is closed', async () => {
  const stage = await Stage.set()
  const ada = await stage.joined()
  const { wire } = ada
  if (wire === null) throw new Error('not connected')
  wire.arrived.length = 0
  for (let ms = 0; ms < 25_000; ms += stage.limits.sweepMs) {
    stage.clock.advance(stage.limits.sweepMs)
    ada.sweep()
  }
  expect(wire.arrived.length).toBeGreaterThan(0)
  expect(wire.pings).toBeGreaterThan(0)
  expect(wire.closing).toBe(null)
  for (let ms = 0; ms <= stage.limits.pongMs; ms += stage.limits.sweepMs) {
    stage.clock.advance(stage.limits.sweepMs)
    ada.sweep()
  }
  expect(wire.closing).toBe('not-answering')
})

/** An update whose beginning nobody has. */
function gapUpdate(): Uint8Array {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', update => updates.push(update))
  for (const char of 'abc') doc.getText('text').insert(0, char)
  return updates[2]
}

function yWebsocketPresence(client: number, state: string): Uint8Array {
  const [payload] = yWebsocket.encode({ type: 'presence', entries: [{ client, clock: 1, state }] }, THE_ROOM)
  return joined(...payload)
}

function frame(update: ArrayLike<number>, syncType = 2): Uint8Array {
  const bytes = Uint8Array.from(update)
  const length: number[] = []
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80)
    if (rest < 0x80) break
  }
  return joined(new Uint8Array([0, syncType, ...length]), bytes)
}

function joined(...parts: ArrayLike<number>[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map(part => Uint8Array.from(part))))
}

function big(client: StockClient, size: number): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(client.doc))
  const before = Y.encodeStateVector(doc)
  doc.getText('text').insert(0, 'y'.repeat(size))
  return Y.encodeStateAsUpdate(doc, before)
}
