import * as encoding from 'lib0/encoding'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { HttpRefusal } from '../server/api/http-refusal.ts'
import type { Clock } from '../server/clock.ts'
import { Cursor } from '../server/document/cursor.ts'
import { limits } from '../server/limits.ts'
import { SearchLine } from '../server/search/line.ts'
import { inPageOrder } from '../server/search/page-order.ts'
import { type RoomHit, searchRoom } from '../server/search/room-search.ts'
import { Slices } from '../server/search/slices.ts'
import { readAny, readJson } from '../server/search/value.ts'
import { Words } from '../server/search/words.ts'
import { edit } from './support/editing.ts'
import { byName, HttpServer, type HttpServerOptions } from './support/http-server.ts'
import { until } from './support/live.ts'
import { quietDoc } from './support/oracle.ts'
import { forSeeds, type Random, seedsTimeoutMs } from './support/random.ts'
import { any, struct, text, uint, write } from './support/rough.ts'
import { TestClock } from './support/test-clock.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: HttpServerOptions = {}): Promise<HttpServer> {
  const http = await HttpServer.start(options)
  cleanups.push(() => http.dispose())
  return http
}

interface Answer {
  hits: { room: string; key: string | null; client: number; clock: number; value: unknown }[]
  next: string | null
}

interface Query {
  rooms?: string
  q: string
  limit?: number
  before?: string
}

