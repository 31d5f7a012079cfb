import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { append, compareEntries, MessageLog, messagesOf, readLog } from './log.ts'
import { type Message, newMessage } from './message.ts'

const message = (id: string, at: number, text = id): Message =>
  newMessage({ id, author: { id: 'a1', name: 'Ada' }, text, at })
const textsOf = (doc: Y.Doc) => readLog(messagesOf(doc)).map(entry => entry.message.text)

describe('the log', () => {
  test('is in order of time, then id, whatever the order of arrival', () => {
    const doc = new Y.Doc()
    append(doc, message('c', 2))
    append(doc, message('b', 2))
    append(doc, message('a', 3))
    append(doc, message('d', 1))
    expect(textsOf(doc)).toEqual(['d', 'b', 'c', 'a'])
  })

  test('shows a message that was sent twice once', () => {
    const doc = new Y.Doc()
    append(doc, message('a', 1))
    append(doc, message('b', 2))
    append(doc, message('a', 1))
    expect(textsOf(doc)).toEqual(['a', 'b'])
  })

  test('ignores what other programs wrote in another shape', () => {
    const doc = new Y.Doc()
    append(doc, message('a', 1))
    messagesOf(doc).insert(0, [null, 1, 'text', [], { text: 'no id' }, new Y.Map([['id', 'x']]), new Y.Text('t')])
    const other = new Y.Doc()
    other.getMap('messages').set('id', 'not an element')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
    append(doc, message('b', 2))
    expect(textsOf(doc)).toEqual(['a', 'b'])
  })

  test('knows the Yjs id of every message', () => {
    const doc = new Y.Doc()
    append(doc, message('a', 1))
    messagesOf(doc).insert(0, ['filler', 'filler'])
    append(doc, message('b', 2))
    const entries = readLog(messagesOf(doc))
    expect(entries.map(entry => [entry.client, entry.clock])).toEqual([
      [doc.clientID, 0],
      [doc.clientID, 3],
    ])
  })

  test('takes a copy, so that a later change of the object changes nothing', () => {
    const doc = new Y.Doc()
    const author = { id: 'a1', name: 'Ada' }
    append(doc, { id: 'a', author, text: 'a', at: 1 })
    author.name = 'Eve'
    expect(readLog(messagesOf(doc))[0]?.message.author.name).toBe('Ada')
  })

  test('tells its listeners once for each change, and nobody after it ended', () => {
    const doc = new Y.Doc()
    const log = new MessageLog(doc)
    let told = 0
    const stop = log.subscribe(() => told++)
    append(doc, message('a', 1))
    expect(told).toBe(1)
    messagesOf(doc).insert(0, ['nothing to show'])
    expect(told).toBe(1)
    stop()
    append(doc, message('b', 2))
    expect(told).toBe(1)
    log.destroy()
  })
})

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), by: fc.nat(2), at: fc.nat(9), id: fc.nat(30) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), by: fc.nat(2), at: fc.nat(), id: fc.nat() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('junk' as const), by: fc.nat(2), at: fc.nat(), id: fc.nat() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('sync' as const), by: fc.nat(2), at: fc.nat(), id: fc.nat(2) }),
  },
)

test('followed change by change, the log is what reading it afresh gives, and equal for everybody', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
      const logs = docs.map(doc => new MessageLog(doc))
      for (const { kind, by, at, id } of steps) {
        const doc = docs[by] as Y.Doc
        const list = messagesOf(doc)
        if (kind === 'append') append(doc, message(String(id), at, `${id} at ${at}`))
        else if (kind === 'junk') list.insert(at % (list.length + 1), [{ id }])
        else if (kind === 'delete' && list.length > 0) list.delete(at % list.length)
        else if (kind === 'sync') Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[id] as Y.Doc, Y.encodeStateVector(doc)))
        expect(logs[by]?.get()).toEqual(readLog(list))
      }
      for (const doc of docs) for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
      const [first, ...others] = logs.map(log => log.get())
      for (const other of others) expect(other).toEqual(first)
      const shown = first ?? []
      expect(new Set(shown.map(entry => entry.message.id)).size).toBe(shown.length)
      expect([...shown].sort(compareEntries)).toEqual(shown)
    }),
    { numRuns: 300 },
  )
})
