import { afterEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Room, RoomError } from '../../client/index.ts'
import { closings } from '../../protocol/close.ts'
import { edit } from '../support/editing.ts'
import { viewOf } from '../support/oracle.ts'
import { Random, seeds, seedsTimeoutMs } from '../support/random.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
/** Who does not get through to the server. */
let away: Set<string>
afterEach(() => set.dispose())

const { code } = closings.equivocation

/** A page of somebody in the room: the token is the user, the browser theirs. */
type Enter = (user: string) => Room

async function withUsers(): Promise<Enter> {
  set = await ClientStage.set()
  away = new Set()
  set.network.authenticate = ({ token }) => {
    if (token === null || away.has(token)) throw new Error('The line is dead.')
    return { access: 'write', user: { id: token } }
  }
  return user => set.page(user, { token: () => user }).room('room')
}

/** From now on these are away. */
function cut(...users: string[]): void {
  away = new Set(users)
  for (const socket of set.network.sockets) socket.cut()
}

async function written(room: Room, words: string): Promise<void> {
  write(room, words)
  await set.until('it is saved', () => room.status.kind === 'saved' && room.status.pending === 0)
}

/** Mallory comes and writes in the name of that client id, from what is in the room. */
async function lie(enter: Enter, clientID: number, words: string): Promise<Room> {
  const mallory = enter('mallory')
  await set.until('Mallory is in', () => mallory.synced)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(mallory.doc))
  doc.clientID = clientID
  doc.getText('text').insert(doc.getText('text').length, words)
  Y.applyUpdate(mallory.doc, Y.encodeStateAsUpdate(doc))
  await set.until('Mallory is saved', () => mallory.status.pending === 0)
  return mallory
}

/** Tries again what was refused; then everybody reads the same, which is returned. */
async function retried(enter: Enter, ada: Room, mallory: Room): Promise<string> {
  expect(ada.refused[0].retry()).toBe(true)
  await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
  const reader = enter('reader')
  await set.until('the reader is in', () => reader.synced)
  expect(read(ada)).toBe(read(reader))
  expect(read(mallory)).toBe(read(reader))
  return read(reader)
}