async function search(http: HttpServer, who: string | null, { rooms = '**', ...rest }: Query): Promise<Answer> {
  const query = new URLSearchParams({ rooms, q: rest.q })
  if (rest.limit !== undefined) query.set('limit', String(rest.limit))
  if (rest.before !== undefined) query.set('before', rest.before)
  const response = await http.ask(who, `/api/search?${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as Answer
}

/** By the cursor to the end. */
async function searchAll(
  http: HttpServer,
  who: string | null,
  query: Query,
): Promise<{ hits: Answer['hits']; requests: number }> {
  const hits: Answer['hits'] = []
  for (let before: string | undefined, requests = 1; ; requests++) {
    const answer = await search(http, who, { ...query, before })
    hits.push(...answer.hits)
    if (answer.next === null) return { hits, requests }
    before = answer.next
  }
}

const message = (text: string, id = text) => ({ id, author: { id: 'ada', name: 'Ada' }, text, at: 1 })

/** Says something in a room, as each message is said: one after the other. */
async function say(http: HttpServer, room: string, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await http.server.room(room).transact(doc => {
      const list = doc.getArray('messages')
      list.insert(list.length, [message(text)])
    })
  }
}

const textsOf = (hits: Answer['hits']) => hits.map(({ value }) => (value as { text: string }).text)

describe('Q1: what is found', () => {
  test('values in which every word occurs, whatever the case and the form of writing', async () => {
    const http = await start()
    await say(
      http,
      'chat/a/0',
      'The Harbour is calm',
      'no boats',
      'ｈａｒｂｏｕｒ in wide letters',
      'Łódź in the harbour',
      'ﬁsh',
    )
    const found = async (q: string) => textsOf((await search(http, null, { q })).hits)
    expect(await found('HARBOUR')).toEqual([
      'Łódź in the harbour',
      'ｈａｒｂｏｕｒ in wide letters',
      'The Harbour is calm',
    ])
    expect(await found('calm harb')).toEqual(['The Harbour is calm'])
    expect(await found('łódź')).toEqual(['Łódź in the harbour'])
    expect(await found('fish')).toEqual(['ﬁsh'])
    expect(await found('ada boats')).toEqual(['no boats'])
    expect(await found('author')).toEqual([])
  })

  test('the whole value, with its key in a map and its id in Yjs', async () => {
    const http = await start()
    const client = await http.server.room('notes').transact(doc => {
      doc.getMap('map').set('first', { text: 'old anchor' })
      doc.getMap('map').set('first', { text: 'new anchor' })
      doc.getMap('map').set('list', Y.Array.from([1, 'an anchor in a list']))
      doc.getText('text').insert(0, 'an anchor in a text')
      return doc.clientID
    })
    const { hits } = await search(http, null, { q: 'anchor' })
    expect(hits.sort((a, b) => a.clock - b.clock)).toEqual([
      { room: 'notes', key: 'first', client, clock: 1, value: { text: 'new anchor' } },
      { room: 'notes', key: null, client, clock: 4, value: 'an anchor in a list' },
      { room: 'notes', key: null, client, clock: 5, value: 'an anchor in a text' },
    ])
  })

  test('nothing that is deleted, alone, in part, or with what it is in', async () => {
    const http = await start()
    await say(http, 'chat/a/0', 'one anchor', 'two anchors', 'three anchors')
    await http.server.room('chat/a/0').transact(doc => {
      doc.getArray('messages').delete(1, 1)
      doc.getText('text').insert(0, 'an anchor and a rope')
      doc.getMap('map').set('inner', new Y.Map([['x', 'inner anchor']]))
    })
    await http.server.room('chat/a/0').transact(doc => {
      doc.getText('text').delete(3, 6)
      doc.getMap('map').delete('inner')
    })
    expect(textsOf((await search(http, null, { q: 'anchor' })).hits)).toEqual(['three anchors', 'one anchor'])
    expect((await search(http, null, { q: 'rope' })).hits.map(({ value }) => value)).toEqual([' and a rope'])
  })

  test('what somebody added to something while another deleted it', async () => {
    const http = await start()
    const [ada, lin] = [new Y.Doc(), new Y.Doc()]
    const inner = ada.getMap('map').set('inner', new Y.Array<unknown>())
    inner.insert(0, ['first anchor'])
    const whole = Y.encodeStateAsUpdate(ada)
    Y.applyUpdate(lin, whole)
    ada.getMap('map').delete('inner')
    ;(lin.getMap('map').get('inner') as Y.Array<string>).insert(1, ['second anchor'])
    ;(lin.getMap('map').get('inner') as Y.Array<unknown>).insert(2, [new Y.Map([['deep', 'third anchor']])])
    // In one room the server has seen it before it was deleted; to the other it came with nothing left of it.
    await http.server.room('seen').apply(whole)
    for (const room of ['seen', 'not seen']) {
      await http.server.room(room).apply(Y.encodeStateAsUpdate(ada))
      await http.server.room(room).apply(Y.encodeStateAsUpdate(lin))
    }
    expect((await search(http, null, { q: 'anchor' })).hits).toEqual([])
  })

  test('the same as in the document, after any editing, as records and as a whole', { timeout: seedsTimeoutMs }, () => {
    forSeeds(60, random => {
      const { doc, records } = edited(random)
      const whole = [Y.encodeStateAsUpdate(doc)]
      for (const query of ['a', 'be', 'hello', '漢字', 'two', '😀', 'x y']) {
        const words = wordsOf(query)
        expect(sorted(found(whole, words)), query).toEqual(sorted(expected(doc, query)))
        // A text is cut otherwise in records than in the document.
        const isValue = ({ isText }: { isText: boolean }) => !isText
        expect(sorted(found(records, words).filter(isValue)), query).toEqual(
          sorted(expected(doc, query).filter(isValue)),
        )
      }
    })
  })
})

test('Q1: what is left of a long text, each piece with its id', { timeout: seedsTimeoutMs }, () => {
  forSeeds(30, random => {
    const whole = Array.from({ length: 3_000 }, () => random.pick(['a', 'b', ' ', 'é', '漢', '😀', '\ufdfa'])).join('')
    const ranges: [number, number][] = []
    const expected: { clock: number; value: string }[] = []
    for (let at = 0; at < whole.length; ) {
      const left = Math.min(random.below(random.chance(0.1) ? 3_000 : 20), whole.length - at)
      const value = whole.slice(at, at + left)
      if (occurIn('ab', [value])) expected.push({ clock: at, value })
      at += left
      const length = Math.min(1 + random.below(5), whole.length - at)
      if (length > 0) ranges.push([at, length])
      at += length
    }
    const structs = [text(whole)]
    const update = write({ sections: [{ client: 1, clock: 0, structs }], deletes: [{ client: 1, ranges }] })
    const hits = found([update], wordsOf('ab')).map(({ clock, value }) => ({ clock, value: JSON.parse(value) }))
    expect(hits.sort((a, b) => a.clock - b.clock)).toEqual(expected)
  })
})

describe('Q2: the order, and going on', () => {
  test('newer pages first, by their number: 12 before 2; of several series the newest of each', () => {
    const names = [
      'chat/a/2',
      'chat/a/12',
      'chat/b/1',
      'notes',
      'chat/a/0',
      'chat/b/0',
      'chat/a/007',
      'chat/b/9007199254740993',
    ]
    const listed = inPageOrder(names.map(name => ({ name, bytes: 1 })))
    expect(listed.map(({ name }) => name)).toEqual([
      'chat/a/12',
      'chat/b/9007199254740993',
      'notes',
      'chat/a/007',
      'chat/b/1',
      'chat/a/2',
      'chat/b/0',
      'chat/a/0',
    ])
  })

  test('by the cursor every hit comes once, the newest first, however small the answers', async () => {
    const http = await start()
    for (const page of [0, 2, 10, 11]) await say(http, `chat/a/${page}`, `anchor ${page}.1`, 'rope', `anchor ${page}.2`)
    const all = [11, 10, 2, 0].flatMap(page => [`anchor ${page}.2`, `anchor ${page}.1`])
    for (const limit of [1, 2, 3, 50]) {
      const { hits, requests } = await searchAll(http, null, { rooms: 'chat/a/*', q: 'anchor', limit })
      expect(textsOf(hits)).toEqual(all)
      expect(requests).toBeGreaterThanOrEqual(Math.ceil(all.length / limit))
    }
  })

  test('a cursor goes on although more was said meanwhile, and ends with the process', async () => {
    const http = await start()
    for (const page of [0, 1]) await say(http, `chat/a/${page}`, `anchor ${page}.1`, `anchor ${page}.2`)
    const first = await search(http, null, { q: 'anchor', limit: 1 })
    await say(http, 'chat/a/1', 'anchor 1.3')
    await say(http, 'chat/a/2', 'anchor 2.1')
    const next = first.next ?? ''
    const rest = await searchAll(http, null, { q: 'anchor', limit: 1, before: next })
    expect(textsOf((await search(http, null, { q: 'anchor', before: next })).hits)).toContain('anchor 0.2')
    expect(rest.hits.length).toBeGreaterThan(2)
    await http.end()
    await http.begin()
    const response = await http.ask(null, `/api/search?rooms=**&q=anchor&before=${next}`)
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'bad-request' })])
  })

  test('an answer is bounded in what is read for it and in what it weighs, and every request gets on', async () => {
    const texts = ['anchor one', `anchor two ${'x'.repeat(2_000)}`, 'anchor three']
    for (const limits of [{ searchBytes: 1 }, { searchAnswerBytes: 4_100 }]) {
      const http = await start({ limits })
      for (const [page, text] of texts.entries()) await say(http, `chat/a/${page}`, text)
      const { hits, requests } = await searchAll(http, null, { q: 'anchor' })
      expect(textsOf(hits)).toEqual([...texts].reverse())
      expect(requests).toBeGreaterThanOrEqual(texts.length)
    }
  })

  test('a value that no answer could hold is a hit without it', async () => {
    const http = await start({ limits: { searchAnswerBytes: 4_100 } })
    await say(http, 'room', 'anchor one', `anchor two ${'x'.repeat(4_100)}`)
    const { hits } = await searchAll(http, null, { q: 'anchor' })
    expect(hits.map(({ clock, value }) => [clock, value])).toEqual([
      [1, null],
      [0, message('anchor one')],
    ])
  })

  test('nor is a value made that takes far more than its bytes', () => {
    const doc = new Y.Doc()
    doc.getArray('list').insert(0, [['anchor', ...Array.from({ length: 5_000 }, () => ({}))] as never, ['anchor', {}]])
    const query = { words: wordsOf('anchor'), after: null, atMost: 5, valueBytes: 100_000 }
    const work = searchRoom([Y.encodeStateAsUpdate(doc)], query)
    for (;;) {
      const { done, value } = work.next()
      if (done !== true) continue
      expect([...value].map(hit => hit.value)).toEqual([['anchor', Object.create(null)], null])
      return
    }
  })

  test('an answer is bounded in the time it takes', async () => {
    const clock = new TestClock()
    const turning = setInterval(() => clock.flushTurns(), 1)
    cleanups.push(() => clearInterval(turning))
    const http = await start({
      clock,
      limits: { searchMs: 10 },
      authenticate: () => {
        clock.advance(10)
        return { access: 'write' }
      },
    })
    for (const page of [0, 1, 2]) await say(http, `chat/a/${page}`, 'anchor')
    const { hits, requests } = await searchAll(http, null, { q: 'anchor' })
    // The last one only finds that nothing is left.
    expect([hits.length, requests]).toEqual([3, 4])
  })
})

describe('Q3: who may', () => {
  test('rooms that somebody may not read are as if they were not there', async () => {
    const http = await start({ authenticate: byName })
    await say(http, 'chat/open/0', 'anchor in the open')
    await say(http, 'chat/secret/0', 'anchor in secret')
    await say(http, 'chat/secret/1', 'anchor in secret, too')
    expect(textsOf((await searchAll(http, 'reader', { q: 'anchor' })).hits)).toEqual(['anchor in the open'])
    expect((await searchAll(http, 'reader', { rooms: 'chat/secret/*', q: 'anchor', limit: 1 })).hits).toEqual([])
    expect((await searchAll(http, null, { q: 'anchor' })).hits).toEqual([])
    expect((await searchAll(http, 'keeper', { q: 'anchor' })).hits).toHaveLength(3)
  })

  test.each([
    ['a full one', { q: 'anchor', limit: 1 }, {}],
    ['one that is not', { q: 'anchor', limit: 2 }, {}],
    ['one that has read enough', { q: 'anchor' }, { searchBytes: 1 }],
    ['one that took its time', { q: 'anchor' }, { searchMs: 1 }],
  ] as const)(
    '%s: no answer differs by whether rooms are there that somebody may not read',
    async (_, query, limits) => {
      const answers: unknown[] = []
      for (const secrets of [0, 1, 3]) {
        const clock = new TestClock()
        const turning = setInterval(() => clock.flushTurns(), 1)
        cleanups.push(() => clearInterval(turning))
        const authenticate: HttpServerOptions['authenticate'] = request => {
          if (request.room === 'chat/open/5') clock.advance(2)
          return byName(request)
        }
        const http = await start({ authenticate, limits, clock })
        await say(http, 'chat/open/5', 'anchor in the open')
        for (let i = 0; i < secrets; i++) await say(http, `chat/secret/${i}`, 'anchor in secret')
        const { hits, next } = await search(http, 'reader', query)
        answers.push([textsOf(hits), next?.length ?? null])
      }
      expect(answers).toEqual([answers[0], answers[0], answers[0]])
    },
  )

  test('a cursor says nothing, and cannot be made', async () => {
    const http = await start()
    for (const page of [0, 1]) await say(http, `chat/a/${page}`, 'anchor')
    const { next } = await search(http, null, { q: 'anchor', limit: 1 })
    const bytes = Buffer.from(next ?? '', 'base64url')
    expect(bytes.toString('latin1')).not.toContain('chat')
    for (let i = 0; i < bytes.length; i++) {
      const other = Buffer.from(bytes)
      other[i] ^= 1
      const path = `/api/search?rooms=**&q=anchor&before=${other.toString('base64url')}`
      expect((await http.ask(null, path)).status).toBe(400)
    }
  })

  test('more searches than may be at once wait, and more than may wait are refused, whatever tokens they show', async () => {
    const waiting: (() => void)[] = []
    const http = await start({
      limits: { searchesPerAddress: 2, searchesWaitingPerAddress: 1 },
      authenticate: () => new Promise(resolve => waiting.push(() => resolve({ access: 'read' }))),
    })
    await say(http, 'room', 'anchor')
    const asked = ['ada', 'lin', 'a made-up one', 'another'].map(who => http.ask(who, '/api/search?rooms=**&q=anchor'))
    const refused = await Promise.race(asked)
    expect([refused.status, await refused.json()]).toEqual([
      429,
      expect.objectContaining({ code: 'too-many-searches' }),
    ])
    await until('two of them are judged', () => waiting.length === 2)
    const turning = setInterval(() => {
      for (const go of waiting.splice(0)) go()
    }, 1)
    cleanups.push(() => clearInterval(turning))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 200, 200, 429])
    expect((await http.ask('ada', '/api/search?rooms=**&q=anchor')).status).toBe(200)
  })

  test('an address that asks much keeps no other waiting for long', async () => {
    const line = new SearchLine({ ...limits, searchesAtOnce: 3, searchesPerAddress: 2, searchesWaitingPerAddress: 4 })
    const order: string[] = []
    const leaving: (() => void)[] = []
    const enter = async (address: string): Promise<void> => {
      const leave = await line.enter(address)
      order.push(address)
      leaving.push(leave)
    }
    for (const address of ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c']) void enter(address)
    await new Promise(setImmediate)
    // Two of one address, and three in all.
    expect(order.splice(0)).toEqual(['a', 'a', 'b'])
    await expect(line.enter('a')).rejects.toThrow(HttpRefusal)
    while (leaving.length > 0) {
      leaving.shift()?.()
      await new Promise(setImmediate)
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'a', 'a'])
  })

  test.each([
    'q=x',
    'rooms=**',
    'rooms=**&q=',
    'rooms=**&q=%20%20',
    `rooms=**&q=${'x'.repeat(257)}`,
    `rooms=**&q=${Array.from({ length: 17 }, (_, i) => i).join('+')}`,
    'rooms=**&q=x&limit=0',
    'rooms=**&q=x&limit=201',
    'rooms=**&q=x&limit=many',
    'rooms=**&q=x&before=',
    'rooms=**&q=x&before=eA',
    'rooms=%00&q=x',
  ])('%s is refused', async query => {
    const http = await start()
    const response = await http.ask(null, `/api/search?${query}`)
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'bad-request' })])
  })
})

describe('Q4: values', () => {
  const values: unknown[] = [
    null,
    true,
    false,
    0,
    63,
    -64,
    65,
    2 ** 31,
    -(2 ** 40),
    0.5,
    1e300,
    'text',
    [1, ['x']],
    { a: { b: 'c' } },
  ]

  test.each(values)('%j is read as it was written', value => {
    const encoder = encoding.createEncoder()
    encoding.writeAny(encoder, value as never)
    const cursor = new Cursor(encoding.toUint8Array(encoder))
    expect(JSON.stringify(readAny(cursor))).toBe(JSON.stringify(value))
    expect(cursor.done).toBe(true)
  })

  test('what JSON cannot say is near it, and no key is a prototype', () => {
    const encoder = encoding.createEncoder()
    encoding.writeAny(encoder, [undefined, 12n, new Uint8Array([1, 2]), Number.NaN] as never)
    expect(readAny(new Cursor(encoding.toUint8Array(encoder)))).toEqual([null, '12', { base64: 'AQI=' }, null])
    const json = encoding.createEncoder()
    encoding.writeVarString(json, '{"__proto__":{"admin":true},"text":"x"}')
    const read = readJson(new Cursor(encoding.toUint8Array(json))) as Record<string, unknown>
    expect(Object.getPrototypeOf(read)).toBe(null)
    expect(read.admin).toBeUndefined()
    expect(JSON.stringify(read)).toBe('{"__proto__":{"admin":true},"text":"x"}')
    const crafted = encoding.createEncoder()
    encoding.writeUint8(crafted, 118)
    encoding.writeVarUint(crafted, 1)
    encoding.writeVarString(crafted, '__proto__')
    encoding.writeAny(crafted, { admin: true } as never)
    const object = readAny(new Cursor(encoding.toUint8Array(crafted))) as Record<string, unknown>
    expect([Object.getPrototypeOf(object), object.admin]).toEqual([null, undefined])
  })
})

test('Q5: of all searches one goes on in each turn, and none for long', async () => {
  let now = 0
  const turns: (() => void)[] = []
  const clock = { monotonic: () => now, turn: (run: () => void) => void turns.push(run) } as Clock
  const slices = new Slices(clock)
  const said: string[] = []
  function* work(name: string): Generator<void, string> {
    for (let i = 0; i < 6; i++) {
      said.push(name)
      now += 2
      yield
    }
    return name
  }
  const all = Promise.all(['a', 'b'].map(name => slices.next().then(() => slices.run(work(name)))))
  const perTurn: string[] = []
  let isDone = false
  void all.then(() => {
    isDone = true
  })
  while (!isDone) {
    expect(turns.length).toBeLessThanOrEqual(1)
    turns.shift()?.()
    await new Promise(setImmediate)
    perTurn.push(said.splice(0).join(''))
  }
  expect(await all).toEqual(['a', 'b'])
  // Three pieces of 2 ms are the first to exceed the slice.
  expect(perTurn.filter(turn => turn !== '')).toEqual(['aaa', 'bbb', 'aaa', 'bbb'])
})

describe('Q6: others have their turn, whatever is searched', () => {
  /** Hits, and the most that was done without a yield, and in all: bytes read one by one, characters folded. */
  function work(updates: readonly Uint8Array[], query: string, atMost = 50) {
    const read = vi.spyOn(Cursor.prototype, 'byte')
    const folds = vi.spyOn(String.prototype, 'normalize')
    cleanups.push(() => read.mockRestore())
    cleanups.push(() => folds.mockRestore())
    const words = wordsOf(query)
    const steps = searchRoom(updates, { words, after: null, atMost, valueBytes: 1_000_000 })
    const most = { read: 0, folded: 0 }
    const all = { read: 0, folded: 0 }
    for (;;) {
      read.mockClear()
      folds.mockClear()
      const { done, value } = steps.next()
      const now = {
        read: read.mock.calls.length,
        folded: folds.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0),
      }
      for (const kind of ['read', 'folded'] as const) {
        most[kind] = Math.max(most[kind], now[kind])
        all[kind] += now[kind]
      }
      if (done === true) {
        read.mockClear()
        const hits = [...value]
        all.read += read.mock.calls.length
        return { hits, most, all }
      }
    }
  }

  const written = (edit: (doc: Y.Doc) => void): Uint8Array => {
    const doc = new Y.Doc()
    edit(doc)
    return Y.encodeStateAsUpdate(doc)
  }
  const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

  const documents: [string, number, () => Uint8Array][] = [
    [
      'one list of many values',
      20,
      () =>
        written(doc =>
          doc.getArray('a').insert(
            0,
            many(20_000, i => (i % 1_000 === 0 ? 'anchor' : 'x')),
          ),
        ),
    ],
    [
      'one list in which all are hits',
      50,
      () =>
        written(doc =>
          doc.getArray('a').insert(
            0,
            many(20_000, () => 'anchor'),
          ),
        ),
    ],
    [
      'one value that holds many',
      1,
      () => written(doc => doc.getArray('a').insert(0, [many(50_000, i => (i === 0 ? 'anchor' : [])) as never])),
    ],
    ['one long text', 1, () => written(doc => doc.getText('t').insert(0, `${'x '.repeat(100_000)}anchor`))],
    ['a text that folding makes long', 0, () => written(doc => doc.getText('t').insert(0, '\ufdfa'.repeat(30_000)))],
    [
      'a text of which every other word is deleted',
      50,
      () => {
        const ranges = many(2_000, (i): [number, number] => [i * 14, 7])
        const structs = [text('anchor '.repeat(4_000))]
        return write({ sections: [{ client: 1, clock: 0, structs }], deletes: [{ client: 1, ranges }] })
      },
    ],
    [
      'a list as it is said, one after the other',
      1,
      () => {
        const said = (i: number) => Buffer.concat([uint(1), any(i === 19_999 ? 'anchor' : 'x')])
        const structs = many(20_000, i => struct(8, said(i), i === 0 ? { parent: 'a' } : { origin: [1, i - 1] }))
        return write({ sections: [{ client: 1, clock: 0, structs }], deletes: [] })
      },
    ],
  ]

  test.each(documents)('%s', (_, hits, make) => {
    const update = make()
    const { hits: found, most, all } = work([update], 'anchor')
    expect(Math.min(found.length, 50)).toBe(hits)
    expect(most.read).toBeLessThan(12_000)
    expect(most.folded).toBeLessThan(16_000)
    // No part is read over and over.
    expect(all.read).toBeLessThan(4 * update.length + 10_000)
    expect(all.folded).toBeLessThan(4 * update.length + 10_000)
  })
})

test('Q7: a text that is looked at in parts has the same words as the whole', { timeout: seedsTimeoutMs }, () => {
  const letters = [
    'a',
    'b',
    'A',
    'ß',
    'é',
    'e\u0301',
    '\u0301',
    '\u0323',
    'ﬁ',
    'ｈ',
    '\ufdfa',
    '漢',
    '😀',
    '𝐀',
    'ᄒ',
    'ᅡ',
    'ᆫ',
    '각',
    ' ',
    '\n',
    'Σ',
    'ς',
    'İ',
  ]
  forSeeds(400, random => {
    const some = (count: number) => Array.from({ length: count }, () => random.pick(letters)).join('')
    const texts = Array.from({ length: 1 + random.below(2) }, () => some(random.below(300)))
    const whole = texts.join('\n')
    const at = random.below(whole.length + 1)
    const query = random.chance(0.5) ? whole.slice(at, at + 1 + random.below(20)) : some(1 + random.below(3))
    const words = Words.of(query)
    if (words === null) return
    const finding = words.begin()
    for (const text of texts) {
      const characters = [...text]
      while (characters.length > 0) {
        const part = characters.splice(0, 1 + random.below(120)).join('')
        finding.add(part, characters.length === 0)
      }
    }
    expect(finding.isComplete, JSON.stringify([texts, query])).toBe(occurIn(query, texts))
  })
})

interface Found {
  key: string | null
  client: number
  clock: number
  value: string
  isText: boolean
}

/** A document that three people have edited, and the records that a server would have of it. */
function edited(random: Random): { doc: Y.Doc; records: Uint8Array[] } {
  const doc = quietDoc()
  const records: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => records.push(update))
  const people = [1, 2, 3].map(id => {
    const person = quietDoc()
    person.clientID = id
    return person
  })
  for (let i = 0; i < 120; i++) {
    const person = random.pick(people)
    edit(random, person)
    if (random.chance(0.3)) {
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(person, Y.encodeStateVector(doc)))
      Y.applyUpdate(person, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(person)))
    }
  }
  for (const person of people) Y.applyUpdate(doc, Y.encodeStateAsUpdate(person, Y.encodeStateVector(doc)))
  return { doc, records }
}

function found(updates: readonly Uint8Array[], words: Words): Found[] {
  const work = searchRoom(updates, { words, after: null, atMost: 1_000, valueBytes: 1_000_000 })
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return [...value].map(hit => foundOf(hit, updates))
  }
}

function foundOf({ key, client, clock, value }: RoomHit, updates: readonly Uint8Array[]): Found {
  const isText = updates.some(update =>
    Y.decodeUpdate(update).structs.some(
      struct =>
        struct instanceof Y.Item &&
        struct.content instanceof Y.ContentString &&
        struct.id.client === client &&
        struct.id.clock <= clock &&
        clock < struct.id.clock + struct.length,
    ),
  )
  return { key, client, clock, value: JSON.stringify(value), isText }
}

function wordsOf(query: string): Words {
  const words = Words.of(query)
  if (words === null) throw new Error('there is nothing to search for')
  return words
}

/** Whether all words occur, each in one of the texts, looked at as a whole. */
function occurIn(query: string, texts: readonly string[]): boolean {
  const folded = texts.map(text => text.normalize('NFKC').toLowerCase())
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/u)
  return words.every(word => folded.some(text => text.includes(word)))
}

/** What of a document the words occur in, read from its structs as Yjs keeps them. */
function expected(doc: Y.Doc, query: string): Found[] {
  const hits: Found[] = []
  for (const structs of doc.store.clients.values()) {
    for (const item of structs) {
      if (!(item instanceof Y.Item) || item.deleted) continue
      const { content, parentSub: key } = item
      const { client, clock } = item.id
      if (content instanceof Y.ContentString) {
        if (occurIn(query, [content.str]))
          hits.push({ key, client, clock, value: JSON.stringify(content.str), isText: true })
      } else if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) {
        for (const [i, value] of content.arr.entries()) {
          const texts: string[] = []
          const json = JSON.stringify(value, (_name, part: unknown) => {
            if (part instanceof Uint8Array) return { base64: Buffer.from(part).toString('base64') }
            if (typeof part === 'string') texts.push(part)
            return part
          })
          if (occurIn(query, texts)) hits.push({ key, client, clock: clock + i, value: json, isText: false })
        }
      }
    }
  }
  return hits
}

function sorted(hits: readonly Found[]): Found[] {
  return [...hits].sort((a, b) => a.client - b.client || a.clock - b.clock)
}
