import { afterEach, describe, expect, test } from 'vitest'
import { FRAME_BYTES } from '../../protocol/native.ts'
import { decodeHearing, encodeSaying, type Hearing, type Saying } from '../../protocol/native-client.ts'
import type { AuthRequest, Grant } from '../../server/auth.ts'
import type { FakeSocket } from '../support/native-network.ts'
import { ClientStage, read, write } from './stage.ts'

let set: ClientStage
afterEach(() => set.dispose())

describe('N12: who may enter', () => {
  test('the server is asked with the token of the moment, which is fetched for every attempt', async () => {
    set = await ClientStage.set()
    const asked: AuthRequest[] = []
    set.network.authenticate = request => {
      asked.push(request)
      return { access: 'write', user: { id: 'ada' } }
    }
    let tokens = 0
    const harbor = set.page('ada', { token: async () => `token ${++tokens}` })
    const [one, two] = [harbor.room('one'), harbor.room('two')]
    await set.until('both are in', () => one.synced && two.synced)
    for (const socket of set.network.open) socket.cut()
    await set.until('both are back', () => one.synced && two.synced)
    expect(asked.map(({ token, room }) => `${token} ${room}`)).toEqual([
      'token 1 one',
      'token 1 two',
      'token 2 one',
      'token 2 two',
    ])
    write(one, 'by Ada')
    await set.until('it is saved', () => one.status.kind === 'saved')
    expect((await set.stage.store.load('one')).records[0].author).toBe('ada')
  })

  test('a denial stops that room with its reason, and no other', async () => {
    set = await ClientStage.set()
    set.network.authenticate = ({ room }) => (room === 'open' ? { access: 'write' } : null)
    const harbor = set.page('ada')
    const [open, secret] = [harbor.room('open'), harbor.room('secret')]
    await set.until('it is denied', () => secret.status.kind === 'stopped')
    expect(secret.status).toMatchObject({ code: 4401, reason: 'You are not allowed into this room.' })
    write(secret, 'x')
    await expect(secret.saved()).rejects.toMatchObject({ code: 4401 })
    await expect(secret.whenSynced()).rejects.toMatchObject({ code: 4401 })
    const synced = open.whenSynced()
    await set.until('the other is in', () => open.synced)
    await synced
    await open.whenSynced()
    await set.rest()
    expect(secret.status.kind).toBe('stopped')
    set.network.authenticate = () => ({ access: 'write' })
    secret.retry()
    await set.until('it is in', () => secret.status.kind === 'saved')
  })

  test('a token that cannot be had, and a server that cannot tell, are tried again', async () => {
    set = await ClientStage.set()
    let failures = 0
    set.network.authenticate = () => {
      if (++failures < 3) throw new Error('the directory does not answer')
      return { access: 'write' }
    }
    let attempts = 0
    const problems: unknown[] = []
    const harbor = set.page('ada', {
      token: () => {
        if (++attempts < 3) throw new Error('no token now')
        return 'token'
      },
    })
    harbor.on('problem', error => problems.push(error))
    const room = harbor.room('room')
    await set.until('it is in', () => room.synced)
    expect([attempts, failures]).toEqual([3, 3])
    expect(problems.map(String)).toEqual(['Error: no token now', 'Error: no token now'])
  })

  test('a grant that runs out is renewed before, without anybody noticing', async () => {
    set = await ClientStage.set()
    const { clock } = set.stage
    let grants = 0
    set.network.authenticate = (): Grant => {
      grants++
      return { access: 'write', expiresAt: clock.now() + 300_000 }
    }
    let tokens = 0
    const room = set.page('ada', { token: () => `${++tokens}` }).room('room')
    await set.until('it is in', () => room.synced)
    const states: string[] = []
    room.on('status', ({ kind }) => states.push(kind))
    for (let minutes = 0; minutes < 20; minutes++) {
      for (let i = 0; i < 12; i++) {
        clock.advance(5_000)
        for (const socket of set.network.open) socket.sweep()
        await set.network.pass()
        await set.network.pass()
      }
    }
    expect(states).toEqual([])
    expect(tokens).toBeGreaterThanOrEqual(4)
    expect(grants).toBe(tokens)
  })

  test('one that ran out ends the session with a code that says to come back, and it comes back', async () => {
    set = await ClientStage.set()
    const { clock } = set.stage
    set.network.authenticate = () => ({ access: 'write', expiresAt: clock.now() + 1_000 })
    const room = set.page('ada').room('room')
    await set.until('it is in', () => room.synced)
    clock.advance(5_000)
    for (const socket of set.network.open) socket.sweep()
    await set.network.pass()
    expect(room.synced).toBe(false)
    await set.until('it is back', () => room.synced)
  })

  test('a fresh token that grants less counts at once', async () => {
    set = await ClientStage.set()
    let grant: Grant | null = { access: 'write' }
    set.network.authenticate = () => grant
    const said = await conversation(set)
    said.say({ type: 'open', room: 'room', stateVector: new Uint8Array([0]), epoch: null })
    await set.network.pass()
    grant = null
    said.say({ type: 'token', token: 'less' })
    await set.network.pass()
    expect(said.heard.at(-1)).toMatchObject({ type: 'closed', code: 4401 })
  })
})

