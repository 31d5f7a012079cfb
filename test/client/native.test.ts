/** The client and the server together: real sockets, a real database. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { type ConnectOptions, connect, type Harbor, type Room } from '../../client/index.ts'
import { connect as connectStock, disconnect, LiveServer, until } from '../support/live.ts'

let live: LiveServer
const harbors: Harbor[] = []

beforeEach(async () => {
  live = await LiveServer.start({ drainMs: 50 })
})

afterEach(async () => {
  for (const harbor of harbors.splice(0)) harbor.destroy()
  await live.dispose()
})

function harbor(options: ConnectOptions = {}): Harbor {
  const harbor = connect(live.url, { WebSocket, longestWaitMs: 200, ...options })
  harbors.push(harbor)
  return harbor
}

const text = (room: Room) => room.doc.getText('text')

describe('N1: one socket, many rooms', () => {
  test('two people see each other’s words, in two rooms over one socket each', async () => {
    const [ada, lin] = [harbor(), harbor()]
    for (const name of ['one', 'two']) {
      text(ada.room(name)).insert(0, `${name} from Ada`)
      await ada.room(name).saved()
      await until('Lin has it', () => text(lin.room(name)).toString() === `${name} from Ada`)
    }
    expect(live.server.connections).toBe(2)
    expect(ada.room('one').status).toEqual({ kind: 'saved', pending: 0, since: null })
  })

  test('a stock y-websocket client edits the same document', async () => {
    const ada = harbor().room('room')
    const stock = connectStock(live.url, 'room')
    text(ada).insert(0, 'native')
    await until('the stock client has it', () => stock.doc.getText('text').toString() === 'native')
    stock.doc.getText('text').insert(6, ' and stock')
    await until('Ada has it', () => text(ada).toString() === 'native and stock')
    disconnect(stock)
  })
})

test('N2: saved() resolves when it is on disk, and not while the server is away', async () => {
  const ada = harbor().room('room')
  text(ada).insert(0, 'first')
  await ada.saved()
  await live.server.stop()
  text(ada).insert(5, ', second')
  let isSaved = false
  const saved = ada.saved().then(() => {
    isSaved = true
  })
  await until('it is offline', () => ada.status.kind === 'offline')
  expect(ada.status.pending).toBe(1)
  expect(isSaved).toBe(false)
  await live.restart()
  await saved
  expect(ada.status).toMatchObject({ kind: 'saved', pending: 0 })
  const fresh = harbor().room('room')
  await until('a newcomer has it', () => text(fresh).toString() === 'first, second')
})

test('N3: presence is seen, also after a reconnect, and gone after a leave', async () => {
  const [ada, lin] = [harbor().room('room'), harbor().room('room')]
  ada.awareness.setLocalStateField('name', 'Ada')
  lin.awareness.setLocalStateField('name', 'Lin')
  const names = (room: Room) => [...room.awareness.getStates().values()].map(state => state.name).sort()
  await until('both are seen', () => `${names(ada)} ${names(lin)}` === 'Ada,Lin Ada,Lin')
  await live.restart()
  await until(
    'both are seen again',
    () => ada.synced && lin.synced && `${names(ada)} ${names(lin)}` === 'Ada,Lin Ada,Lin',
  )
  ada.destroy()
  await until('Ada is gone', () => `${names(lin)}` === 'Lin')
})

test('N4: a large document comes in fragments and in parts', async () => {
  const ada = harbor().room('room')
  ada.doc.getArray('blobs').push([new Uint8Array(3_000_000).fill(7)])
  await ada.saved()
  const lin = harbor().room('room')
  await until('Lin has it', () => lin.synced)
  expect((lin.doc.getArray('blobs').get(0) as Uint8Array).length).toBe(3_000_000)
})

test('N5: signals reach everyone else in the room who is here', async () => {
  const [ada, lin] = [harbor().room('room'), harbor().room('room')]
  const heard: unknown[] = []
  lin.on('signal', (name, data) => heard.push([name, data]))
  ada.on('signal', () => heard.push('an echo'))
  await until('both are in', () => ada.synced && lin.synced)
  ada.signal('wave', { hand: 'left' })
  await until('Lin heard it', () => heard.length > 0)
  expect(heard).toEqual([['wave', { hand: 'left' }]])
})

test('E4: the server edits a room through the same path, beside everyone who is in it', async () => {
  const ada = harbor().room('room')
  text(ada).insert(0, 'from Ada')
  await ada.saved()
  const length = await live.server.room('room').transact(doc => {
    doc.getText('text').insert(8, ' and the server')
    return doc.getText('text').length
  })
  expect(length).toBe(23)
  await until('Ada has it', () => text(ada).toString() === 'from Ada and the server')
  await live.restart()
  await live.server.room('room').transact(doc => expect(doc.getText('text').toString()).toBe('from Ada and the server'))
  await expect(
    live.server.room('room').transact(() => {
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(Y.encodeStateAsUpdate(ada.doc).length).toBeGreaterThan(0)
})
