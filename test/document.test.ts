import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../server/document/compact.ts'
import { Document, mergeRecords } from '../server/document/document.ts'
import type { Taken } from '../server/document/gate.ts'
import { EMPTY_UPDATE } from '../server/document/update.ts'
import { lowered, Network, partsOf, stateVectorOf } from './support/network.ts'
import { assertNothingPending, deletionsOf, docOf, quietDoc, viewOf } from './support/oracle.ts'
import { forSeeds, Random, seedsTimeoutMs } from './support/random.ts'
import { traffic } from './support/traffic.ts'

const NOTHING: ReadonlyMap<number, number> = new Map()

/** Judges, accepts and commits at once. */
function write(document: Document, update: Uint8Array): Taken | null {
  const { taken } = document.judge(update)
  if (taken === null) return null
  document.accept(taken)
  document.commit(taken, document.seq + 1)
  return taken
}

function documentOf(updates: readonly Uint8Array[]): Document {
  const document = Document.open(null)
  for (const update of updates) write(document, update)
  return document
}

/** The update of one edit by `client`, who has seen `seen`. */
function edited(client: number, seen: readonly Uint8Array[], edit: (doc: Y.Doc) => void): Uint8Array {
  const doc = docOf(seen)
  doc.clientID = client
  const before = Y.encodeStateVector(doc)
  edit(doc)
  return Y.encodeStateAsUpdate(doc, before)
}

const typed = (client: number, text: string, seen: readonly Uint8Array[] = []): Uint8Array =>
  edited(client, seen, doc => doc.getText('text').insert(doc.getText('text').length, text))

describe('a room of many clients on a bad network', () => {
  test(
    'ends with every client, every joiner and every restart equal to a plain Y.Doc',
    () => {
      let compactions = 0
      forSeeds(2500, random => {
        const network = new Network(random, 2 + random.below(7))
        for (let i = 0; i < 60; i++) network.step()
        network.settle()
        const truth = viewOf(network.oracle)

        for (const { doc } of network.clients) {
          assertNothingPending(doc)
          expect(viewOf(doc)).toBe(truth)
        }
        const joiner = docOf(network.answer(NOTHING))
        expect(viewOf(joiner)).toBe(truth)
        expect(deletionsOf(joiner)).toEqual(deletionsOf(network.oracle))
        expect(viewOf(docOf(network.answer(NOTHING), false))).toBe(truth)
        expect(network.document.stateVector()).toEqual(stateVectorOf(network.oracle))

        const restarted = network.reload()
        expect(viewOf(docOf(partsOf(restarted, NOTHING)))).toBe(truth)
        expect(restarted.stateVector()).toEqual(network.document.stateVector())

        // Whoever has read some of the log gets the rest, also when they say that they know less.
        const from = network.snapshot?.seq ?? 0
        const some = network.records.slice(from, from + random.below(network.records.length - from + 1))
        const reader = docOf([...(network.snapshot?.parts ?? []), ...some])
        docOf(network.answer(lowered(random, stateVectorOf(reader))), true, reader)
        expect(viewOf(reader)).toBe(truth)
        compactions += network.compactions
      })
      expect(compactions).toBeGreaterThan(0)
    },
    seedsTimeoutMs,
  )
})

