/** Tokens in every dialect: stock providers and our client, real sockets, a real database, a clock that can be set. */

import { rm } from 'node:fs/promises'
import { HocuspocusProvider as Provider4, HocuspocusProviderWebsocket as Socket4 } from '@hocuspocus/provider'
import { HocuspocusProvider as Provider3, HocuspocusProviderWebsocket as Socket3 } from 'hocuspocus-provider-3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type * as Y from 'yjs'
import { connect } from '../../client/index.ts'
import { closings } from '../../protocol/close.ts'
import { type Clock, createServer, jwtAuthenticate, type Logger, type Server, systemClock } from '../../server/index.ts'
import { type Payload, SECRET, signed } from '../support/issuer.ts'
import { connect as connectStock, disconnect, temporaryDirectory, until } from '../support/live.ts'

let server: Server
let directory: string
let url: string
/** By how much the server's clock is ahead. */
let aheadMs: number
let logged: string[]
const seats: Seat[] = []

const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs }

beforeEach(async () => {
  aheadMs = 0
  logged = []
  const note = (fields: object, message: string) => void logged.push(JSON.stringify([message, fields]))
  const log: Logger = { info: note, warn: note, error: note }
  directory = await temporaryDirectory()
  server = createServer({
    data: directory,
    port: 0,
    webDirectory: null,
    controlDirectory: null,
    limits: { sweepMs: 10 },
    clock,
    log,
    authenticate: jwtAuthenticate({ secret: SECRET, clock, log }),
  })
  url = (await server.start()).replace('http', 'ws')
})

