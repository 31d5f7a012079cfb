import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Closing, closings } from '../protocol/close.ts'
import { hocuspocus } from '../protocol/hocuspocus.ts'
import type { Dialect } from '../protocol/message.ts'
import { kinds } from '../protocol/native.ts'
import { encodeSaying } from '../protocol/native-client.ts'
import { native } from '../protocol/native-server.ts'
import { encodePresence } from '../protocol/presence.ts'
import { yWebsocket } from '../protocol/y-websocket.ts'
import { publicApp } from '../server/api/public.ts'
import type { Authenticate, Grant } from '../server/auth.ts'
import { Connection } from '../server/connection.ts'
import { silentLogger } from '../server/logger.ts'
import type { Outgoing } from '../server/outgoing.ts'
import type { Peer } from '../server/room.ts'
import { SlowLane } from '../server/slow-lane.ts'
import { Visitors } from '../server/visitors.ts'
import { HttpServer, newUpload, patch } from './support/http-server.ts'
import { payloadsOf } from './support/native-network.ts'
import { Stage } from './support/stage.ts'

/** Every way in which somebody may come. The token is the name. */
const comers = ['no token', 'bad', 'expired', 'read', 'write', 'admin', 'revoked'] as const
type Comer = (typeof comers)[number]

const authenticate: Authenticate = ({ token }): Grant | null => {
  if (token === 'read') return { access: 'read', user: { id: 'reader' } }
  if (token === 'admin') return { access: 'write', isAdmin: true, user: { id: 'admin' } }
  // What was granted is over by any clock.
  if (token === 'expired') return { access: 'write', user: { id: token }, expiresAt: 0 }
  if (token === 'write' || token === 'revoked') return { access: 'write', user: { id: token }, issuedAt: 0 }
  return null
}

/** What came of saying something: what somebody else in the room noticed, and what the sender was told. */
interface Outcome {
  stored: boolean
  /** Others saw presence, or a signal. */
  presence: boolean
  signal: boolean
  /** The sender was shown content of the room. */
  content: boolean
  /** The sender was told this: it is out, or was refused. */
  told: Closing | null
}

const nothing: Outcome = { stored: false, presence: false, signal: false, content: false, told: null }

/** The words of the dialects for the same things. */
interface Tongue {
  dialect: Dialect
  /** How somebody enters; null where the address of the socket does. */
  enter(token: string): Uint8Array[] | null
  words: Record<string, Uint8Array>
  /** Whether a frame that was heard holds the room's content. */
  shows(frame: Uint8Array): boolean
}

const content = update('content')
const news = update('news')
const presence = encodePresence([{ client: 77, clock: 1, state: '{"name":"x"}' }])
const vector = new Uint8Array([0])

const tongues: Record<string, Tongue> = {
  'y-websocket': {
    dialect: yWebsocket,
    enter: () => null,
    words: {
      'step 1': frame(0, 0, vector),
      'step 2': frame(0, 1, news),
      update: frame(0, 2, news),
      'nothing new': frame(0, 1, content),
      presence: frame(1, presence),
      'presence query': frame(3),
    },
    shows: bytes => bytes[0] === 0 && bytes[1] > 0 && holds(bytes),
  },
  native: {
    dialect: native,
    enter: token => [
      ...encodeSaying({ type: 'token', token }),
      ...encodeSaying({ type: 'open', room: 'room', stateVector: vector, epoch: null }),
    ],
    words: {
      'step 2': joined(encodeSaying({ type: 'step2', room: 1, id: 1, update: news })),
      update: joined(encodeSaying({ type: 'update', room: 1, id: 1, update: news })),
      'nothing new': joined(encodeSaying({ type: 'step2', room: 1, id: 1, update: content })),
      presence: joined(encodeSaying({ type: 'presence', room: 1, update: presence })),
      signal: joined(encodeSaying({ type: 'signal', room: 1, name: 'n', data: '1' })),
      ping: joined(encodeSaying({ type: 'ping' })),
      leave: joined(encodeSaying({ type: 'leave', room: 1 })),
    },
    shows: holds,
  },
  hocuspocus: {
    dialect: hocuspocus,
    enter: token => [frame('room', 2, 0, token, '4.0.0')],
    words: {
      'step 1': frame('room', 0, 0, vector),
      'step 2': frame('room', 0, 1, news),
      update: frame('room', 0, 2, news),
      'nothing new': frame('room', 0, 1, content),
      presence: frame('room', 1, presence),
      'presence query': frame('room', 3),
      signal: frame('room', 5, 'payload'),
      leave: frame('room', 7),
      ping: new Uint8Array([9]),
    },
    shows: holds,
  },
}