describe('an update', () => {
  test('that was accepted and not committed is known to the gate and to nobody else', () => {
    const document = Document.open(null)
    const first = typed(1, 'hello')
    const { taken } = document.judge(first)
    if (taken === null) throw new Error('expected it to be taken')
    document.accept(taken)
    expect(document.judge(first)).toEqual({ taken: null, missing: new Map() })
    expect(document.judge(typed(2, '!', [first])).taken).not.toBeNull()
    expect(document.stateVector().size).toBe(0)
    expect(viewOf(docOf(partsOf(document, NOTHING)))).toBe(viewOf(quietDoc()))
    document.commit(taken, 1)
    expect(document.stateVector()).toEqual(new Map([[1, 5]]))
  })

  test('that deletes what is still in flight is taken, once', () => {
    const document = Document.open(null)
    const first = typed(1, 'hello')
    const deletion = edited(2, [first], doc => doc.getText('text').delete(1, 2))
    const takens = [first, deletion].map(update => {
      const { taken } = document.judge(update)
      if (taken === null) throw new Error('expected it to be taken')
      document.accept(taken)
      return taken
    })
    expect(document.judge(deletion).taken).toBeNull()
    takens.forEach((taken, i) => {
      document.commit(taken, i + 1)
    })
    expect(document.judge(deletion).taken).toBeNull()
    expect(docOf(partsOf(document, NOTHING)).getText('text').toString()).toBe('hlo')
  })

  test('that is known in part becomes a record of the rest', () => {
    const first = typed(1, 'hello')
    const both = Y.mergeUpdates([first, typed(1, ' world', [first])])
    const whole = Y.encodeStateAsUpdate(docOf([both]))
    const document = documentOf([first])
    const taken = write(document, whole)
    expect(Y.decodeUpdate(taken?.update ?? new Uint8Array()).structs).toHaveLength(1)
    expect(taken?.runs).toMatchObject([{ client: 1, clock: 5, end: 11, count: 1 }])
    expect(docOf(partsOf(document, NOTHING)).getText('text').toString()).toBe('hello world')
  })

  test('that repeats a whole delete set brings only the new deletions', () => {
    const first = typed(1, 'abcdef')
    const second = edited(2, [first], doc => doc.getText('text').delete(0, 1))
    const document = documentOf([first, second])
    const everything = edited(3, [first, second], doc => doc.getText('text').delete(3, 1))
    const taken = write(document, everything)
    expect(taken?.deletes).toEqual(new Map([[1, [4, 5]]]))
  })

  test('with a gap before one client is taken without what follows the gap', () => {
    const first = typed(1, 'a')
    const lost = typed(1, 'b', [first])
    const late = typed(1, 'c', [first, lost])
    const other = typed(2, 'd', [first])
    const document = documentOf([first])
    const { taken, missing } = document.judge(Y.mergeUpdates([late, other]))
    expect(taken?.runs).toMatchObject([{ client: 2, clock: 0, end: 1 }])
    expect(missing).toEqual(new Map([[1, 2]]))
  })
})

describe('an answer', () => {
  test('stays as of the seq of its call while the room goes on', () => {
    const first = typed(1, 'hello')
    const document = documentOf([first])
    const answer = document.answer(new Map([[9, 1]]))
    const second = typed(2, 'world', [first])
    write(document, second)
    write(
      document,
      edited(3, [first, second], doc => doc.getText('text').delete(4, 3)),
    )
    const reader = docOf({ [Symbol.iterator]: () => answer })
    expect(reader.getText('text').toString()).toBe('hello')
  })

  test('survives a compaction that happens before it is read', () => {
    const updates = traffic(new Random(5), 3, 40)
    const document = documentOf(updates)
    const before = document.answer(new Map([[1, 3]]))
    const { seq, updates: contents } = document.contents()
    document.rebase({ seq, ...compact(contents, 100) })
    const reader = quietDoc()
    for (const part of partsOf(document, NOTHING)) Y.applyUpdate(reader, part)
    const other = docOf(partsOf(documentOf(updates), NOTHING))
    for (const part of { [Symbol.iterator]: () => before }) Y.applyUpdate(other, part)
    expect(viewOf(other)).toBe(viewOf(reader))
  })

  test('of a large document comes in parts, each of which integrates completely', () => {
    const author = quietDoc(1)
    const updates: Uint8Array[] = []
    author.on('update', update => updates.push(update))
    for (let i = 0; i < 60; i++) {
      author.clientID = 1 + (i % 7)
      author.getText('text').insert((i * 7919) % (author.getText('text').length + 1), `${i}`.repeat(12_000))
    }
    const document = documentOf(updates)
    for (let compacted = 0; compacted < 2; compacted++) {
      for (const seen of [0, 1, 20]) {
        const reader = docOf(updates.slice(0, seen))
        const parts = partsOf(document, stateVectorOf(reader))
        expect(parts.length).toBeGreaterThan(2)
        docOf(parts, true, reader)
        expect(viewOf(reader)).toBe(viewOf(author))
      }
      const { seq, updates: contents } = document.contents()
      document.rebase({ seq, ...compact(contents) })
    }
  })

  test('never begins inside an emoji', () => {
    const document = documentOf([typed(1, 'a😀b')])
    const { seq, updates } = document.contents()
    for (let compacted = 0; compacted < 2; compacted++) {
      const reader = docOf([typed(1, 'a')])
      for (const part of partsOf(document, new Map([[1, 2]]))) Y.applyUpdate(reader, part)
      expect(reader.getText('text').toString()).toBe('a😀b')
      document.rebase({ seq, ...compact(updates) })
    }
  })

  test('to somebody who knows more than we do carries no structs', () => {
    const document = documentOf([typed(1, 'abc')])
    const parts = partsOf(document, new Map([[1, 100]]))
    expect(parts).toEqual([Uint8Array.from([0, 0])])
  })
})