afterEach(async () => {
  for (const seat of seats.splice(0)) seat.leave()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

/** Somebody in front of a room, whatever they speak. */
interface Seat {
  text(): Y.Text
  /** In the room, with everything that was there. */
  isIn(): boolean
  /** Everything they wrote is on the server. */
  isSaved(): boolean
  /** Why they were not let in, put out or refused. */
  readonly told: string[]
  leave(): void
}

type Token = () => string | null

interface Dialect {
  sit(token: Token): Seat
  /** Whether a fresh token is asked for while one is in, rather than at the next connection. */
  asksAgain: boolean
}

const dialects: Record<string, Dialect> = {
  'y-websocket': { sit: stock, asksAgain: false },
  native: { sit: native, asksAgain: true },
  'Hocuspocus 4': { sit: token => hocuspocus(token, Provider4, Socket4), asksAgain: true },
  'Hocuspocus 3': {
    sit: token => hocuspocus(token, Provider3 as unknown as typeof Provider4, Socket3 as unknown as typeof Socket4),
    asksAgain: true,
  },
}

const { denied, expired } = closings
const mayNotWrite = closings['may-not-write']

/** Somebody with that access to the room, for so long by the server's clock. */
function tokenOf(access: string, { seconds = 3_600, ...changes }: Payload & { seconds?: number } = {}) {
  const exp = Math.floor(clock.now() / 1_000) + seconds
  return signed({ sub: access, rooms: [{ room: 'notes/*', access }], exp, ...changes })
}

for (const [name, { sit: take, asksAgain }] of Object.entries(dialects)) {
  const sit = (token: string | null | Token): Seat => {
    const seat = take(typeof token === 'function' ? token : () => token)
    seats.push(seat)
    return seat
  }

  describe(`K9: in the dialect ${name}`, () => {
    test('who may write writes, who may read reads, and what a reader writes reaches nobody', async () => {
      const writer = sit(await tokenOf('write'))
      const admin = sit(await tokenOf('admin'))
      const reader = sit(await tokenOf('read'))
      await until('all are in', () => writer.isIn() && admin.isIn() && reader.isIn())
      writer.text().insert(0, 'by a writer. ')
      await until('the admin has it', () => admin.text().toString() !== '')
      admin.text().insert(0, 'by an admin, ')
      await until('the reader has it', () => reader.text().toString() === 'by an admin, by a writer. ')
      reader.text().insert(0, 'never ')
      await until('the reader is told', () => reader.told.length > 0)
      expect(reader.told[0]).toBe(mayNotWrite.reason)
      writer.text().insert(0, 'after all ')
      await until('it has arrived', () => admin.text().toString().startsWith('after all '))
      expect(admin.text().toString()).not.toContain('never')
      expect([writer.told, admin.told]).toEqual([[], []])
    })

    test('who shows no token, a wrong one, or one for another room is denied and sees nothing', async () => {
      const writer = sit(await tokenOf('write'))
      await until('the writer is in', () => writer.isIn())
      writer.text().insert(0, 'for notes only')
      await until('it is saved', () => writer.isSaved())
      const wrong = [
        null,
        'nonsense',
        await tokenOf('write', { seconds: -3_600 }),
        await tokenOf('write', { rooms: [{ room: 'other/**', access: 'admin' }] }),
        await signed({ sub: 'mallory', rooms: [{ room: '**', access: 'admin' }], exp: 2 ** 40 }, 'x'.repeat(32)),
      ]
      const strangers = wrong.map(sit)
      for (const stranger of strangers) stranger.text().insert(0, 'never')
      await until('all are denied', () => strangers.every(({ told }) => told.length > 0))
      for (const stranger of strangers) {
        expect(stranger.told[0]).toBe(denied.reason)
        expect(stranger.isIn()).toBe(false)
        expect(stranger.text().toString()).toBe('never')
      }
      expect(writer.text().toString()).toBe('for notes only')
      expect(logged.filter(line => line.includes('a token was refused')).length).toBe(4)
      for (const token of wrong.filter(token => token !== null)) {
        for (const part of token.split('.')) expect(logged.join()).not.toContain(part)
      }
    })

    test('when a token has expired its session ends, and it lets nobody in again', async () => {
      const token = await tokenOf('write', { seconds: 60 })
      const seat = sit(token)
      const other = sit(await tokenOf('write'))
      await until('both are in', () => seat.isIn() && other.isIn())
      // It has run out, but not by more than clocks may differ; the real one goes on meanwhile.
      aheadMs += 61_000
      seat.text().insert(0, 'in time')
      await until('it has arrived', () => other.text().toString() === 'in time')
      expect(seat.told).toEqual([])
      aheadMs += 5_000
      await until('it is out', () => !seat.isIn())
      seat.text().insert(0, 'never ')
      await until('it is denied', () => seat.told.includes(denied.reason))
      expect(seat.isIn()).toBe(false)
      expect(other.isIn()).toBe(true)
      expect(other.text().toString()).toBe('in time')
    })

    const keeps = asksAgain
      ? 'a fresh token keeps a session, without anybody noticing'
      : 'a fresh token in the address lets one in again once the old one has run out'
    test(keeps, async () => {
      let current = await tokenOf('write', { seconds: 120 })
      const shown = new Set<string>()
      const seat = sit(() => {
        shown.add(current)
        return current
      })
      await until('it is in', () => seat.isIn())
      for (let lap = 0; lap < 3; lap++) {
        current = await tokenOf('write', { seconds: 220 })
        // To a little before the old one runs out, or a little after.
        aheadMs += asksAgain ? 100_000 : 130_000
        await until('the fresh one is shown', () => shown.has(current))
        await until('it is in', () => seat.isIn())
        seat.text().insert(0, 'on ')
        await until('it is saved', () => seat.isSaved())
      }
      expect(shown.size).toBe(4)
      expect(seat.told).toEqual(asksAgain ? [] : [expired.reason, expired.reason, expired.reason])
      const reader = sit(await tokenOf('read'))
      await until('all of it is there', () => reader.text().toString() === 'on on on ')
    })

    if (!asksAgain) return
    test('a fresh token that grants less counts at once', async () => {
      let current = await tokenOf('write', { seconds: 120 })
      const seat = sit(() => current)
      await until('it is in', () => seat.isIn())
      current = await tokenOf('write', { rooms: [] })
      aheadMs += 100_000
      await until('it is out', () => seat.told.includes(denied.reason))
      expect(seat.isIn()).toBe(false)
    })
  })
}

function stock(token: Token): Seat {
  const told: string[] = []
  const params = {
    get token() {
      return token() ?? ''
    },
  }
  const provider = connectStock(url, 'notes/today', undefined, params)
  provider.on('connection-close', event => {
    if (event !== null && 'reason' in event) told.push(String(event.reason))
  })
  return {
    text: () => provider.doc.getText('text'),
    isIn: () => provider.synced && provider.wsconnected,
    isSaved: () => provider.synced,
    told,
    leave: () => disconnect(provider),
  }
}

function native(token: Token): Seat {
  const told: string[] = []
  const harbor = connect(url, { WebSocket, longestWaitMs: 100, token: () => token() ?? '' })
  const room = harbor.room('notes/today')
  room.on('status', status => void (status.kind === 'stopped' && told.push(status.reason)))
  room.on('rejected', ({ message }) => void told.push(message))
  return {
    text: () => room.doc.getText('text'),
    isIn: () => room.synced,
    isSaved: () => room.status.kind === 'saved',
    told,
    leave: () => harbor.destroy(),
  }
}

function hocuspocus(token: Token, Provider: typeof Provider4, Socket: typeof Socket4): Seat {
  const told: string[] = []
  const socket = new Socket({ url, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 20, maxDelay: 100 })
  const provider = new Provider({
    name: 'notes/today',
    token: () => token() ?? '',
    websocketProvider: socket,
    onAuthenticationFailed: ({ reason }) => void told.push(reason),
    onClose: ({ event }) => void told.push(event.reason),
  })
  provider.attach()
  return {
    text: () => provider.document.getText('text'),
    isIn: () => provider.synced && provider.isAuthenticated,
    isSaved: () => provider.synced && !provider.hasUnsyncedChanges,
    told,
    leave() {
      provider.destroy()
      socket.destroy()
    },
  }
}
