import { afterEach, describe, expect, test } from 'vitest'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { PresenceEntry } from '../protocol/message.ts'
import { encodePresence, readPresence } from '../protocol/presence.ts'
import { limits } from '../server/limits.ts'
import { Presence } from '../server/presence.ts'
import { forSeeds } from './support/random.ts'
import { TestClock } from './support/test-clock.ts'

type Owner = Parameters<Presence['receive']>[0]

const someone = (id?: string): Owner => ({
  grant: { access: 'write', user: id === undefined ? undefined : { id, name: id.toUpperCase() } },
})

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** A stock client's awareness that says everything it hears, as the y-websocket provider does. */
class Client {
  readonly awareness = new Awareness(new Y.Doc())
  readonly said: PresenceEntry[][] = []

  constructor() {
    cleanups.push(() => this.awareness.destroy())
    this.awareness.on('update', (changes: { added: number[]; updated: number[]; removed: number[] }) => {
      this.say([...changes.added, ...changes.updated, ...changes.removed])
    })
  }

  get id(): number {
    return this.awareness.clientID
  }

  say(clients: number[] = [this.id]): void {
    this.said.push(readPresence(encodeAwarenessUpdate(this.awareness, clients)))
  }

  hear(entries: readonly PresenceEntry[]): void {
    applyAwarenessUpdate(this.awareness, encodePresence(entries), 'server')
  }

  /** As the provider does when its socket closes. */
  loseConnection(): void {
    const others = [...this.awareness.getStates().keys()].filter(id => id !== this.id)
    removeAwarenessStates(this.awareness, others, 'closed')
    this.said.length = 0
  }

  sees(other: Client): unknown {
    return this.awareness.getStates().get(other.id)
  }
}

/** A room of clients and what the room would do with their messages, until nobody says anything. */
class Harbour {
  readonly clock = new TestClock()
  presence = new Presence(limits, this.clock)
  readonly here = new Map<Client, Owner>()
  messages = 0

  join(client: Client): void {
    const session = someone()
    client.say()
    for (const entries of client.said.splice(0)) {
      const { changed, nudge } = this.presence.receive(session, entries, true)
      this.#tell(changed)
      client.hear(nudge)
    }
    this.here.set(client, session)
    client.hear(this.presence.show(session))
    this.run()
  }

  leave(client: Client): void {
    const session = this.here.get(client)
    this.here.delete(client)
    client.loseConnection()
    if (session !== undefined) this.#tell(this.presence.leave(session))
    this.run()
  }

  run(): void {
    for (let talking = true; talking; ) {
      talking = false
      for (const [client, session] of this.here) {
        for (const entries of client.said.splice(0)) {
          talking = true
          if (++this.messages > 1_000) throw new Error('the clients never fall silent')
          this.clock.advance(1)
          const { changed, nudge } = this.presence.receive(session, entries, false)
          this.#tell(changed)
          if (nudge.length > 0) client.hear(nudge)
        }
      }
    }
  }

  #tell(clients: readonly number[]): void {
    if (clients.length === 0) return
    for (const client of this.here.keys()) client.hear(this.presence.entries(clients))
  }
}

describe('P5: presence is visible at once, also after a reconnect', () => {
  test('everyone sees everyone, and every change', () => {
    const harbour = new Harbour()
    const [ada, lin, bo] = [new Client(), new Client(), new Client()]
    for (const client of [ada, lin, bo]) {
      client.awareness.setLocalState({ id: client.id })
      harbour.join(client)
    }
    for (const client of [ada, lin, bo]) for (const other of [ada, lin, bo]) expect(client.sees(other)).toBeTruthy()
    ada.awareness.setLocalStateField('typing', true)
    harbour.run()
    expect(lin.sees(ada)).toEqual({ id: ada.id, typing: true })
    lin.awareness.setLocalState(null)
    harbour.run()
    expect(ada.sees(lin)).toBeUndefined()
    expect(bo.sees(lin)).toBeUndefined()
  })

  test('one who comes back is seen by those who stayed, and sees them', () => {
    const harbour = new Harbour()
    const [ada, lin] = [new Client(), new Client()]
    for (const client of [ada, lin]) {
      client.awareness.setLocalState({ name: client.id })
      harbour.join(client)
    }
    for (let round = 0; round < 3; round++) {
      harbour.leave(ada)
      expect(lin.sees(ada)).toBeUndefined()
      harbour.join(ada)
      expect(lin.sees(ada)).toEqual({ name: ada.id })
      expect(ada.sees(lin)).toMatchObject({ name: lin.id })
      lin.awareness.setLocalStateField('round', round)
      harbour.run()
      expect(ada.sees(lin)).toEqual({ name: lin.id, round })
    }
  })

  test('after the server lost its memory, everyone sees everyone again', () => {
    const harbour = new Harbour()
    const [ada, lin] = [new Client(), new Client()]
    for (const client of [ada, lin]) {
      client.awareness.setLocalState({ name: client.id })
      harbour.join(client)
    }
    for (const client of [ada, lin]) client.loseConnection()
    harbour.here.clear()
    harbour.presence = new Presence(limits, harbour.clock)
    harbour.clock.advance(5_000)
    harbour.join(ada)
    harbour.join(lin)
    expect(lin.sees(ada)).toEqual({ name: ada.id })
    expect(ada.sees(lin)).toEqual({ name: lin.id })
  })

  test('a new connection beside one that is half dead takes its entry over', () => {
    const harbour = new Harbour()
    const [ada, lin] = [new Client(), new Client()]
    for (const client of [ada, lin]) {
      client.awareness.setLocalState({ name: client.id })
      harbour.join(client)
    }
    const halfDead = harbour.here.get(ada)
    harbour.here.delete(ada)
    ada.loseConnection()
    harbour.join(ada)
    ada.awareness.setLocalStateField('typing', true)
    harbour.run()
    expect(lin.sees(ada)).toEqual({ name: ada.id, typing: true })
    expect(harbour.presence.leave(halfDead as Owner)).toEqual([])
    expect(lin.sees(ada)).toBeTruthy()
  })
})

