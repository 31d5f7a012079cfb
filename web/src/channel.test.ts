import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { connect, type Harbor } from '../../client/index.ts'
import { memory, NoSocket } from '../../test/support/no-network.ts'
import { Cell } from '../chat/cell.ts'
import { openPage, pagesOf } from '../chat/pages.ts'
import { documentName, headName } from '../chat/room-name.ts'
import type { Channel } from './channel.ts'
import { Workspace } from './workspace.ts'

let harbor: Harbor
let workspace: Workspace
let channel: Channel

const ada = { id: 'a1', name: 'Ada' }

/** A channel whose end is known: what there is of it is kept here, as nobody can be asked. */
async function open(id: string): Promise<Channel> {
  const opened = workspace.openChannel(id)
  await opened.tail.head.loaded
  // A browser that keeps nothing and never connects goes on once it knows that it is offline.
  if (opened.tail.page.get() === null) openPage(opened.tail.head.doc, 1, 1, new Y.Doc())
  opened.tail.head.emit('synced', [false])
  return opened
}

beforeEach(async () => {
  harbor = connect('ws://localhost', { WebSocket: NoSocket, storage: false, tabs: false })
  workspace = new Workspace({ harbor, person: ada, storage: memory(), network: new Cell(true) })
  channel = await open('harbour')
})

afterEach(() => {
  channel.close()
  workspace.close()
  harbor.destroy()
})

test('what was written waits from the moment that it can be seen', () => {
  const seen: [string, string | undefined][][] = []
  channel.log.subscribe(() => {
    const { shown, unsaved } = channel.log.get()
    const now = shown.map(({ message }): [string, string | undefined] => [message.text, unsaved.get(message.id)])
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now)
  })
  channel.send({ text: 'one' })
  channel.send({ text: 'two' })
  expect(seen.filter(log => log.length > 0)).toEqual([
    [['one', 'waiting']],
    [
      ['one', 'waiting'],
      ['two', 'waiting'],
    ],
  ])
})

test('nothing but spaces is no message', () => {
  expect(channel.send({ text: ' \n ' })).toBe(false)
  expect(channel.log.get().shown).toEqual([])
})

test('a browser that keeps nothing says so', () => {
  expect(channel.kept.get()).toBe(false)
})

test('one is here oneself, under the name one has now', () => {
  channel.setPerson({ id: 'a1', name: 'Ada L.' })
  channel.setTyping(true)
  expect(channel.people.get()).toEqual([{ person: { id: 'a1', name: 'Ada L.' }, typing: true }])
  channel.send({ text: 'hello' })
  expect(channel.people.get()).toMatchObject([{ typing: false }])
})

test('what others wrote after one had read it is unread, until it is marked', () => {
  channel.send({ text: 'mine' })
  const page = channel.tail.page.get()
  if (page === null) throw new Error('There is no page.')
  workspace.personal.markRead('harbour', page.page, page.get().shown)
  expect(channel.tail.unread.get().count).toBe(0)

  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(page.room.doc))
  other
    .getArray('messages')
    .insert(1, [{ id: 'm', author: { id: 'b', name: 'Lin' }, text: 'hi @Ada', at: 2, mentions: [ada] }])
  Y.applyUpdate(page.room.doc, Y.encodeStateAsUpdate(other))
  expect(channel.tail.unread.get()).toMatchObject({ count: 1, mentions: 1 })
  workspace.personal.markRead('harbour', page.page, page.get().shown)
  expect(channel.tail.unread.get().count).toBe(0)
})

test('only its author can edit or delete a message', () => {
  channel.send({ text: 'first' })
  const [mine] = channel.log.get().shown
  if (mine === undefined) throw new Error('It was not sent.')
  channel.edit(mine, 'second', [])
  expect(channel.log.get().shown).toMatchObject([{ text: 'second', isEdited: true }])
  channel.setPerson({ id: 'b', name: 'Lin' })
  channel.edit(mine, 'third', [])
  channel.remove(mine)
  expect(channel.log.get().shown).toMatchObject([{ text: 'second', isDeleted: false }])
  channel.setPerson(ada)
  channel.remove(mine)
  expect(channel.log.get().shown).toMatchObject([{ text: '', isDeleted: true }])
})

test('the window follows the newest page, and whoever reads elsewhere stays there', () => {
  const { head } = channel.tail
  const before = channel.log.pages.map(({ page }) => page)
  openPage(head.doc, 2, 2, new Y.Doc())
  expect(channel.log.pages.map(({ page }) => page)).toEqual([...before, 2])
  for (let page = 3; page <= 12; page++) openPage(head.doc, page, page, new Y.Doc())
  expect(channel.log.pages.length).toBeLessThanOrEqual(6)
  channel.log.showPage(3)
  expect(channel.log.pages.map(({ page }) => page)).toEqual([2, 3, 4])
  expect(channel.log.get().hasLater).toBe(true)
  openPage(head.doc, 13, 13, new Y.Doc())
  expect(channel.log.pages.map(({ page }) => page)).toEqual([2, 3, 4])
  channel.log.showLatest()
  expect(channel.log.pages.map(({ page }) => page)).toEqual([12, 13])
  expect(pagesOf(head.doc).size).toBeGreaterThan(0)
})

test('a channel that nobody has open any more is closed a moment later, and its rooms with it', async () => {
  expect(harbor.rooms.has(headName('harbour'))).toBe(true)
  channel.close()
  workspace.close()
  expect([...harbor.rooms.keys()]).toEqual([])
  workspace = new Workspace({ harbor, person: ada, storage: memory(), network: new Cell(true) })
  channel = await open('harbour')
  expect(channel.log.get().shown).toEqual([])
  expect(harbor.rooms.has(documentName('harbour', 1))).toBe(true)
})
