import { describe, expect, test } from 'vitest'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  initial,
  next,
} from '../../client/connection-state.ts'
import { forSeeds, type Random } from '../support/random.ts'

const rules = { hasToken: true, longestWaitMs: 30_000 }

/** The world around the state machine: what it has started, and what may happen to that. */
class World {
  state: ConnectionState = initial
  /** Sockets that exist, and whether they are open. */
  readonly sockets = new Map<number, boolean>()
  tokens: number[] = []
  timer: { timer: number; fromMs: number; toMs: number } | null = null
  pings = 0
  /** Whatever was ever started: late news of it must not matter. */
  readonly past: number[] = []
  readonly #rules

  constructor(hasToken: boolean) {
    this.#rules = { ...rules, hasToken }
  }

  tell(event: ConnectionEvent): void {
    const [state, effects] = next(this.state, event, this.#rules)
    this.state = state
    for (const effect of effects) this.#run(effect)
    if (state.kind === 'idle' || state.kind === 'stopped') this.timer = null
    this.check()
  }

  #run(effect: ConnectionEffect): void {
    if (effect.type === 'open') {
      this.sockets.set(effect.socket, false)
      this.past.push(effect.socket)
    } else if (effect.type === 'close') this.sockets.delete(effect.socket)
    else if (effect.type === 'fetch-token') {
      this.tokens.push(effect.request)
      this.past.push(effect.request)
    } else if (effect.type === 'timer') {
      this.timer = effect
      this.past.push(effect.timer)
    } else this.pings++
  }

  check(): void {
    const { state } = this
    expect(this.sockets.size, 'never two live sockets').toBeLessThanOrEqual(1)
    const hasSocket = state.kind === 'opening' || state.kind === 'open'
    expect(this.sockets.size, state.kind).toBe(hasSocket ? 1 : 0)
    const waits = state.kind !== 'idle' && state.kind !== 'stopped'
    expect(this.timer !== null, `${state.kind}: somebody wakes it up`).toBe(waits)
    if (this.timer !== null && 'timer' in state) expect(this.timer.timer).toBe(state.timer)
  }

  /** Something that can happen now, or news of something long gone. */
  step(random: Random): void {
    const [socket, isOpen] = [...this.sockets][0] ?? [0, false]
    const event = random.next()
    if (event < 0.1) this.tell({ type: 'start' })
    else if (event < 0.13) this.tell({ type: 'end' })
    else if (event < 0.25) this.answerToken(random.chance(0.7))
    else if (event < 0.4) this.openSocket()
    else if (event < 0.5 && socket > 0) this.close(socket, random.pick([1006, 1000, 4501, 4503]))
    else if (event < 0.52 && socket > 0) this.close(socket, random.pick([4400, 4401, 4499]))
    else if (event < 0.65 && isOpen) this.tell({ type: 'heard', socket })
    else if (event < 0.68 && isOpen) this.tell({ type: 'drain', socket, withinMs: 5_000 })
    else if (event < 0.8) this.wake()
    else if (event < 0.85) this.tell({ type: 'hint' })
    else if (event < 0.9) this.tell({ type: 'doubt' })
    else this.#late(random)
  }

  answerToken(found: boolean): void {
    const request = this.tokens.shift()
    if (request !== undefined) this.tell({ type: 'token', request, found })
  }

  openSocket(): void {
    const [socket, isOpen] = [...this.sockets][0] ?? [0, true]
    if (isOpen) return
    this.sockets.set(socket, true)
    this.tell({ type: 'opened', socket })
  }

  close(socket: number, code: number): void {
    this.sockets.delete(socket)
    this.tell({ type: 'closed', socket, code, reason: 'because' })
  }

  wake(): void {
    const { timer } = this
    if (timer === null) return
    this.tell({ type: 'timer', timer: timer.timer })
  }

