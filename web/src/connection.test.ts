import { ObservableV2 } from 'lib0/observable'
import { expect, test } from 'vitest'
import type { Clock, RoomEvents, RoomStatus, Timer } from '../../client/index.ts'
import { Cell } from '../chat/cell.ts'
import { slowMs } from '../chat/connection.ts'
import { watchConnection } from './connection.ts'

/** A room that says what it is told to. */
class SaidRoom extends ObservableV2<RoomEvents> {
  status: RoomStatus = { kind: 'connecting', pending: 0, since: null }

  become(status: RoomStatus): void {
    this.status = status
    this.emit('status', [status])
  }

  replace(): void {
    this.become({ kind: 'stopped', code: 4409, reason: 'replaced', pending: 0, since: null })
    this.emit('replaced', [])
  }
}

/** A clock that only moves when it is told to. */
class HeldClock implements Clock {
  #now = 1_000
  #timers: { at: number; run(): void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { at: this.#now + delayMs, run }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(other => other !== timer)
      },
    }
  }

  get timers(): number {
    return this.#timers.length
  }

  pass(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({ at }) => at <= this.#now)
    this.#timers = this.#timers.filter(timer => !due.includes(timer))
    for (const { run } of due) run()
  }
}

const saved: RoomStatus = { kind: 'saved', pending: 0, since: null }
const offline: RoomStatus = { kind: 'offline', pending: 0, since: null }

function stage() {
  const room = new SaidRoom()
  const clock = new HeldClock()
  const network = new Cell(true)
  const connection = watchConnection(room, { clock, network })
  const seen: string[] = []
  connection.subscribe(() => {
    const now = connection.get()
    seen.push(now.kind === 'online' && now.isSlow ? 'slow' : now.kind)
  })
  return { room, clock, network, connection, seen }
}

test('it becomes slow by itself, and no longer is once everything is saved', () => {
  const { room, clock, seen } = stage()
  room.become(saved)
  room.become({ kind: 'saving', pending: 1, since: clock.now() })
  clock.pass(slowMs - 1)
  expect(seen).toEqual(['online'])
  clock.pass(1)
  expect(seen).toEqual(['online', 'slow'])
  room.become({ kind: 'saving', pending: 2, since: clock.now() - slowMs })
  room.become(saved)
  expect(seen).toEqual(['online', 'slow', 'online'])
})

test('somebody who writes all the time and is answered all the time is never told that it is slow', () => {
  const { room, clock, seen } = stage()
  room.become(saved)
  for (let i = 0; i < 20; i++) {
    room.become({ kind: 'saving', pending: 1, since: clock.now() })
    clock.pass(slowMs / 2)
  }
  expect(seen).toEqual(['online'])
})

test('the device’s own word decides between offline and lost, as soon as it says it', () => {
  const { room, network, seen } = stage()
  room.become(saved)
  network.set(false)
  expect(seen, 'a connection that works is online').toEqual(['online'])
  room.become(offline)
  network.set(true)
  expect(seen).toEqual(['online', 'offline', 'reconnecting'])
})

test('a room that was replaced is so until it is online again', () => {
  const { room, connection } = stage()
  room.become(saved)
  room.replace()
  expect(connection.get().kind).toBe('replaced')
  room.become({ kind: 'connecting', pending: 0, since: null })
  expect(connection.get().kind).toBe('reconnecting')
  room.become(saved)
  room.become({ kind: 'stopped', code: 4401, reason: 'no', pending: 0, since: null })
  expect(connection.get()).toEqual({ kind: 'closed', reason: 'no' })
})

test('it leaves nothing behind when it stops', () => {
  const { room, clock, connection, seen } = stage()
  room.become({ kind: 'saving', pending: 1, since: clock.now() })
  expect(clock.timers).toBe(1)
  connection.stop()
  room.become(offline)
  expect(clock.timers).toBe(0)
  expect(seen).toEqual(['online'])
})
