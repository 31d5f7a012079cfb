// @vitest-environment happy-dom
import { act } from '@testing-library/react'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Room } from '../index.ts'
import { useShared } from './index.ts'
import { Stage, settle, show, watch } from './test-support/stage.tsx'

interface Todo {
  text: string
  done: boolean
}

const todos = (doc: Y.Doc) => doc.getArray<Todo>('todos')

function Text({ room }: { room: Room }) {
  return useShared(room, doc => doc.getText('text').toString())
}

/** Writes while it renders, which is between the render of others and their effects. */
function Write({ room }: { room: Room }) {
  if (room.doc.getText('text').length === 0) room.doc.getText('text').insert(0, 'x')
  return null
}

test('reads text as it is, and as it becomes, here and elsewhere', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const text = await watch(() => useShared(room, doc => doc.getText('text').toString()))
  await settle(() => room.doc.getText('text').insert(0, 'here'))
  await settle(() => stage.server.edit('room', doc => doc.getText('text').insert(4, ' and there')))
  expect(text.seen).toEqual(['', 'here', 'here and there'])
})

test('renders anew only when what is selected is another', async () => {
  const room = await new Stage().room()
  const open = await watch(() =>
    useShared(room, doc =>
      todos(doc)
        .toJSON()
        .filter(todo => !todo.done),
    ),
  )
  const [first] = open.seen
  await settle(() => room.doc.getText('text').insert(0, 'something else'))
  await settle(() => todos(room.doc).push([{ text: 'sleep', done: true }]))
  expect(open.seen).toEqual([[]])
  expect(open.last()).toBe(first)
  await settle(() => todos(room.doc).push([{ text: 'write', done: false }]))
  expect(open.seen).toEqual([[], [{ text: 'write', done: false }]])
})

test('sees a change deep inside, and one that only deletes', async () => {
  const room = await new Stage().room()
  const inner = new Y.Map([['count', 1]])
  room.doc.getMap('map').set('inner', inner)
  const map = await watch(() => useShared(room, doc => doc.getMap('map').toJSON()))
  await settle(() => inner.set('count', 2))
  await settle(() => inner.delete('count'))
  expect(map.seen).toEqual([{ inner: { count: 1 } }, { inner: { count: 2 } }, { inner: {} }])
})

test('a transaction is seen as a whole', async () => {
  const room = await new Stage().room()
  const text = await watch(() => useShared(room, doc => doc.getText('text').toString()))
  await settle(() => {
    room.doc.transact(() => {
      room.doc.getText('text').insert(0, 'one')
      room.doc.getText('text').insert(3, ', two')
    })
  })
  expect(text.seen).toEqual(['', 'one, two'])
})

test('evaluates the selector once for each change, and not for renders of the same one', async () => {
  const room = await new Stage().room()
  let evaluated = 0
  const count = (doc: Y.Doc) => {
    evaluated += 1
    return todos(doc).length
  }
  const length = await watch(() => useShared(room, count))
  length.rerender(undefined)
  expect(evaluated).toBe(1)
  await settle(() => todos(room.doc).push([{ text: 'write', done: false }]))
  expect(evaluated).toBe(2)
  await settle(() => room.doc.transact(() => undefined))
  expect(evaluated).toBe(2)
})

test('a selector that makes a new object of no JSON every time does not render for ever', async () => {
  const room = await new Stage().room()
  const set = await watch(() => useShared(room, doc => new Set(todos(doc).map(todo => todo.text))))
  expect(set.seen).toHaveLength(1)
  await settle(() => todos(room.doc).push([{ text: 'write', done: false }]))
  expect(set.seen).toEqual([new Set(), new Set(['write'])])
})

test('an equality of one’s own decides', async () => {
  const room = await new Stage().room()
  const isSameLength = (a: string, b: string) => a.length === b.length
  const text = await watch(() => useShared(room, doc => doc.getText('text').toString(), isSameLength))
  await settle(() => room.doc.getText('text').insert(0, 'ab'))
  await settle(() => {
    room.doc.transact(() => {
      room.doc.getText('text').delete(0, 2)
      room.doc.getText('text').insert(0, 'cd')
    })
  })
  expect(text.seen).toEqual(['', 'ab'])
})

test('another selector is evaluated at once, and keeps the object when it makes the same of it', async () => {
  const room = await new Stage().room()
  todos(room.doc).push([{ text: 'write', done: false }])
  const use = ({ from }: { from: number }) => useShared(room, doc => todos(doc).toJSON().slice(from))
  const rest = await watch(use, { from: 0 })
  rest.rerender({ from: -1 })
  expect(rest.last()).toBe(rest.seen[0])
  rest.rerender({ from: 1 })
  expect(rest.last()).toEqual([])
})

test('follows the room to another document', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const text = await watch(() => useShared(room, doc => doc.getText('text').toString()))
  await settle(() => room.doc.getText('text').insert(0, 'saved'))
  const old = room.doc
  await stage.refuse(() => room.doc.getText('text').insert(5, ', refused'))
  expect(room.doc).not.toBe(old)
  expect(text.last()).toBe('saved')
  const renders = text.seen.length
  await settle(() => old.getText('text').insert(0, 'nobody reads this'))
  expect(text.seen).toHaveLength(renders)
  await settle(() => room.doc.getText('text').insert(5, ', again'))
  expect(text.last()).toBe('saved, again')
})

test('another room is read in the same render', async () => {
  const stage = new Stage()
  const [one, two] = [await stage.room('one'), await stage.room('two')]
  two.doc.getText('text').insert(0, 'two')
  const use = ({ room }: { room: Room }) => useShared(room, doc => doc.getText('text').toString())
  const text = await watch(use, { room: one })
  text.rerender({ room: two })
  expect(text.seen).toEqual(['', 'two'])
  await settle(() => one.doc.getText('text').insert(0, 'one'))
  expect(text.seen).toEqual(['', 'two'])
})

test('misses no change between a render and its effects, and all components show the same', async () => {
  const room = await new Stage().room()
  const { container } = await show([
    <Text key="1" room={room} />,
    <Write key="2" room={room} />,
    <Text key="3" room={room} />,
  ])
  expect(container.textContent).toBe('xx')
  await act(async () => room.doc.getText('text').insert(1, 'y'))
  expect(container.textContent).toBe('xyxy')
})