  #late(random: Random): void {
    const old = this.past.filter(id => !this.sockets.has(id) && id !== this.timer?.timer && !this.tokens.includes(id))
    if (old.length === 0) return
    const id = random.pick(old)
    const before = this.state
    const isCurrent = 'serial' in before && before.kind === 'preparing' && before.serial === id
    if (isCurrent) return
    this.tell(
      random.pick<ConnectionEvent>([
        { type: 'timer', timer: id },
        { type: 'opened', socket: id },
        { type: 'heard', socket: id },
        { type: 'closed', socket: id, code: 4400, reason: '' },
        { type: 'token', request: id, found: true },
        { type: 'drain', socket: id, withinMs: 1 },
      ]),
    )
    expect(this.state, 'news of what is gone').toBe(before)
  }
}

describe('C2: the connection, as a function of its state and an event', () => {
  test('has never two live sockets, and ends connected or stopped with a reason once the network is good', () => {
    forSeeds(600, random => {
      const world = new World(random.chance(0.5))
      for (let i = 0; i < 60; i++) world.step(random)
      if (world.state.kind === 'idle') world.tell({ type: 'start' })
      for (let i = 0; i < 100 && world.state.kind !== 'open' && world.state.kind !== 'stopped'; i++) {
        if (world.tokens.length > 0) world.answerToken(true)
        else if (world.sockets.size > 0) world.openSocket()
        else world.wake()
      }
      const { state } = world
      if (state.kind === 'stopped') expect(state).toMatchObject({ reason: 'because' })
      else expect(state.kind).toBe('open')
    })
  })

  test('waits longer after every failure, up to the longest, and starts small again once something was heard', () => {
    const world = new World(false)
    world.tell({ type: 'start' })
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      world.close([...world.sockets.keys()][0], 1006)
      waits.push(world.timer?.toMs ?? 0)
      expect(world.timer?.fromMs).toBe((world.timer?.toMs ?? 0) / 2)
      world.wake()
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    world.openSocket()
    world.tell({ type: 'heard', socket: [...world.sockets.keys()][0] })
    world.close([...world.sockets.keys()][0], 1006)
    expect(world.timer?.toMs).toBe(500)
  })

  test('comes back within the time that a server which drains asked for', () => {
    const world = new World(false)
    world.tell({ type: 'start' })
    world.openSocket()
    const [socket] = world.sockets.keys()
    world.tell({ type: 'drain', socket, withinMs: 5_000 })
    world.close(socket, 4503)
    expect(world.timer).toMatchObject({ fromMs: 0, toMs: 5_000 })
  })

  test('a quiet connection is asked for a sign of life, and given up without one', () => {
    const world = new World(false)
    world.tell({ type: 'start' })
    world.openSocket()
    const [socket] = world.sockets.keys()
    world.tell({ type: 'heard', socket })
    world.wake()
    expect([world.pings, world.timer?.toMs]).toEqual([0, 15_000])
    world.wake()
    expect([world.pings, world.timer?.toMs]).toEqual([1, 5_000])
    world.tell({ type: 'heard', socket })
    world.wake()
    expect(world.state.kind).toBe('open')
    world.wake()
    world.wake()
    expect([...world.sockets.keys()]).not.toContain(socket)
    expect(world.state.kind).toBe('opening')
  })

  test('a hint ends a wait at once, and a doubt asks the network', () => {
    const world = new World(true)
    world.tell({ type: 'start' })
    world.answerToken(false)
    expect(world.state.kind).toBe('waiting')
    world.tell({ type: 'hint' })
    expect(world.state.kind).toBe('preparing')
    world.answerToken(true)
    world.openSocket()
    world.tell({ type: 'doubt' })
    expect(world.pings).toBe(1)
    world.tell({ type: 'doubt' })
    expect(world.pings, 'asking twice tells no more').toBe(1)
  })

  test('a code that says stop stops it until somebody starts it again', () => {
    const world = new World(false)
    world.tell({ type: 'start' })
    world.openSocket()
    world.close([...world.sockets.keys()][0], 4401)
    expect(world.state).toMatchObject({ kind: 'stopped', code: 4401, reason: 'because' })
    world.tell({ type: 'hint' })
    expect(world.state.kind).toBe('stopped')
    world.tell({ type: 'start' })
    expect(world.state.kind).toBe('opening')
  })
})
