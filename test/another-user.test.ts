import { describe, expect, test } from 'vitest'
import { encodePresence, readPresence } from '../protocol/presence.ts'
import type { Authenticate } from '../server/auth.ts'
import { Harbour, type Line } from './hostile/line.ts'
import { type Heard, type TongueName, tongues, type Word } from './hostile/tongues.ts'
import { text, write } from './support/rough.ts'
import { Stage } from './support/stage.ts'

const CLIENT = 9
const names = ['native', 'hocuspocus'] as const

/** A token is the name of a user; the empty one is nobody's. */
const authenticate: Authenticate = ({ token }) => ({
  access: 'write',
  user: token === '' || token === null ? undefined : { id: token },
})

/** A connection in the room, under whatever name it shows. */
class Seat {
  readonly #stage: Stage
  readonly #name: TongueName
  readonly line: Line
  #place = { room: 'room', address: 0 as number | string }
  #lastId = 0

  constructor(stage: Stage, harbour: Harbour, name: TongueName) {
    this.#stage = stage
    this.#name = name
    this.line = harbour.connect(tongues[name], '')
  }

  async enter(user: string): Promise<void> {
    await this.#send(tongues[this.#name].enter('room', user))
    for (const heard of this.hear()) if (heard.type === 'opened') this.#place = heard.place
    await this.say({ type: 'step2', update: new Uint8Array([0, 0]), id: ++this.#lastId })
    this.hear()
  }

  async become(user: string): Promise<void> {
    await this.say({ type: 'token', token: user })
    this.hear()
  }

  /** Writes a letter under the id, and says whether it was acknowledged. */
  async write(clock: number, id = ++this.#lastId): Promise<boolean> {
    const update = write({ sections: [{ client: CLIENT, clock, structs: [text('x')] }], deletes: [] })
    await this.say({ type: 'update', update, id })
    return this.hear().some(heard => heard.type === 'ack')
  }

  async show(clock: number): Promise<void> {
    await this.say({ type: 'presence', update: encodePresence([{ client: CLIENT, clock, state: '{}' }]) })
  }

  async say(word: Word): Promise<void> {
    await this.#send(tongues[this.#name].say(word, this.#place))
  }

  hear(): Heard[] {
    return this.line.arrived.splice(0).map(payload => tongues[this.#name].hear(payload))
  }

  /** The last that was shown of the id: who it is, or null when it has left. */
  seen(): unknown {
    const entries = this.hear().flatMap(heard => (heard.type === 'presence' ? readPresence(heard.update) : []))
    const state = entries.filter(({ client }) => client === CLIENT).at(-1)?.state
    return state === undefined ? undefined : (JSON.parse(state)?.identity?.id ?? null)
  }

  async #send(frames: readonly Uint8Array[]): Promise<void> {
    for (const frame of frames) this.line.connection.receive(frame)
    for (let i = 0; i < 3; i++) {
      await this.#stage.run()
      this.#stage.clock.advance(60)
    }
  }
}

async function seats(name: TongueName): Promise<{ stage: Stage; seat: Seat; other: Seat }> {
  const stage = await Stage.set()
  const harbour = new Harbour(stage, authenticate)
  const [seat, other] = [new Seat(stage, harbour, name), new Seat(stage, harbour, name)]
  await seat.enter('ada')
  await other.enter('lin')
  return { stage, seat, other }
}

describe.each(names)('a connection that shows the token of another user: %s', name => {
  test.each(['eve', ''])('goes on writing under its ids, as %j', async user => {
    const { stage, seat } = await seats(name)
    expect(await seat.write(0)).toBe(true)
    await seat.become(user)
    expect(await seat.write(1)).toBe(true)
    const { records } = await stage.store.load('room')
    expect(records.map(({ author }) => author)).toEqual(['ada', user])
  })

  test.each(['eve', ''])('leaves none of its ids to whom it was, as %j', async user => {
    const { seat, other } = await seats(name)
    await seat.write(0)
    expect(await other.write(1)).toBe(false)
    await seat.become(user)
    seat.line.connection.closed()
    await other.say({ type: 'step2', update: new Uint8Array([0, 0]), id: 100 })
    other.hear()
    expect(await other.write(1, 101)).toBe(true)
  })

  test('is not the author of what it sent as somebody else', async () => {
    const { stage, seat } = await seats(name)
    stage.store.holds = true
    await seat.write(0)
    await seat.write(1)
    await seat.become('eve')
    stage.store.holds = false
    stage.store.release()
    await seat.say({ type: 'step2', update: new Uint8Array([0, 0]), id: 100 })
    const { records } = await stage.store.load('room')
    expect(records.map(({ author }) => author)).toEqual(['ada', 'ada'])
  })

  test('is no longer seen as whom it was, and is seen as whom it is once it says so', async () => {
    const { stage, seat, other } = await seats(name)
    await seat.show(1)
    expect(other.seen()).toBe('ada')
    await seat.become('eve')
    expect(other.seen()).toBeNull()
    await seat.show(name === 'native' ? stage.clock.now() + 1 : 2)
    expect(other.seen()).toBe('eve')
  })
})