describe('P6: presence of others that is repeated changes nothing', () => {
  test('a repetition neither takes an entry over nor brings back one who left', () => {
    const presence = new Presence(limits, new TestClock())
    const [ada, lin] = [someone(), someone()]
    const entry = { client: 1, clock: 4, state: '{}' }
    presence.receive(ada, [entry], false)
    presence.receive(lin, [{ client: 2, clock: 1, state: '{}' }], false)
    expect(presence.receive(lin, [entry], false)).toEqual({ changed: [], nudge: [] })
    expect(presence.receive(lin, [{ ...entry, state: 'null' }], false).changed).toEqual([])
    expect(presence.leave(ada)).toEqual([1])
    expect(presence.receive(lin, [entry, { client: 2, clock: 2 ** 42, state: '{}' }], false).changed).toEqual([2])
    expect(presence.entries([1])).toMatchObject([{ client: 1, state: 'null' }])
  })

  test('what was not renewed goes, and the number and size of entries are bounded', () => {
    const small = { ...limits, presenceEntries: 3, presenceEntriesPerSession: 2, presenceBytes: 10 }
    const clock = new TestClock()
    const presence = new Presence(small, clock)
    const [ada, lin] = [someone(), someone()]
    const state = (client: number) => ({ client, clock: 1, state: '{}' })
    expect(presence.receive(ada, [1, 2, 3].map(state), false).changed).toEqual([1, 2])
    clock.advance(5)
    expect(presence.receive(lin, [4, 5].map(state), false).changed).toEqual([4])
    expect(presence.receive(lin, [{ client: 6, clock: 1, state: '"too long a state"' }], false).changed).toEqual([])
    expect(presence.receive(lin, [{ client: 4, clock: 2 ** 53 - 1, state: '{}' }], false).changed).toEqual([])
    clock.advance(limits.presenceMs - 5)
    expect(presence.expire()).toEqual([1, 2])
    expect(presence.size).toBe(1)
    expect(presence.leave(lin)).toEqual([4])
    expect(presence.receive(ada, [7, 8].map(state), false).changed).toEqual([7, 8])
  })
})

describe('I1: who somebody is, is for the server to say', () => {
  const state = (client: number, clock: number, value: object) => ({ client, clock, state: JSON.stringify(value) })
  const shown = (presence: Presence, client: number) => JSON.parse(presence.entries([client])[0].state)

  test('a user’s presence carries who the server knows them to be, whatever they write there', () => {
    const presence = new Presence(limits, new TestClock())
    const forged = { name: 'Ada', identity: { id: 'admin' }, cursor: [1, 2] }
    presence.receive(someone('lin'), [state(1, 1, forged)], false)
    expect(shown(presence, 1)).toEqual({ name: 'Ada', cursor: [1, 2], identity: { id: 'lin', name: 'LIN' } })
    presence.receive(someone(), [state(2, 1, forged)], false)
    expect(shown(presence, 2)).toEqual({ name: 'Ada', cursor: [1, 2] })
    const odd = '{"__proto__":{"x":1},"identity":1}'
    presence.receive(someone('lin'), [{ client: 3, clock: 1, state: odd }], false)
    expect(Object.keys(shown(presence, 3)).sort()).toEqual(['__proto__', 'identity'])
  })

  test('nobody without a name says who they are, in however many spellings JSON has for it', () => {
    forSeeds(200, random => {
      const escaped = (char: string): string => {
        const digits = char.charCodeAt(0).toString(16).padStart(4, '0')
        return `\\u${random.chance(0.5) ? digits : digits.toUpperCase()}`
      }
      const spelt = (text: string): string =>
        [...text].map(char => (random.chance(0.5) ? escaped(char) : char)).join('')
      const keys = random.shuffle(['name', 'identity', 'identity'])
      const said = `{${keys.map(key => `"${spelt(key)}":{"id":"admin"}`).join()}}`
      expect(Object.keys(JSON.parse(said)).sort(), said).toEqual(['identity', 'name'])
      const presence = new Presence(limits, new TestClock())
      presence.receive(someone(), [{ client: 1, clock: 1, state: said }], false)
      expect(shown(presence, 1), said).toEqual({ name: { id: 'admin' } })
    })
  })

  test('another user takes over nobody’s entry, and the same user does', () => {
    const presence = new Presence(limits, new TestClock())
    const [ada, eve] = [someone('ada'), someone('eve')]
    presence.receive(ada, [state(1, 1, { name: 'Ada' })], false)
    for (const mayClaim of [true, false]) {
      const outcome = presence.receive(eve, [state(1, 2 ** 45, { name: 'Eve' })], mayClaim)
      expect(outcome).toEqual({ changed: [], nudge: [] })
    }
    expect(presence.receive(eve, [{ client: 1, clock: 2 ** 45, state: 'null' }], false).changed).toEqual([])
    expect(shown(presence, 1).name).toBe('Ada')
    const laptop = someone('ada')
    expect(presence.receive(laptop, [state(1, 2 ** 45, { name: 'Ada, elsewhere' })], false).changed).toEqual([1])
    expect(presence.leave(ada)).toEqual([])
    expect(presence.leave(laptop)).toEqual([1])
  })
})
