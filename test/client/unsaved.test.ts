import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Edit, stretchesOf, UnsavedEdits } from '../../client/unsaved.ts'

const edit = (at: number, more: Partial<Edit> = {}): Edit => ({
  at,
  stretches: [{ client: 1, from: at, to: at + 1 }],
  update: new Uint8Array([at]),
  tab: null,
  key: Promise.resolve(null),
  ...more,
})

describe('the edits that are not saved', () => {
  test('an acknowledgement settles what was sent up to it, and nothing that was not', () => {
    const edits = new UnsavedEdits()
    for (const at of [1, 2, 3]) edits.add(edit(at))
    edits.send(7, new Set([1, 2]))
    expect(edits.settle(6)).toEqual([])
    expect(edits.settle(7).map(({ n }) => n)).toEqual([1, 2])
    expect([edits.count, edits.first, edits.since]).toEqual([1, 3, 3])
    edits.send(8)
    expect(edits.settle(8).map(({ n }) => n)).toEqual([3])
    expect([edits.count, edits.first, edits.since]).toEqual([0, Number.POSITIVE_INFINITY, null])
  })

  test('a piece of content waits, is on its way, is waiting again when the connection went, and is saved', () => {
    const edits = new UnsavedEdits()
    edits.add(edit(5))
    expect(edits.fateOf(1, 5)).toBe('waiting')
    expect([edits.fateOf(1, 6), edits.fateOf(2, 5)]).toEqual(['saved', 'saved'])
    edits.send(1)
    expect(edits.fateOf(1, 5)).toBe('sent')
    edits.unsend()
    expect(edits.fateOf(1, 5)).toBe('waiting')
    expect(edits.settle(1), 'an acknowledgement of a connection that is gone').toEqual([])
    edits.send(2)
    edits.settle(2)
    expect(edits.fateOf(1, 5)).toBe('saved')
  })

  test('the edits of another tab are settled by what that tab says, or sent from here when it is gone', () => {
    const edits = new UnsavedEdits()
    for (const n of [1, 2, 3]) edits.addOfTab(edit(n, { tab: { id: 'a', n, heardAt: n } }))
    edits.addOfTab(edit(4, { tab: { id: 'b', n: 9, heardAt: 4 } }))
    expect(edits.settleOfTab('a', 2).length).toBe(2)
    expect(edits.settleOfTab('b', 8).length).toBe(0)
    expect(edits.orphans(13, 10).map(({ n }) => n)).toEqual([3])
    expect(edits.orphans(2, 10).length, 'the clock was set back').toBe(2)
    edits.send(1, new Set([3]))
    expect(edits.orphans(99, 10).map(({ n }) => n)).toEqual([4])
    expect([edits.hasOwn, edits.hasOfTabs]).toEqual([false, true])
  })

  test('the mark of an edit that another tab tells of counts once', () => {
    const edits = new UnsavedEdits()
    edits.add(edit(1, { update: null }))
    for (let i = 0; i < 2; i++) edits.addOfTab(edit(1, { tab: { id: 'a', n: 4, heardAt: 1 } }))
    expect(edits.count).toBe(1)
    expect(edits.settleOfTab('a', 4).length).toBe(1)
  })

  test('the stretches of an update are what it adds', () => {
    const doc = new Y.Doc()
    doc.clientID = 9
    const updates: Uint8Array[] = []
    doc.on('update', update => updates.push(update))
    doc.getText('t').insert(0, 'abc')
    doc.getText('t').insert(3, 'd')
    doc.getText('t').delete(0, 1)
    expect(updates.map(stretchesOf)).toEqual([[{ client: 9, from: 0, to: 3 }], [{ client: 9, from: 3, to: 4 }], []])
  })
})