describe('compaction', () => {
  test('takes up the deletions that are in no record: children of deleted parents', () => {
    const first = edited(1, [], doc => doc.getArray('list').insert(0, [new Y.Text('inside')]))
    const inside = edited(2, [first], doc => (doc.getArray('list').get(0) as Y.Text).insert(3, 'new'))
    const deletion = edited(3, [first], doc => doc.getArray('list').delete(0, 1))
    const document = documentOf([first, inside, deletion])
    const returning = Y.encodeStateAsUpdate(docOf([first, inside, deletion]))
    expect(document.judge(returning).taken?.deletes).toEqual(new Map([[2, [0, 3]]]))

    const { seq, updates } = document.contents()
    write(document, typed(4, 'late'))
    document.rebase({ seq, ...compact(updates) })
    expect(document.tailLength).toBe(1)
    expect(document.judge(returning)).toEqual({ taken: null, missing: new Map() })
  })

  test('deletes no formatting that nobody deleted', () => {
    // Yjs cleans up in texts that were there before a transaction, and that it knows for texts: a root is not.
    const nested = (doc: Y.Doc): Y.Text => doc.getArray('list').get(0) as Y.Text
    const plain = edited(1, [], doc => doc.getArray('list').insert(0, [new Y.Text('hello world')]))
    const bold = [2, 3, 4].map(client => edited(client, [plain], doc => nested(doc).format(0, 8, { bold: true })))
    const manyBetween: Uint8Array[] = Array(1000).fill(EMPTY_UPDATE)
    expect(deletionsOf(docOf(compact([plain, ...manyBetween, ...bold]).parts))).toEqual(new Map())
  })

  test('that cannot be done throws, and leaves the document as it was', () => {
    const document = documentOf([typed(1, 'abc')])
    const before = document.contents()
    expect(() => compact([...before.updates, typed(2, 'x', [typed(5, 'never sent')])])).toThrow(/does not contain/)
    expect(document.contents()).toEqual(before)
  })

  test('of a seq that the document is past, or has not reached, is refused', () => {
    const document = documentOf([typed(1, 'abc')])
    const { updates } = document.contents()
    expect(() => document.rebase({ seq: 2, ...compact(updates) })).toThrow(/does not fit/)
    document.rebase({ seq: 1, ...compact(updates) })
    expect(() => document.rebase({ seq: 0, ...compact([]) })).toThrow(/does not fit/)
  })

  test('gives the same bytes for the same updates', () => {
    const { updates } = documentOf(traffic(new Random(3), 4, 60)).contents()
    expect(compact(updates)).toEqual(compact(updates))
  })
})

describe('a restart', () => {
  test('notices a record that does not follow', () => {
    const first = typed(1, 'a')
    const second = typed(1, 'b', [first])
    const other = typed(2, 'c', [first])
    expect(() => Document.open(null).load([{ seq: 1, update: other }])).toThrow(/refers to something/)
    expect(() => Document.open(null).load([{ seq: 1, update: second }])).toThrow(/does not follow/)
    const document = Document.open(null)
    document.load([{ seq: 1, update: first }])
    expect(() => document.load([{ seq: 2, update: first }])).toThrow(/does not follow/)
    expect(() => document.load([{ seq: 3, update: second }])).toThrow(/record 3 follows record 1/)
  })
})

describe('a merged frame', () => {
  test('has the structs and deletions of all its records', () => {
    const document = Document.open(null)
    const updates = traffic(new Random(11), 5, 80)
    const records = updates.map(update => write(document, update)).filter(taken => taken !== null)
    const frame = mergeRecords(records)
    expect(viewOf(docOf([frame]))).toBe(viewOf(docOf(records.map(({ update }) => update))))
    expect(mergeRecords(records.slice(0, 1))).toBe(records[0].update)
  })
})