describe('N1: rooms of one connection are separate', () => {
  test('when one cannot be written, it alone is closed, and comes back by itself', async () => {
    set = await ClientStage.set()
    const harbor = set.page('ada')
    const [one, two] = [harbor.room('one'), harbor.room('two')]
    await set.until('both are in', () => one.synced && two.synced)
    set.stage.store.failing = true
    write(one, 'not yet')
    await set.network.pass()
    await set.until('one is out', () => !one.synced)
    expect(two.synced).toBe(true)
    expect(set.network.sockets.size).toBe(1)
    set.stage.store.failing = false
    await one.loaded
    await set.until('it is saved', () => one.status.kind === 'saved' && one.status.pending === 0)
    expect(set.network.sockets.size).toBe(1)
  })

  test('a room that is left is left, and can be entered again', async () => {
    set = await ClientStage.set()
    const harbor = set.page('ada', { storage: false })
    const [first, other] = [harbor.room('room'), harbor.room('other')]
    await set.until('both are in', () => first.synced && other.synced)
    write(first, 'words')
    await set.until('it is saved', () => first.status.kind === 'saved')
    first.destroy()
    await set.rest()
    expect(set.stage.rooms.find('room')?.peers).toBe(0)
    const again = harbor.room('room')
    await set.until('it is back', () => read(again) === 'words')
    expect(other.synced).toBe(true)
  })

  test('one connection cannot be in more rooms than the limit', async () => {
    set = await ClientStage.set({ roomsPerConnection: 2 })
    const harbor = set.page('ada')
    const rooms = ['a', 'b', 'c'].map(name => harbor.room(name))
    await set.until('two are in', () => rooms.filter(room => room.synced).length === 2)
    await set.until('the third is told', () => rooms[2].status.kind === 'stopped')
    expect(rooms[2].status).toMatchObject({ code: 4415 })
  })

  test('N13: a server that drains is left and found again', async () => {
    set = await ClientStage.set()
    const room = set.page('ada').room('room')
    await set.until('it is in', () => room.synced)
    for (const socket of set.network.open) socket.drain(3_000)
    await set.network.pass()
    expect(room.status.kind).toBe('offline')
    const since = set.stage.clock.now()
    await set.until('it is back', () => room.synced)
    // Half of three seconds: the test's randomness is always the middle.
    expect(set.stage.clock.now() - since).toBeGreaterThanOrEqual(1_400)
  })
})

