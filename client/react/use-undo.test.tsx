// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Room } from '../index.ts'
import { STORAGE, TAB } from '../origins.ts'
import { type Undo, useUndo } from './index.ts'
import { Stage, settle, show, watch } from './test-support/stage.tsx'

const text = (doc: Y.Doc) => doc.getText('text')

/** Every edit is a step of its own. */
const each = { captureTimeout: 0 }

function Editor({ room, seen }: { room: Room; seen: Undo[] }) {
  seen.push(useUndo(room, text))
  return null
}

/** What another device writes, as an update of a document. */
function updateOf(room: Room, write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(room.doc))
  const before = Y.encodeStateVector(doc)
  write(doc)
  return Y.encodeStateAsUpdate(doc, before)
}

describe('what is undone is one’s own', () => {
  test.each([
    ['no origin', undefined],
    ['an editor as origin', { editor: true }],
    ['a word as origin', 'paste'],
  ])('an edit made here, with %s', async (_, origin) => {
    const room = await new Stage().room()
    const undo = await watch(() => useUndo(room, text))
    await settle(() => room.doc.transact(() => text(room.doc).insert(0, 'mine'), origin))
    expect(undo.last()).toMatchObject({ canUndo: true, canRedo: false })
    await settle(() => undo.last().undo())
    expect(text(room.doc).toString()).toBe('')
    expect(undo.last()).toMatchObject({ canUndo: false, canRedo: true })
    await settle(() => undo.last().redo())
    expect(text(room.doc).toString()).toBe('mine')
    expect(undo.last()).toMatchObject({ canUndo: true, canRedo: false })
  })

  test('not what came from the server', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const undo = await watch(() => useUndo(room, text, each))
    await settle(() => text(room.doc).insert(0, 'mine'))
    await settle(() => stage.server.edit('room', doc => text(doc).insert(4, ', theirs')))
    expect(text(room.doc).toString()).toBe('mine, theirs')
    await settle(() => undo.last().undo())
    expect(text(room.doc).toString()).toBe(', theirs')
    expect(undo.last().canUndo).toBe(false)
  })

  test.each([
    ['the browser’s storage', STORAGE],
    ['another tab', TAB],
  ])('not what came from %s', async (_, origin) => {
    const room = await new Stage().room()
    const undo = await watch(() => useUndo(room, text))
    const update = updateOf(room, doc => text(doc).insert(0, 'before'))
    await settle(() => room.doc.transact(() => Y.applyUpdate(room.doc, update), origin))
    expect(text(room.doc).toString()).toBe('before')
    expect(undo.last().canUndo).toBe(false)
  })

  test('nothing outside the scope', async () => {
    const room = await new Stage().room()
    const undo = await watch(() => useUndo(room, doc => [doc.getText('text'), doc.getMap('map')]))
    await settle(() => room.doc.getArray('array').push([1]))
    expect(undo.last().canUndo).toBe(false)
    await settle(() => room.doc.getMap('map').set('key', 1))
    expect(undo.last().canUndo).toBe(true)
  })

  test('Yjs’ own options hold', async () => {
    const room = await new Stage().room()
    const captureTransaction = ({ origin }: Y.Transaction) => origin !== 'unseen'
    const undo = await watch(() => useUndo(room, text, { captureTransaction }))
    await settle(() => room.doc.transact(() => text(room.doc).insert(0, 'mine'), 'unseen'))
    expect(undo.last().canUndo).toBe(false)
  })
})

test('renders anew only when canUndo or canRedo change, and the functions stay', async () => {
  const room = await new Stage().room()
  const undo = await watch(() => useUndo(room, doc => doc.getText('text'), { captureTimeout: 0 }))
  for (const letter of 'abc') await settle(() => text(room.doc).insert(0, letter))
  expect(undo.seen.map(({ canUndo }) => canUndo)).toEqual([false, true])
  undo.rerender(undefined)
  expect(undo.last()).toBe(undo.seen[1])
  expect(undo.last().undo).toBe(undo.seen[0].undo)
  await settle(() => undo.last().undo())
  expect(text(room.doc).toString()).toBe('ba')
})

test('StrictMode’s double mount leaves one history', async () => {
  const room = await new Stage().room()
  const seen: Undo[] = []
  await show(<Editor room={room} seen={seen} />)
  await settle(() => text(room.doc).insert(0, 'mine'))
  expect(seen.at(-1)?.canUndo).toBe(true)
  await settle(() => seen.at(-1)?.undo())
  expect(text(room.doc).toString()).toBe('')
  expect(seen.at(-1)).toMatchObject({ canUndo: false, canRedo: true })
})

test('clear forgets the steps, stopCapturing begins one', async () => {
  const room = await new Stage().room()
  const undo = await watch(() => useUndo(room, text))
  await settle(() => text(room.doc).insert(0, 'a'))
  await settle(() => undo.last().stopCapturing())
  await settle(() => text(room.doc).insert(1, 'b'))
  await settle(() => undo.last().undo())
  expect(text(room.doc).toString()).toBe('a')
  await settle(() => undo.last().clear())
  expect(undo.last()).toMatchObject({ canUndo: false, canRedo: false })
})

test('a step that turns out to change nothing is gone', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const undo = await watch(() => useUndo(room, text))
  await settle(() => text(room.doc).insert(0, 'mine'))
  await settle(() => stage.server.edit('room', doc => text(doc).delete(0, 4)))
  await settle(() => undo.last().undo())
  expect(undo.last().canUndo).toBe(false)
})

test('another document begins with no steps', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const undo = await watch(() => useUndo(room, text))
  await stage.refuse(() => text(room.doc).insert(0, 'refused'))
  expect(undo.last()).toMatchObject({ canUndo: false, canRedo: false })
  await settle(() => text(room.doc).insert(0, 'new'))
  expect(undo.last().canUndo).toBe(true)
  await settle(() => undo.seen[0].undo())
  expect(text(room.doc).toString()).toBe('')
})

test('edits that were refused and are made again can be undone', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const undo = await watch(() => useUndo(room, text))
  await stage.refuse(() => text(room.doc).insert(0, 'refused'))
  await settle(() => room.refused[0].retry())
  expect(text(room.doc).toString()).toBe('refused')
  await settle(() => undo.last().undo())
  expect(text(room.doc).toString()).toBe('')
})

test('listens to nothing once it is unmounted', async () => {
  const room = await new Stage().room()
  const before = [...room.doc._observers].map(([name, listeners]) => `${name} ${listeners.size}`)
  const undo = await watch(() => useUndo(room, text))
  undo.unmount()
  expect([...room.doc._observers].map(([name, listeners]) => `${name} ${listeners.size}`)).toEqual(before)
})
