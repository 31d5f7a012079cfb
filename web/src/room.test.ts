import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, type Harbor } from '../../client/index.ts'
import { Cell } from '../chat/cell.ts'
import { openRoom, type Room } from './room.ts'

/** Never opens: there is no network. */
class NoSocket {
  send(): void {}
  close(): void {}
}

let harbor: Harbor
let room: Room

beforeEach(() => {
  harbor = connect('ws://localhost', { WebSocket: NoSocket, storage: false, tabs: false })
  room = openRoom(harbor, 'harbour', { id: 'a1', name: 'Ada' }, { network: new Cell(true) })
})

afterEach(() => {
  room.close()
  harbor.destroy()
})

test('what was written waits from the moment that it can be seen', () => {
  const seen: [string, string | undefined][][] = []
  room.conversation.subscribe(() => {
    const { entries, unsaved } = room.conversation.get()
    seen.push(entries.map(({ message }) => [message.text, unsaved.get(message.id)]))
  })
  room.send('one')
  room.send('two')
  expect(seen).toEqual([
    [['one', 'waiting']],
    [
      ['one', 'waiting'],
      ['two', 'waiting'],
    ],
  ])
})

test('nothing but spaces is no message', () => {
  expect(room.send(' \n ')).toBe(false)
  expect(room.conversation.get().entries).toEqual([])
})

test('a browser that keeps nothing says so', () => {
  expect(room.kept.get()).toBe(false)
})

test('one is here oneself, under the name one has now', () => {
  room.setPerson({ id: 'a1', name: 'Ada L.' })
  room.setTyping(true)
  expect(room.people.get()).toEqual([{ person: { id: 'a1', name: 'Ada L.' }, typing: true }])
  room.send('hello')
  expect(room.people.get()).toMatchObject([{ typing: false }])
})

test('a room is another one when it is opened again, on the same connection', () => {
  const other = openRoom(harbor, 'pier', { id: 'a1', name: 'Ada' }, { network: new Cell(true) })
  expect([...harbor.rooms.keys()]).toEqual(['chat/harbour/0', 'chat/pier/0'])
  other.close()
  expect([...harbor.rooms.keys()]).toEqual(['chat/harbour/0'])
  room.close()
  room = openRoom(harbor, 'harbour', { id: 'a1', name: 'Ada' }, { network: new Cell(true) })
  expect(room.conversation.get().entries).toEqual([])
})
