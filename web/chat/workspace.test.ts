import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { directId, directPart } from './direct-id.ts'
import { Directory } from './directory.ts'
import { encodeKey } from './key.ts'
import {
  archive,
  archiveDocument,
  channelsOf,
  createChannel,
  createDocument,
  documentsOf,
  ensureChannel,
  join,
  membersOf,
  openDirect,
  readWorkspace,
  rename,
  renameDocument,
  restore,
  restoreDocument,
  setTopic,
} from './workspace.ts'

function exchange(a: Y.Doc, b: Y.Doc): void {
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b))
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
}

describe('a channel', () => {
  test('is listed under its name until it is renamed', () => {
    const doc = new Y.Doc()
    const id = createChannel(doc, { name: '  the\n harbour ', topic: 'ships', by: 'ada', at: 1 }) as string
    expect(id).toMatch(/^c-[a-z2-9]{10}$/)
    const channel = { id, name: 'the harbour', topic: 'ships', createdAt: 1, createdBy: 'ada', archivedAt: null }
    expect(readWorkspace(doc).channels).toEqual([channel])
    expect(rename(doc, id, 'The pier')).toBe(true)
    expect(rename(doc, id, ' ')).toBe(false)
    setTopic(doc, id, '')
    archive(doc, id, 9)
    expect(readWorkspace(doc).channels).toEqual([{ ...channel, name: 'The pier', topic: '', archivedAt: 9 }])
    restore(doc, id)
    expect(readWorkspace(doc).channels[0]?.archivedAt).toBeNull()
    expect(createChannel(doc, { name: ' ', by: 'ada', at: 1 })).toBeNull()
  })

  test('that two people come to by its address at once is one, and keeps what either called it', () => {
    // Of two writers of one key the greater Yjs client wins: both ways round.
    for (const [a, b] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const [one, other] = [new Y.Doc(), new Y.Doc()]
      one.clientID = a
      other.clientID = b
      ensureChannel(one, 'harbour', 'harbour', 'ada', 1)
      ensureChannel(other, 'harbour', 'harbour', 'lin', 2)
      rename(other, 'harbour', 'The harbour')
      setTopic(one, 'harbour', 'ships')
      exchange(one, other)
      expect(readWorkspace(one)).toEqual(readWorkspace(other))
      expect(readWorkspace(one).channels).toMatchObject([{ id: 'harbour', name: 'The harbour', topic: 'ships' }])
    }
  })

  test('that is there is not listed again', () => {
    const doc = new Y.Doc()
    ensureChannel(doc, 'harbour', 'harbour', 'ada', 1)
    const clock = Y.getState(doc.store, doc.clientID)
    ensureChannel(doc, 'harbour', 'other', 'lin', 2)
    ensureChannel(doc, '..', 'no address', 'lin', 2)
    expect(Y.getState(doc.store, doc.clientID)).toBe(clock)
  })
})

describe('a conversation of two', () => {
  test('is one, whoever opens it', () => {
    const doc = new Y.Doc()
    const id = openDirect(doc, 'lin', 'ada', 1)
    expect(openDirect(doc, 'ada', 'lin', 2)).toBe(id)
    expect(id).toBe('dm.ada.lin')
    expect(readWorkspace(doc)).toMatchObject({ channels: [], directs: [{ id, members: ['ada', 'lin'], createdAt: 1 }] })
    openDirect(doc, 'ada', 'ada', 3)
    expect(readWorkspace(doc).directs[0]?.members).toEqual(['ada'])
  })

  test('is not listed with people whom its id does not name', () => {
    const doc = new Y.Doc()
    channelsOf(doc).set(encodeKey('dm.ada.lin', 'created'), { kind: 'direct', members: ['eve', 'lin'], at: 1 })
    expect(readWorkspace(doc).directs).toEqual([])
  })

  test('has an id in which nothing of a user’s id means anything', () => {
    expect(directPart("a.b*c/d~e!f'g(h)i%j")).toBe('a%2Eb%2Ac%2Fd%7Ee%21f%27g%28h%29i%25j')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 128 }), fc.string({ maxLength: 128 }), (a, b) => {
        const id = directId(a, b)
        expect(id).toBe(directId(b, a))
        expect(id).toMatch(/^dm\.[\w%=-]*\.[\w%=-]*$/)
        expect(id.length).toBeLessThanOrEqual(200)
        if (a !== b && !/\p{Surrogate}|\ufffd/u.test(a)) expect(directPart(a)).not.toBe(directPart(b))
      }),
    )
  })

  test('has an id for long names, too, that is their SHA-256', () => {
    expect(directPart('a'.repeat(96))).toBe('a'.repeat(96))
    // printf 'a%.0s' {1..100} | sha256sum
    expect(directPart('a'.repeat(100))).toBe('=2816597888e4a0d3a36b82b83316ab32680eb8f00f8cd3b904d681246d285a0e')
  })
})

