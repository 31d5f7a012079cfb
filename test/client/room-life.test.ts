import { afterEach, describe, expect, test } from 'vitest'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

describe('leaving early', () => {
  test('what was written before the storage is open survives the end of the harbor', async () => {
    set = await ClientStage.set()
    set.network.isUp = false
    const page = set.page('ada')
    write(page.room('room'), 'typed at once')
    page.destroy()
    await set.rest()
    const again = set.page('ada').room('room')
    await again.loaded
    expect(again.persistence).toBe('kept')
    expect(read(again)).toBe('typed at once')
  })

  test('a room that is destroyed while it is being opened is left on the server, too', async () => {
    set = await ClientStage.set()
    const page = set.page('ada', { storage: false })
    page.room('other')
    await set.until('it is connected', () => page.room('other').synced)
    const gone = page.room('room')
    await gone.loaded
    expect(set.network.open[0].up.length).toBeGreaterThan(0)
    gone.destroy()
    await set.rest()
    const { stage } = set
    expect((await stage.rooms.get('room')).peers).toBe(0)
  })

  test('an edit in the turn in which the room is destroyed is sent, and the room is not entered again', async () => {
    set = await ClientStage.set()
    const page = set.page('ada', { storage: false })
    page.room('other')
    const room = page.room('room')
    await set.until('it is in', () => room.synced && page.room('other').synced)
    write(room, 'last words')
    room.destroy()
    await set.rest()
    expect.soft(read(await set.reader()), 'sent').toBe('last words')
    for (const harbor of [page]) expect(harbor.rooms.size).toBe(1)
    await set.network.until(
      '25 s are over',
      (() => {
        const end = set.stage.clock.now() + 25_000
        return () => set.stage.clock.now() > end
      })(),
    )
    const peers = (await set.stage.rooms.get('room')).peers
    expect.soft(peers, 'only the reader').toBe(1)
  })

  test('a room opened again in the place of one that was being opened is synced only when it has everything', async () => {
    set = await ClientStage.set()
    const lin = await set.reader()
    write(lin, 'there already')
    await set.until('it is saved', () => lin.status.kind === 'saved' && lin.status.pending === 0)
    const page = set.page('ada', { storage: false })
    page.room('other')
    const first = page.room('room')
    await set.until('it is in', () => first.synced && page.room('other').synced)
    // A reconnection is under way, and the view is mounted anew.
    set.network.open[1].cut()
    set.stage.clock.advance(600)
    set.network.admit()
    expect(page.connection.kind).toBe('open')
    set.network.open[1].deliverUp()
    await set.stage.run()
    expect(first.synced).toBe(false)
    first.destroy()
    const second = page.room('room')
    let seen: string | null = null
    second.on('synced', is => {
      if (is) seen ??= read(second)
    })
    await set.until('it is synced', () => second.synced)
    expect(seen).toBe('there already')
  })
})

describe('limits', () => {
  test('who is in as many rooms as may be can open one of them again', async () => {
    set = await ClientStage.set({ roomsPerConnection: 2 })
    const page = set.page('ada')
    const [a, b] = [page.room('a'), page.room('b')]
    await set.until('both are in', () => a.synced && b.synced)
    // The disk is slow: nothing is acknowledged for 20 s.
    set.stage.store.holds = true
    write(a, 'x')
    await set.until(
      'it takes long',
      (() => {
        const end = set.stage.clock.now() + 25_000
        return () => set.stage.clock.now() > end
      })(),
    )
    set.stage.store.holds = false
    set.stage.store.release()
    await set.rest()
    expect(a.status).toMatchObject({ kind: 'saved', pending: 0 })
  })

  test('two edits of one turn, each small enough, are not refused together', async () => {
    set = await ClientStage.set({ updateBytes: 1_000 })
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    write(ada, 'x'.repeat(600))
    write(ada, 'y'.repeat(600))
    await set.until('it is over', () => ada.status.kind !== 'saving' && ada.status.pending === 0)
    expect(ada.refused).toEqual([])
  })

  test('a room that is closed while something large is on its way is found again', async () => {
    set = await ClientStage.set({ openBytes: 300_000 })
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    write(ada, 'x'.repeat(1_000_000))
    await Promise.resolve()
    const [socket] = set.network.open
    expect(socket.up.length).toBeGreaterThan(3)
    socket.deliverUp(1)
    ;(await set.stage.rooms.get('room')).close('storage')
    // As rooms.ts does with a failed room.
    await set.rest(2)
    await set
      .until(
        'it is over',
        () => ada.status.kind === 'stopped' || (ada.status.kind === 'saved' && ada.status.pending === 0),
      )
      .catch(() => undefined)
    expect(ada.status.kind).not.toBe('stopped')
  })
})