/** The expected outcome of a word by somebody who is let in. */
function expected(word: string, comer: Comer, tongue: string): Outcome {
  const isIn = comer === 'read' || comer === 'write' || comer === 'admin'
  if (!isIn) return nothing
  const mayWrite = comer === 'write' || comer === 'admin'
  switch (word) {
    case 'step 2':
    case 'update':
      return {
        ...nothing,
        stored: mayWrite,
        told: mayWrite ? null : 'may-not-write',
        content: mayWrite && tongue === 'y-websocket',
      }
    case 'presence':
      return { ...nothing, presence: true }
    case 'signal':
      return { ...nothing, signal: mayWrite }
    case 'step 1':
      return { ...nothing, content: true }
    default:
      return nothing
  }
}

for (const [name, tongue] of Object.entries(tongues)) {
  describe(`A1: ${name}: who may say what`, () => {
    for (const comer of comers) {
      test(`${comer}: enters or is turned away`, async () => {
        const scene = await Scene.set(tongue, comer)
        await scene.enter()
        const isIn = comer === 'read' || comer === 'write' || comer === 'admin' || comer === 'revoked'
        expect(scene.room.peers).toBe(isIn ? 2 : 1)
        expect(scene.outcome()).toEqual({
          ...nothing,
          content: isIn && name === 'native',
          told: isIn ? null : 'denied',
        })
      })

      test.each(Object.keys(tongue.words))(`${comer}: %s`, async word => {
        const scene = await Scene.set(tongue, comer)
        await scene.enter()
        if (comer === 'revoked') {
          expect(scene.revoke()).toBe(1)
          await scene.run()
          expect(scene.outcome().told).toBe('denied')
        }
        scene.forget()
        scene.say(tongue.words[word])
        await scene.run()
        expect(scene.outcome()).toEqual(expected(word, comer, name))
      })
    }
  })
}

/** A room with content and a witness in it, and somebody who comes. */
class Scene {
  readonly #stage: Stage
  readonly #tongue: Tongue
  readonly #comer: Comer
  readonly #connection: Connection
  readonly #heard: Uint8Array[] = []
  #closed: Closing | null = null
  #before = 0
  #saw = { presence: false, signal: false }

  private constructor(stage: Stage, tongue: Tongue, comer: Comer) {
    this.#stage = stage
    this.#tongue = tongue
    this.#comer = comer
    const heard = this.#heard
    this.#connection = new Connection({
      wire: {
        queuedBytes: 0,
        write: chunks => void heard.push(...payloadsOf(Buffer.concat(chunks))),
        ping: () => undefined,
        pause: () => undefined,
        resume: () => undefined,
        close: closing => {
          this.#closed = closing
        },
      },
      dialect: tongue.dialect,
      clock: stage.clock,
      limits: stage.limits,
      log: silentLogger,
      slowLane: new SlowLane(stage.clock),
      authenticate,
      users: new Visitors(10),
      request: { token: tongue.enter('') === null && comer !== 'no token' ? comer : null, headers: {} },
      room: room => stage.rooms.get(room),
    })
  }

  static async set(tongue: Tongue, comer: Comer): Promise<Scene> {
    const stage = await Stage.set()
    const scene = new Scene(stage, tongue, comer)
    const room = await stage.rooms.get('room')
    const witness: Peer = {
      grant: { access: 'write' },
      answersNudges: true,
      ask: () => undefined,
      deliver: () => undefined,
      deliverPresence: ({ message }: Outgoing) => {
        if (
          message.type === 'presence' &&
          message.entries.some(entry => entry.client === 77 && entry.state !== 'null')
        ) {
          scene.#saw.presence = true
        }
      },
      deliverSignal: () => {
        scene.#saw.signal = true
      },
      committed: () => undefined,
      end: () => undefined,
    }
    room.enter(witness)
    room.receive(content, witness)
    await scene.run()
    scene.#before = room.document.seq
    return scene
  }

  get room() {
    const room = this.#stage.rooms.find('room')
    if (room === null) throw new Error('there is no room')
    return room
  }

  async enter(): Promise<void> {
    const token = this.#comer === 'no token' ? '' : this.#comer
    const frames = this.#tongue.enter(token)
    if (frames === null) void this.#connection.enter('room')
    else for (const frame of frames) this.say(frame)
    await this.run()
  }

  say(frame: Uint8Array): void {
    this.#connection.receive(frame)
  }

  revoke(): number {
    return this.#connection.revoke(({ user }) => user === 'revoked')
  }

  forget(): void {
    this.#heard.length = 0
    this.#closed = null
  }

  async run(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await this.#stage.run()
      this.#stage.clock.advance(60)
    }
    await this.#stage.run()
  }

  outcome(): Outcome {
    return {
      stored: this.room.document.seq > this.#before,
      ...this.#saw,
      content: this.#heard.some(frame => this.#tongue.shows(frame)),
      told: this.#told(),
    }
  }

  #told(): Closing | null {
    if (this.#closed !== null) return this.#closed
    const text = Buffer.concat(this.#heard).toString('utf8')
    const said = (Object.keys(closings) as Closing[]).find(closing => text.includes(closings[closing].reason))
    return said ?? null
  }
}

function holds(frame: Uint8Array): boolean {
  const text = Buffer.from(frame).toString('latin1')
  return text.includes('content') || text.includes('news')
}