describe('documents and members', () => {
  test('a document is listed by its title, renamed, archived and restored', () => {
    const doc = new Y.Doc()
    const id = createDocument(doc, { kind: 'board', title: 'Plan', by: 'ada', at: 1 })
    createDocument(doc, { kind: 'note', title: 'plan 10', by: 'ada', at: 2 })
    createDocument(doc, { kind: 'note', title: 'Plan 9', by: 'ada', at: 2 })
    expect(readWorkspace(doc).documents.map(({ title }) => title)).toEqual(['Plan', 'Plan 9', 'plan 10'])
    renameDocument(doc, id, 'Zeal')
    archiveDocument(doc, id, 5)
    const board = { kind: 'board', id, title: 'Zeal', createdAt: 1, createdBy: 'ada', archivedAt: 5 }
    expect(readWorkspace(doc).documents[2]).toEqual(board)
    restoreDocument(doc, id)
    expect(readWorkspace(doc).documents[2]).toEqual({ ...board, archivedAt: null })
  })

  test('who joins is known, and joining again writes nothing', () => {
    const doc = new Y.Doc()
    join(doc, { id: 'ada', name: 'Ada' }, 1)
    join(doc, { id: 'ada', name: 'Ada' }, 2)
    join(doc, { id: 'x', name: ' ' }, 2)
    expect(Y.getState(doc.store, doc.clientID)).toBe(1)
    join(doc, { id: 'ada', name: 'Ada L.' }, 3)
    expect(readWorkspace(doc).members).toEqual([{ id: 'ada', name: 'Ada L.' }])
    expect(membersOf(doc).get('ada')).toEqual({ name: 'Ada L.', joinedAt: 1 })
  })
})

test('reading never throws, whatever lies in the document, and leaves out what it is not', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (key, value) => {
      const doc = new Y.Doc()
      const plain = JSON.parse(JSON.stringify(value))
      for (const map of [channelsOf(doc), documentsOf(doc), membersOf(doc)]) {
        for (const name of [key, '["a","created"]', '["a","name"]', '[null,"created"]']) map.set(name, plain)
      }
      ensureChannel(doc, 'sound', 'sound', 'ada', 1)
      expect(readWorkspace(doc).channels.map(({ id }) => id)).toContain('sound')
    }),
  )
})

test('the directory gives the same objects for what did not change, and tells of nothing else', () => {
  const doc = new Y.Doc()
  ensureChannel(doc, 'a', 'a', 'ada', 1)
  ensureChannel(doc, 'b', 'b', 'ada', 1)
  const directory = new Directory(doc)
  const before = directory.get()
  let told = 0
  directory.subscribe(() => told++)
  doc.getMap('other').set('x', 1)
  channelsOf(doc).set('junk', 1)
  expect(told).toBe(0)
  rename(doc, 'a', 'z')
  const after = directory.get()
  expect(told).toBe(1)
  expect(after.channels.map(({ name }) => name)).toEqual(['b', 'z'])
  expect(after.channels[0]).toBe(before.channels[1])
  expect(after.members).toBe(before.members)
  join(doc, { id: 'ada', name: 'Ada' }, 1)
  expect(directory.get().channels).toBe(after.channels)
  directory.destroy()
  rename(doc, 'a', 'y')
  expect(told).toBe(2)
})

const change = fc.record({
  who: fc.nat(1),
  what: fc.constantFrom('ensure', 'rename', 'topic', 'archive', 'restore', 'join', 'sync'),
  id: fc.constantFrom('a', 'b'),
  value: fc.nat(9),
})

test('two directories with the same content read the same, followed or read afresh, and no rename is lost to an arrival', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), changes => {
      const docs = [new Y.Doc(), new Y.Doc()] as const
      const followed = docs.map(doc => new Directory(doc))
      const renamed = new Set<string>()
      for (const { who, what, id, value } of changes) {
        const doc = docs[who] as Y.Doc
        if (what === 'ensure') ensureChannel(doc, id, id, 'ada', value)
        else if (what === 'rename' && rename(doc, id, `name ${value}`)) renamed.add(id)
        else if (what === 'topic') setTopic(doc, id, `topic ${value}`)
        else if (what === 'archive') archive(doc, id, value)
        else if (what === 'restore') restore(doc, id)
        else if (what === 'join') join(doc, { id, name: `name ${value}` }, value)
        else if (what === 'sync') exchange(...docs)
        expect(followed[who]?.get()).toEqual(readWorkspace(doc))
      }
      exchange(...docs)
      expect(readWorkspace(docs[0])).toEqual(readWorkspace(docs[1]))
      for (const { id, name } of readWorkspace(docs[0]).channels) expect(name.startsWith('name')).toBe(renamed.has(id))
    }),
    { numRuns: 300 },
  )
})
