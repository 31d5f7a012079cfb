import { afterEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Room } from '../../client/index.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

/** The token is the user. */
async function withUsers(): Promise<(user: string) => Room> {
  set = await ClientStage.set()
  set.network.authenticate = ({ token }) => ({ access: 'write', user: { id: token ?? '' } })
  return user => set.page(user, { token: () => user, storage: false }).room('room')
}

/** One struct of garbage under somebody's id, at the clock that comes next there: crafted, not written. */
function swallow(victim: Room): Uint8Array {
  const { clientID } = victim.doc
  const clock = Y.getState(victim.doc.store, clientID)
  const id: number[] = []
  for (let rest = clientID; ; rest = Math.floor(rest / 128)) {
    id.push(rest < 128 ? rest : (rest % 128) | 128)
    if (rest < 128) break
  }
  return Uint8Array.from([1, 1, ...id, clock, 0, 1, 0])
}

describe('I2: nobody writes in another’s name', () => {
  test('a struct that swallows somebody’s next word is not taken while they are here, and their word is', async () => {
    const enter = await withUsers()
    const [ada, eve] = [enter('ada'), enter('eve')]
    write(ada, 'one ')
    await set.until('both are in', () => eve.synced && read(eve) === 'one ' && ada.status.kind === 'saved')
    const before = (await set.stage.store.load('room')).head
    Y.applyUpdate(eve.doc, swallow(ada))
    await set.rest()
    expect((await set.stage.store.load('room')).head).toBe(before)
    expect(eve.status).toMatchObject({ kind: 'saving', pending: 1 })
    // What she may do to the words of others, she does in her own name: see what is deleted by whom.
    eve.destroy()
    write(ada, 'two ')
    await set.until('it is saved', () => ada.status.pending === 0)
    expect(read(await reader(enter))).toBe('one two ')
  })

  test('whoever passes on what others wrote is not punished, and what is passed on arrives', async () => {
    const enter = await withUsers()
    const [ada, lin] = [enter('ada'), enter('lin')]
    write(ada, 'one ')
    await set.until('both are in', () => read(lin) === 'one ' && ada.status.pending === 0)
    // Lin gets it by another way than the server: over a cable, say.
    const [socket] = [...set.network.open]
    socket.isStalled = true
    write(ada, 'two ')
    Y.applyUpdate(lin.doc, Y.encodeStateAsUpdate(ada.doc))
    write(lin, 'three')
    await set.rest(5)
    socket.isStalled = false
    await set.until('all is saved', () => ada.status.pending === 0 && lin.status.pending === 0)
    expect(read(await reader(enter))).toBe('one two three')
  })

  test('what others have of somebody who has left is taken', async () => {
    const enter = await withUsers()
    const [ada, lin] = [enter('ada'), enter('lin')]
    write(ada, 'one ')
    await set.until('both are in', () => read(lin) === 'one ' && ada.status.pending === 0)
    const [socket] = [...set.network.open]
    socket.isStalled = true
    write(ada, 'two ')
    Y.applyUpdate(lin.doc, Y.encodeStateAsUpdate(ada.doc))
    socket.cut()
    set.network.isUp = false
    await set.until('it is saved', () => lin.status.pending === 0)
    set.network.isUp = true
    expect(read(await reader(enter))).toBe('one two ')
  })

  test('one person in several places is one person', async () => {
    const enter = await withUsers()
    const desk = enter('ada')
    write(desk, 'from the desk. ')
    await set.until('it is saved', () => desk.status.kind === 'saved')
    const phone = enter('ada')
    await set.until('the phone is in', () => phone.synced)
    const [socket] = [...set.network.open]
    socket.isStalled = true
    write(desk, 'more. ')
    Y.applyUpdate(phone.doc, Y.encodeStateAsUpdate(desk.doc))
    await set.until('the phone has brought it', () => phone.status.pending === 0)
    socket.isStalled = false
    await set.until('the desk is saved', () => desk.status.pending === 0)
    expect(read(await reader(enter))).toBe('from the desk. more. ')
  })
})

async function reader(enter: (user: string) => Room): Promise<Room> {
  const room = enter('reader')
  await set.until('the reader is in', () => room.synced)
  return room
}
