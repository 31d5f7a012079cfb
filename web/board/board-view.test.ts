// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react'
import { createElement } from 'react'
import { expect, test } from 'vitest'
import type { Room } from '../../client/index.ts'
import { Stage, settle, show } from '../../client/react/test-support/stage.tsx'
import BoardView from './board-view.tsx'
import { columnsOf } from './card.ts'

const ada = { id: 'a', name: 'Ada' }
const shown = (room: Room) => show(createElement(BoardView, { room, person: ada, members: [ada], pictures: null }))
const begin = () => fireEvent.click(screen.getByRole('button', { name: 'Begin with three columns' }))
const headings = () => screen.queryAllByRole('heading', { level: 2 }).map(heading => heading.textContent)

test('opening an empty board writes nothing and tells nobody where one looks', async () => {
  const room = await new Stage().room()
  const before = room.awareness.getLocalState()
  await shown(room)
  expect(headings()).toEqual(['Nothing on this board yet'])
  expect(room.doc.store.clients.size).toBe(0)
  expect(room.awareness.getLocalState()).toEqual(before)
})

test('after edits that were refused, the board is that of the other document', async () => {
  const stage = new Stage()
  const room = await stage.room()
  await shown(room)
  const refused = room.doc
  await stage.refuse(begin)
  expect(room.doc).not.toBe(refused)
  expect(headings()).toEqual(['Nothing on this board yet'])
  await settle(begin)
  expect(headings()).toEqual(['To do', 'Doing', 'Done'])
  expect(columnsOf(room.doc).size).toBe(9)
})

test('undo takes back the last step, by button and by keys', async () => {
  const room = await new Stage().room()
  await shown(room)
  await settle(begin)
  await settle(() => void fireEvent.click(screen.getByRole('button', { name: 'Undo' })))
  expect(headings()).toEqual(['Nothing on this board yet'])
  await settle(() => void fireEvent.keyDown(document.body, { key: 'y', ctrlKey: true }))
  expect(headings()).toEqual(['To do', 'Doing', 'Done'])
  await settle(() => void fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true }))
  expect(headings()).toEqual(['Nothing on this board yet'])
})