describe('N10: what no client of ours says', () => {
  test('an update to a room that is not open goes nowhere, and the connection lives', async () => {
    set = await ClientStage.set()
    const said = await conversation(set)
    said.say({ type: 'update', room: 7, id: 1, update: new Uint8Array([0, 0]) })
    said.say({ type: 'ping' })
    await set.network.pass()
    expect(said.heard).toEqual([{ type: 'heartbeat' }])
  })

  test('N8: an update that is not one is refused by its id, and nothing more is taken until the room is opened again', async () => {
    set = await ClientStage.set()
    const said = await conversation(set)
    const room = await said.open('room')
    said.say({ type: 'update', room, id: 4, update: new Uint8Array([1, 2, 3]) })
    said.say({ type: 'update', room, id: 5, update: new Uint8Array([0, 0]) })
    await set.network.pass()
    expect(said.heard).toMatchObject([{ type: 'reject', room, id: 4, code: 4400 }])
    await said.open('room')
    said.say({ type: 'update', room, id: 6, update: new Uint8Array([0, 0]) })
    await set.network.pass()
    expect(said.heard).toEqual([{ type: 'ack', room, upTo: 6 }])
  })

  test.each([
    ['a name that is none', '\u0001', 4404],
    ['an empty name', '', 4404],
    ['a name that is too long', 'x'.repeat(256), 4404],
  ])('%s is refused', async (_, asked, code) => {
    set = await ClientStage.set()
    const said = await conversation(set)
    said.say({ type: 'open', room: asked, stateVector: new Uint8Array([0]), epoch: null })
    await set.network.pass()
    // Of what is none, no more is said back than a name can have.
    expect(said.heard).toMatchObject([{ type: 'refused', name: asked.slice(0, 255), code }])
  })

  test('names that are keys of objects are names', async () => {
    set = await ClientStage.set()
    const harbor = set.page('ada', { storage: false })
    for (const name of ['__proto__', 'constructor', '../x', 'café/ ']) {
      const room = harbor.room(name)
      write(room, name)
      await set.until('it is saved', () => room.status.kind === 'saved')
      expect(read(await set.reader(name))).toBe(name)
    }
  })

  test('a state vector that is none puts its sender out of that room', async () => {
    set = await ClientStage.set()
    const said = await conversation(set)
    said.say({ type: 'open', room: 'room', stateVector: new Uint8Array([9, 9]), epoch: null })
    await set.network.pass()
    expect(said.heard.at(-1)).toMatchObject({ type: 'closed', code: 4400 })
  })

  test.each([
    ['a frame of no message', [new Uint8Array([99])]],
    ['a fragment in fragments', [new Uint8Array([0, 0, 0, 0, 1])]],
    [
      'more fragments than somebody may send who is in no room',
      Array.from({ length: 20 }, () => fragment(FRAME_BYTES)),
    ],
  ])('%s ends the connection', async (_, frames) => {
    set = await ClientStage.set()
    const said = await conversation(set)
    let code = 0
    said.socket.onclose = event => {
      code = (event as { code: number }).code
    }
    for (const frame of frames) said.socket.up.push(frame)
    await set.network.pass()
    expect(code).toBe(4400)
  })

  test('a signal that is too long puts its sender out, and reaches nobody', async () => {
    set = await ClientStage.set()
    const ada = set.page('ada').room('room')
    await set.until('Ada is in', () => ada.synced)
    const heard: unknown[] = []
    ada.on('signal', name => heard.push(name))
    expect(() => ada.signal('x'.repeat(20_000))).toThrow(RangeError)
    const said = await conversation(set)
    const room = await said.open('room')
    said.say({ type: 'signal', room, name: 'x'.repeat(20_000), data: 'null' })
    await set.network.pass()
    expect(said.heard).toMatchObject([{ type: 'closed', code: 4413 }])
    expect(heard).toEqual([])
  })
})

function fragment(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes[1] = 1
  return bytes
}

/** A connection without a client of ours behind it. */
async function conversation(stage: ClientStage) {
  const { network } = stage
  const before = new Set(network.sockets)
  new network.WebSocket('ws://harbor.test', [])
  const socket = [...network.sockets].find(other => !before.has(other)) as FakeSocket
  const heard: Hearing[] = []
  socket.onmessage = ({ data }) => void heard.push(decodeHearing(new Uint8Array(data as ArrayBuffer)))
  await network.pass()
  const say = (saying: Saying): void => void socket.up.push(...encodeSaying(saying))
  const open = async (name: string): Promise<number> => {
    say({ type: 'open', room: name, stateVector: new Uint8Array([0]), epoch: null })
    await network.pass()
    await network.pass()
    const opened = heard.findLast(hearing => hearing.type === 'opened')
    heard.length = 0
    return opened?.type === 'opened' ? opened.room : -1
  }
  return { socket, heard, say, open }
}