describe('R11, I3: what somebody else writes in another’s place while they are away', () => {
  test('is not taken for theirs: their word is refused, never counted as saved, and can be said again', async () => {
    const enter = await withUsers()
    const ada = enter('ada')
    await written(ada, 'one ')
    cut('ada')
    write(ada, 'two ')
    const saved = ada.saved().catch((error: RoomError) => error.code)
    const mallory = await lie(enter, ada.doc.clientID, 'mine ')
    const kinds: string[] = []
    ada.on('status', ({ kind }) => kinds.push(kind))

    away.clear()
    await set.until('it is refused', () => ada.refused.length === 1)
    expect(await saved).toBe(code)
    expect(kinds).not.toContain('saved')
    expect(ada.refused[0]).toMatchObject({ code, message: expect.stringContaining('is kept') })
    expect(read(ada)).toBe('one mine ')
    expect(read(ada.refused[0].copy())).toContain('two ')
    expect(ada.status).toMatchObject({ kind: 'refused', pending: 0, refused: 1 })

    expect(['one two mine ', 'one mine two ']).toContain(await retried(enter, ada, mallory))
  })

  test('is told from what only was not acknowledged, which is not said twice', async () => {
    const enter = await withUsers()
    const ada = enter('ada')
    await written(ada, 'one ')
    // The server has it; that it has does not get through.
    write(ada, 'two ')
    const [socket] = set.network.open
    const deliver = socket.deliverDown
    socket.deliverDown = () => undefined
    await set.rest(5)
    cut('ada')
    socket.deliverDown = deliver
    write(ada, 'three ')
    expect(ada.status.pending).toBe(2)
    const mallory = await lie(enter, ada.doc.clientID, 'mine ')
    expect(read(mallory)).toBe('one two mine ')

    away.clear()
    await set.until('it is refused', () => ada.refused.length === 1)
    expect(read(ada)).toBe('one two mine ')
    expect(['one two three mine ', 'one two mine three ']).toContain(await retried(enter, ada, mallory))
  })

  test('is noticed after a reload, too, and later edits and deletions come with the word', async () => {
    const enter = await withUsers()
    let ada = enter('ada')
    await written(ada, 'one ')
    const { clientID } = ada.doc
    cut('ada')
    write(ada, 'two, ')
    ada.doc.getText('text').format(4, 3, { bold: true })
    ada.doc.getText('text').delete(7, 1)
    ada.doc.getMap('map').set('a', new Y.Map([['b', 1]]))
    await set.rest(5)
    ada.destroy()
    const mallory = await lie(enter, clientID, 'm')

    ada = enter('ada')
    await set.until('it is read', () => read(ada) === 'one two ')
    // Under the id of this visit, behind what was refused.
    write(ada, 'three')
    away.clear()
    await set.until('it is refused', () => ada.refused.length === 1)
    expect(ada.refused[0].code).toBe(code)
    expect(read(ada)).toBe('one m')
    expect(['one two threem', 'one mtwo three']).toContain(await retried(enter, ada, mallory))
    expect(ada.doc.getText('text').toDelta()).toContainEqual({ insert: 'two', attributes: { bold: true } })
    expect(mallory.doc.getMap('map').toJSON()).toEqual({ a: { b: 1 } })
  })

  test('nobody is refused who only comes back with what the server has already', async () => {
    const enter = await withUsers()
    const ada = enter('ada')
    await written(ada, 'one ')
    write(ada, 'two ')
    const [socket] = set.network.open
    socket.deliverDown = () => undefined
    await set.rest(5)
    const { head } = await set.stage.store.load('room')
    cut()
    await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
    expect(ada.refused).toEqual([])
    expect((await set.stage.store.load('room')).head).toBe(head)
  })

  test(
    'whatever both wrote, nothing of it is lost and everybody ends with the same',
    async () => {
      let refusals = 0
      for (const seed of seeds(40)) {
        try {
          refusals += await displace(new Random(seed))
        } catch (error) {
          throw new Error(`seed ${seed} (run it alone with SEED=${seed})`, { cause: error })
        }
      }
      expect(refusals).toBeGreaterThan(0)
    },
    seedsTimeoutMs,
  )
})

/** Ada edits while she is away, and Mallory under her id meanwhile. Returns how many refusals that made. */
async function displace(random: Random): Promise<number> {
  const enter = await withUsers()
  const ada = enter('ada')
  for (let i = 0; i < 5; i++) edit(random, ada.doc)
  await set.until('it is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
  cut('ada')
  const { clientID } = ada.doc
  for (let i = 0; i < 6; i++) edit(random, ada.doc)
  ada.doc.getMap('words').set('mine', 'word')
  for (let i = 0; i < 6; i++) edit(random, ada.doc)
  const mallory = enter('mallory')
  await set.until('Mallory is in', () => mallory.synced)
  const liar = new Y.Doc()
  Y.applyUpdate(liar, Y.encodeStateAsUpdate(mallory.doc))
  liar.clientID = clientID
  // What she deletes at once is a deletion like any other.
  for (let i = random.below(12); i >= 0; i--) {
    if (random.chance(0.5)) liar.getText('text').insert(0, random.pick(['a', 'hello ', '😀']))
    else liar.getArray('list').push([i])
  }
  Y.applyUpdate(mallory.doc, Y.encodeStateAsUpdate(liar))
  await set.until('Mallory is saved', () => mallory.status.pending === 0)
  mallory.destroy()

  away.clear()
  await set.until('Ada is in', () => ada.synced && ada.status.pending === 0)
  await set.rest(5)
  const { refused } = ada
  expect(refused.length).toBeLessThan(2)
  for (const edits of refused) {
    expect(edits.code).toBe(code)
    expect(edits.retry()).toBe(true)
  }
  await set.until('all is saved', () => ada.status.kind === 'saved' && ada.status.pending === 0)
  const reader = enter('reader')
  await set.until('the reader is in', () => reader.synced)
  expect(reader.doc.getMap('words').get('mine')).toBe('word')
  expect(viewOf(ada.doc)).toBe(viewOf(reader.doc))
  set.dispose()
  return refused.length
}