function update(words: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, words)
  return Y.encodeStateAsUpdate(doc)
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames))
}

function frame(...fields: (number | string | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const field of fields) {
    if (typeof field === 'number') encoding.writeVarUint(encoder, field)
    else if (typeof field === 'string') encoding.writeVarString(encoder, field)
    else encoding.writeVarUint8Array(encoder, field)
  }
  return encoding.toUint8Array(encoder)
}

test('A1: the native words above are all that a client can say in a room', () => {
  const said = Object.values(tongues.native.words).map(([kind]) => kind)
  const before = [kinds.token, kinds.open, kinds.fragment]
  const serverOnly = [kinds.step1, kinds.ack, kinds.reject, kinds.drain, kinds.refused]
  expect(new Set([...said, ...before, ...serverOnly])).toEqual(new Set(Object.values(kinds)))
})

describe('A2: over HTTP, everybody is told the same, and nothing of any room', () => {
  const app = publicApp({ isReady: () => true, roomsApi: null, webDirectory: null })
  const routes: [string, string, number][] = [
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/rooms', 404],
    ['GET', '/room/content?name=room', 404],
    ['GET', '/room/updates?name=room', 404],
    ['POST', '/revoke', 404],
    ['GET', '/../data/CURRENT', 404],
  ]
  for (const comer of comers) {
    test.each(routes)(`${comer}: %s %s`, async (method, path, status) => {
      const url = new URL(path, 'http://harbor.test')
      url.searchParams.set('token', comer)
      const response = await app.request(url, { method, headers: { Authorization: `Bearer ${comer}` } })
      expect(response.status).toBe(status)
      expect(await response.text()).not.toContain('content')
    })
  }
})

describe('A3: over HTTP, files and searches are for whoever may enter the room', () => {
  let http: HttpServer
  beforeAll(async () => {
    http = await HttpServer.start({ authenticate })
    await http.server.room('room').transact(doc => doc.getArray('list').insert(0, ['content']))
    expect((await http.ask('revoked', await begun('revoked'), patch(0, 'content'))).status).toBe(204)
    await http.server.revoke({ user: 'revoked' })
  })
  afterAll(() => http.dispose())

  async function begun(who: string): Promise<string> {
    return (await http.ask(who, '/files', newUpload('room', 7))).headers.get('Location') ?? ''
  }

  async function attached(): Promise<string> {
    const path = await begun('write')
    await http.ask('write', path, patch(0, 'content'))
    return path
  }

  const tus = { headers: { 'Tus-Resumable': '1.0.0' } }
  const routes: Record<
    string,
    { needs: 'read' | 'write'; allowed: number; ask(who: string | null): Promise<Response> }
  > = {
    'GET /files/<id>': {
      needs: 'read',
      allowed: 200,
      ask: async who => http.ask(who, await attached()),
    },
    'GET /files/<id>?download': {
      needs: 'read',
      allowed: 200,
      ask: async who => http.ask(who, `${await attached()}?download`),
    },
    'POST /files': {
      needs: 'write',
      allowed: 201,
      ask: who => http.ask(who, '/files', newUpload('room', 7)),
    },
    'HEAD /files/<id>': {
      needs: 'write',
      allowed: 200,
      ask: async who => http.ask(who, await begun('write'), { method: 'HEAD', ...tus }),
    },
    'PATCH /files/<id>': {
      needs: 'write',
      allowed: 204,
      ask: async who => http.ask(who, await begun('write'), patch(0, 'content')),
    },
    'DELETE /files/<id>, unfinished': {
      needs: 'write',
      allowed: 204,
      ask: async who => http.ask(who, await begun('write'), { method: 'DELETE', ...tus }),
    },
    'DELETE /files/<id>, finished': {
      needs: 'write',
      allowed: 204,
      ask: async who => http.ask(who, await attached(), { method: 'DELETE', ...tus }),
    },
  }

  for (const comer of comers) {
    const who = comer === 'no token' ? null : comer
    const may = {
      read: comer === 'read' || comer === 'write' || comer === 'admin',
      write: comer === 'write' || comer === 'admin',
    }

    test.each(Object.keys(routes))(`${comer}: %s`, async name => {
      const { needs, allowed, ask } = routes[name]
      const response = await ask(who)
      const refused = comer === 'no token' ? 401 : 403
      expect(response.status).toBe(may[needs] ? allowed : refused)
      expect((await response.text()).includes('content')).toBe(may[needs] && name.startsWith('GET'))
    })

    test(`${comer}: GET /api/search`, async () => {
      for (const rooms of ['room', '**']) {
        const response = await http.ask(who, `/api/search?rooms=${rooms}&q=content`)
        expect(response.status).toBe(200)
        const text = await response.text()
        expect(text.includes('"content"')).toBe(may.read)
        expect(text.includes('room')).toBe(may.read)
        if (!may.read) expect(JSON.parse(text)).toEqual({ hits: [], next: null })
      }
    })
  }
})
