import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import fc from 'fast-check'
import { exportJWK, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closings, Refusal } from '../protocol/close.ts'
import type { Authenticate, Grant } from '../server/auth.ts'
import { type JwtOptions, jwtAuthenticate } from '../server/jwt.ts'
import { KeySetError } from '../server/key-set.ts'
import { tokenLimits } from '../server/limits.ts'
import type { Logger } from '../server/logger.ts'
import { Revocations } from '../server/revocations.ts'
import { forged, Issuer, type Payload, SECRET, signed } from './support/issuer.ts'
import { temporaryDirectory } from './support/live.ts'
import { TestClock } from './support/test-clock.ts'

let clock: TestClock
let logged: string[]
let now: number

beforeEach(() => {
  clock = new TestClock()
  now = clock.now() / 1_000
  logged = []
})

const log: Logger = {
  info: (fields, message) => void logged.push(JSON.stringify([message, fields])),
  warn: (fields, message) => void logged.push(JSON.stringify([message, fields])),
  error: (fields, message) => void logged.push(JSON.stringify([message, fields])),
}

function gate(options: Partial<JwtOptions> = { secret: SECRET }): Authenticate {
  return jwtAuthenticate({ clock, log, ...options })
}

function ask(authenticate: Authenticate, token: string | null, room = 'notes/today'): Promise<Grant | null> {
  return Promise.resolve(authenticate({ token, room, headers: {} }))
}

/** Of somebody who may write notes for an hour. */
function payload(changes: Payload = {}): Payload {
  return { sub: 'ada', rooms: [{ room: 'notes/*', access: 'write' }], exp: now + 3_600, ...changes }
}

/** Why the last token was refused. */
function why(): string {
  return JSON.parse(logged.at(-1) ?? '[]')[1].why
}

describe('K1: a token says who somebody is, and for how long', () => {
  test('sub, name, exp and iat', async () => {
    const authenticate = gate()
    expect(await ask(authenticate, await signed(payload({ name: 'Ada', iat: now - 60 })))).toEqual({
      access: 'write',
      isAdmin: false,
      user: { id: 'ada', name: 'Ada' },
      expiresAt: (now + 3_600 + 5) * 1_000,
      issuedAt: (now - 60 - 5) * 1_000,
    })
    const plain = await ask(authenticate, await signed(payload()))
    expect(plain).toMatchObject({ user: { id: 'ada' }, issuedAt: -5_000 })
    expect(plain?.user).not.toHaveProperty('name')
    expect(logged).toEqual([])
  })

  test('claims that nobody here knows change nothing', async () => {
    expect(await ask(gate(), await signed(payload({ scope: 'x', admin: true, access: 'admin' })))).toMatchObject({
      access: 'write',
      isAdmin: false,
    })
  })

  test('each access is granted as it is called, and an admin may write', async () => {
    const rooms = ['read', 'write', 'admin'].map(access => ({ room: access, access }))
    const token = await signed(payload({ rooms }))
    const grants = await Promise.all(['read', 'write', 'admin'].map(room => ask(gate(), token, room)))
    expect(grants.map(grant => [grant?.access, grant?.isAdmin])).toEqual([
      ['read', false],
      ['write', false],
      ['write', true],
    ])
  })

  test.each(['__proto__', 'constructor', 'toString'])('a room and a user may be called %s', async name => {
    const rooms = [{ room: name, access: 'write' }]
    expect(await ask(gate(), await signed(payload({ sub: name, rooms })), name)).toMatchObject({ user: { id: name } })
    expect(await ask(gate(), await signed(payload({ rooms: [] })), name)).toBe(null)
    expect(await ask(gate(), await signed(payload()), name)).toBe(null)
  })

  test('what stands in a prototype is not a claim', async () => {
    const inherited = `{"__proto__":${JSON.stringify(payload())},"exp":${now + 60}}`
    expect(await ask(gate(), forged({ alg: 'HS256' }, inherited))).toBe(null)
    const inRule = `{"sub":"ada","exp":${now + 60},"rooms":[{"__proto__":{"room":"**","access":"admin"}}]}`
    expect(await ask(gate(), forged({ alg: 'HS256' }, inRule))).toBe(null)
  })

  test('all three ways to sign with a secret are accepted', async () => {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      expect(await ask(gate(), await signed(payload(), SECRET, alg))).toMatchObject({ access: 'write' })
    }
  })
})

describe('K5: clocks may differ', () => {
  test('a token of before its user was put out is void by a clock that is ahead; one of six seconds later is good', async () => {
    const revocations = await Revocations.load(null)
    const authenticate = gate()
    await revocations.revoke('ada', clock.now())
    const isVoid = async (iat: number): Promise<boolean> => {
      const grant = await ask(authenticate, await signed(payload({ iat })))
      if (grant === null) throw new Error(why())
      return revocations.covers(grant)
    }
    for (const seconds of [-60, 0, 4, 5]) expect([seconds, await isVoid(now + seconds)]).toEqual([seconds, true])
    for (const seconds of [6, 60]) expect([seconds, await isVoid(now + seconds)]).toEqual([seconds, false])
  })
})

describe('K2: a token that is wrong in any way is denied, and the log says why without it', () => {
  const cases: [string, Payload, string][] = [
    ['without sub', { sub: undefined }, 'its "sub" is no text of 1 to 255 characters'],
    ['with an empty sub', { sub: '' }, 'its "sub" is no text of 1 to 255 characters'],
    ['with a number as sub', { sub: 7 }, 'its "sub" is no text of 1 to 255 characters'],
    ['with a sub that is too long', { sub: 'x'.repeat(256) }, 'its "sub" is no text of 1 to 255 characters'],
    ['with half a character in its sub', { sub: '\ud800' }, 'its "sub" is no text of 1 to 255 characters'],
    ['with an object as name', { name: {} }, 'its "name" is no text of 255 characters'],
    ['with a name that is too long', { name: 'x'.repeat(256) }, 'its "name" is no text of 255 characters'],
    ['without exp', { exp: undefined }, 'it has no "exp"'],
    ['with a text as exp', { exp: '2099-01-01' }, 'its "exp" is not accepted here'],
    ['with a text as iat', { iat: 'now' }, 'its "iat" is not accepted here'],
    ['with null as exp', { exp: null }, 'its "exp" is not accepted here'],
    ['without rooms', { rooms: undefined }, 'none of its "rooms" is about this one'],
    ['for other rooms', { rooms: [{ room: 'other/**', access: 'admin' }] }, 'none of its "rooms" is about this one'],
    ['with a map of rooms', { rooms: { 'notes/*': 'write' } }, 'its "rooms" are no list'],
    ['with null as rooms', { rooms: null }, 'its "rooms" are no list'],
    [
      'with too many rooms',
      { rooms: Array.from({ length: 1_001 }, () => ({ room: '**', access: 'read' })) },
      'its "rooms" are more than 1000',
    ],
    ...[[], null, 'notes/*', {}, { room: '', access: 'read' }, { room: 7, access: 'read' }].map(
      rule =>
        [
          `with a room that is ${JSON.stringify(rule)}`,
          { rooms: [{ room: '**', access: 'write' }, rule] },
          'one of its "rooms" has no "room" that is a name or a pattern of names',
        ] as [string, Payload, string],
    ),
    ...['owner', 'WRITE', '', null, 1, undefined, ['write'], '__proto__'].map(
      access =>
        [
          `with the access ${JSON.stringify(access)}`,
          { rooms: [{ room: '**', access }] },
          'one of its "rooms" has no "access" that is read or write or admin',
        ] as [string, Payload, string],
    ),
  ]

  test.each(cases)('%s', async (_, changes, reason) => {
    expect(await ask(gate(), await signed(payload(changes)))).toBe(null)
    expect(why()).toBe(reason)
  })

  test('a thousand rooms are not too many', async () => {
    const rooms = Array.from({ length: 1_000 }, (_, i) => ({ room: `notes/${i}`, access: 'read' }))
    expect(await ask(gate(), await signed(payload({ rooms })), 'notes/999')).toMatchObject({ access: 'read' })
    expect(await ask(gate(), await signed(payload({ rooms })), 'notes/1000')).toBe(null)
  })

  test('signed by somebody else', async () => {
    expect(await ask(gate(), await signed(payload(), 'another secret of thirty-two bytes'))).toBe(null)
    expect(why()).toBe('its signature is not by our key')
  })

  test('changed after it was signed', async () => {
    const [header, , signature] = (await signed(payload())).split('.')
    const more = Buffer.from(JSON.stringify(payload({ rooms: [{ room: '**', access: 'admin' }] }))).toString(
      'base64url',
    )
    expect(await ask(gate(), `${header}.${more}.${signature}`)).toBe(null)
    expect(why()).toBe('its signature is not by our key')
  })

  test.each(['none', 'None', 'NONE', 'nOnE'])('signed by nobody, as alg %s', async alg => {
    for (const signature of ['', undefined]) {
      expect(await ask(gate(), forged({ alg, typ: 'JWT' }, payload(), SECRET, signature))).toBe(null)
      expect(why()).toBe('its kind of signature is not accepted here')
    }
  })

  test.each([
    ['no alg', { typ: 'JWT' }],
    ['an alg that is no text', { alg: ['HS256'] }],
    ['a demand that is not understood', { alg: 'HS256', crit: ['x'], x: 1 }],
    ['a payload that is not encoded', { alg: 'HS256', b64: false, crit: ['b64'] }],
  ])('with a header that has %s', async (_, header) => {
    expect(await ask(gate(), forged(header, payload()))).toBe(null)
  })

  test.each(['[]', 'null', '"text"', '7', '{', '', '{"sub":"ada"}{'])('with a payload that is %s', async text => {
    expect(await ask(gate(), forged({ alg: 'HS256' }, text))).toBe(null)
  })

  test('with an expiry of no end', async () => {
    const text = JSON.stringify(payload({ exp: 0 })).replace('"exp":0', '"exp":1e999')
    expect(await ask(gate(), forged({ alg: 'HS256' }, text))).toBe(null)
  })

  test('with a public key as the secret, where tokens are signed with private ones', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
    const authenticate = gate({ jwks: { keys: [jwk] } })
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    const der = publicKey.export({ type: 'spki', format: 'der' })
    for (const secret of [pem as string, der, JSON.stringify(jwk)]) {
      expect(await ask(authenticate, forged({ alg: 'HS256', kid: 'one' }, payload(), secret))).toBe(null)
      expect(why()).toBe('its kind of signature is not accepted here')
    }
  })

  test('with a key of its own in it', async () => {
    const issuer = await Issuer.with('mallory')
    const jwk = issuer.jwk('mallory')
    const ours = await Issuer.with('ours')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const token = await new SignJWT(payload()).setProtectedHeader({ alg: 'ES256', jwk, kid: 'ours' }).sign(privateKey)
    expect(await ask(gate({ jwks: ours.jwks }), token)).toBe(null)
  })

  test('of another issuer or for another audience; one of several is enough', async () => {
    const strict = gate({ secret: SECRET, issuer: 'us', audience: ['here', 'there'] })
    const right = { iss: 'us', aud: ['elsewhere', 'there'] }
    expect(await ask(strict, await signed(payload(right)))).toMatchObject({ access: 'write' })
    for (const [changes, reason] of [
      [{ iss: 'them' }, 'its "iss" is not accepted here'],
      [{ iss: undefined }, 'it has no "iss"'],
      [{ iss: ['us'] }, 'its "iss" is not accepted here'],
      [{ aud: 'elsewhere' }, 'its "aud" is not accepted here'],
      [{ aud: [] }, 'its "aud" is not accepted here'],
      [{ aud: undefined }, 'it has no "aud"'],
    ] as const) {
      expect(await ask(strict, await signed(payload({ ...right, ...changes })))).toBe(null)
      expect(why()).toBe(reason)
    }
  })

  test('of an absurd size', async () => {
    for (const token of ['x'.repeat(tokenLimits.length + 1), await signed(payload({ more: 'x'.repeat(300_000) }))]) {
      expect(await ask(gate(), token)).toBe(null)
      expect(why()).toBe('it is too long')
    }
    const deep = `{"sub":"ada","exp":${now + 60},"rooms":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(await ask(gate(), forged({ alg: 'HS256' }, deep))).toBe(null)
  })

  test('of any text whatever', async () => {
    const authenticate = gate()
    const right = await signed(payload())
    const mutated = fc.tuple(fc.nat(right.length - 1), fc.string({ maxLength: 3 })).map(([at, put]) => {
      return right.slice(0, at) + put + right.slice(at + 1)
    })
    const meaningOf = (token: string) => {
      const end = token.lastIndexOf('.')
      return [token.slice(0, end), Buffer.from(token.slice(end + 1), 'base64url').toString('hex')]
    }
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), mutated), async token => {
        // The same bytes of a signature can be written in several ways.
        if ((await ask(authenticate, token)) !== null) expect(meaningOf(token)).toEqual(meaningOf(right))
      }),
      { numRuns: 2_000 },
    )
  })

  test('nothing of a token is in the log, and whoever tries many does not fill it', async () => {
    const authenticate = gate()
    const token = await signed(payload({ sub: 'whom', name: 'secretive' }), 'another secret of thirty-two bytes')
    for (let i = 0; i < 1_000; i++) await ask(authenticate, token, 'notes/today')
    expect(logged.length).toBe(21)
    const text = logged.join('\n')
    for (const part of [...token.split('.'), 'whom', 'secretive']) expect(text).not.toContain(part)
    clock.advance(5_000)
    logged.length = 0
    for (let i = 0; i < 100; i++) await ask(authenticate, token)
    expect(logged.length).toBeGreaterThan(0)
    expect(logged.length).toBeLessThan(10)
  })
})

describe('K5: clocks may differ by the tolerance, and by no more', () => {
  test.each([[5], [0], [30]])('%s s', async clockToleranceS => {
    const authenticate = gate({ secret: SECRET, clockToleranceS })
    const token = await signed(payload({ nbf: now + 60, exp: now + 120 }))
    const at = async (s: number): Promise<boolean> => {
      clock.advance((now + s) * 1_000 - clock.now())
      return (await ask(authenticate, token)) !== null
    }
    expect(await at(60 - clockToleranceS - 1)).toBe(false)
    expect(why()).toBe('its "nbf" is not accepted here')
    expect(await at(60 - clockToleranceS)).toBe(true)
    const grant = await ask(authenticate, token)
    expect(await at(120 + clockToleranceS - 0.001)).toBe(true)
    expect(grant?.expiresAt).toBe(clock.now() + 1)
    expect(await at(120 + clockToleranceS)).toBe(false)
    expect(why()).toBe('it has expired')
  })
})

describe('K6: who shows no token may do what is said of everybody, which is nothing', () => {
  test('nothing', async () => {
    expect(await ask(gate(), null)).toBe(null)
    expect(await ask(gate(), '')).toBe(null)
    expect(logged).toEqual([])
  })

  test('or what the program says, and a token that is wrong does not fall back to it', async () => {
    const authenticate = gate({ secret: SECRET, anonymous: [{ room: 'public/**', access: 'read' }] })
    for (const token of [null, '']) {
      expect(await ask(authenticate, token, 'public/a/b')).toEqual({ access: 'read', isAdmin: false })
      expect(await ask(authenticate, token, 'notes/today')).toBe(null)
    }
    expect(await ask(authenticate, 'nonsense', 'public/a/b')).toBe(null)
    expect(await ask(authenticate, await signed(payload()), 'public/a')).toBe(null)
  })
})

describe('K7: what cannot be meant is refused when the server is made', () => {
  test.each<[string, Partial<JwtOptions>, RegExp]>([
    ['no key', {}, /exactly one of/],
    ['two keys', { secret: SECRET, jwksUrl: 'https://example.com/keys' }, /exactly one of/],
    ['a secret that can be guessed', { secret: 'x'.repeat(31) }, /has 31 bytes and needs 32 at least/],
    ['no secret', { secret: '' }, /has 0 bytes/],
    ['keys over a network that anybody can change', { jwksUrl: 'http://example.com/keys' }, /https/],
    ['keys on a host that only begins like this machine', { jwksUrl: 'http://127.0.0.1.example.com/keys' }, /https/],
    ['keys at no address', { jwksUrl: 'keys' }, /https/],
    ['keys in a file, as an address', { jwksUrl: 'file:///keys' }, /https/],
    ['a password in the address', { jwksUrl: 'https://me:secret@example.com/keys' }, /password/],
    ['a file that is not there', { jwksFile: '/nowhere/keys.json' }, /\/nowhere\/keys\.json\. It cannot be read/],
    ['keys that are none', { jwks: { keys: 'x' } as never }, /no list "keys"/],
    ['an empty set', { jwks: { keys: [] } }, /empty/],
    ['keys that are no objects', { jwks: { keys: [1] } as never }, /not a set of keys/],
    ['private keys', { jwks: { keys: [{ kty: 'EC', d: 'x' }] } }, /secret/],
    ['secret keys', { jwks: { keys: [{ kty: 'oct', k: 'x' }] } }, /secret/],
    ['a tolerance that is none', { secret: SECRET, clockToleranceS: Number.NaN }, /seconds/],
    ['a tolerance below zero', { secret: SECRET, clockToleranceS: -1 }, /seconds/],
    [
      'rights that are none',
      { secret: SECRET, anonymous: [{ room: '**', access: 'all' }] as never },
      /without a token/,
    ],
  ])('%s', (_, options, sentence) => {
    expect(() => gate(options)).toThrow(sentence)
  })

  test('a secret of 32 bytes is enough, whatever its characters', async () => {
    for (const secret of ['x'.repeat(32), 'é'.repeat(16)]) {
      expect(await ask(gate({ secret }), await signed(payload(), secret))).not.toBe(null)
      expect(await ask(gate({ secret: Buffer.from(secret) }), await signed(payload(), secret))).not.toBe(null)
    }
  })
})

describe('K8: public keys', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])('%s', async alg => {
    const issuer = new Issuer()
    await issuer.add('one', alg)
    await issuer.add('two', alg)
    const authenticate = gate({ jwks: issuer.jwks })
    for (const kid of ['one', 'two']) {
      expect(await ask(authenticate, await issuer.sign(kid, payload()))).toMatchObject({ access: 'write' })
    }
    const other = new Issuer()
    await other.add('one', alg)
    await other.add('three', alg)
    expect(await ask(authenticate, await other.sign('one', payload()))).toBe(null)
    expect(why()).toBe('its signature is not by our key')
    expect(await ask(authenticate, await other.sign('three', payload()))).toBe(null)
    expect(why()).toBe('it is signed with a key that is not in the set')
  })

  test('a token that names no key is checked with the one that fits, and denied where several do', async () => {
    const issuer = await Issuer.with('one')
    const { kid, ...nameless } = issuer.jwk('one')
    const token = await issuer.sign('one', payload(), {})
    expect(await ask(gate({ jwks: { keys: [nameless] } }), token)).toMatchObject({ access: 'write' })
    await issuer.add('two')
    expect(await ask(gate({ jwks: issuer.jwks }), token)).toBe(null)
    expect(why()).toBe('it does not say which key it is signed with, and several are possible')
    expect(await ask(gate({ jwks: issuer.jwks }), await issuer.sign('one', payload(), { kid }))).not.toBe(null)
  })

  describe('in a file', () => {
    let directory: string
    let jwksFile: string
    beforeEach(async () => {
      directory = await temporaryDirectory()
      jwksFile = join(directory, 'keys.json')
    })
    afterEach(() => rm(directory, { recursive: true }))

    test('are read again when a token names one that is not there, and a broken file changes nothing', async () => {
      const issuer = await Issuer.with('old')
      await writeFile(jwksFile, JSON.stringify(issuer.jwks))
      const authenticate = gate({ jwksFile })
      expect(await ask(authenticate, await issuer.sign('old', payload()))).toMatchObject({ access: 'write' })
      await issuer.add('new')
      const [before, after] = [await issuer.sign('old', payload()), await issuer.sign('new', payload())]
      issuer.remove('old')
      await writeFile(jwksFile, '{"keys":')
      clock.advance(tokenLimits.keysCooldownMs)
      await expect(ask(authenticate, after)).rejects.toThrow(Refusal)
      expect(await ask(authenticate, before)).not.toBe(null)
      await writeFile(jwksFile, JSON.stringify(issuer.jwks))
      clock.advance(tokenLimits.keysCooldownMs)
      expect(await ask(authenticate, after)).not.toBe(null)
      expect(await ask(authenticate, before)).toBe(null)
    })

    test.each([
      ['{', 'This is not JSON.'],
      ['{"keys":[{"kty":"RSA","d":"x"}]}', 'This set holds keys that are secret.'],
    ])('have to be some: %s', async (text, sentence) => {
      await writeFile(jwksFile, text)
      expect(() => gate({ jwksFile })).toThrow(KeySetError)
      expect(() => gate({ jwksFile })).toThrow(sentence)
    })
  })

  describe('at an address', () => {
    let http: Server
    let asked: number
    let answer: (() => { status?: number; location?: string; body?: string }) | 'nothing' | 'reset'
    let jwksUrl: string
    let issuer: Issuer
    let authenticate: Authenticate

    beforeEach(async () => {
      asked = 0
      issuer = await Issuer.with('one')
      answer = () => ({ body: JSON.stringify(issuer.jwks) })
      http = createServer((request, response) => {
        asked++
        if (answer === 'reset') request.socket.destroy()
        if (typeof answer === 'string') return
        const { status = 200, location, body = '' } = answer()
        response.writeHead(status, location === undefined ? {} : { location }).end(body)
      })
      http.listen(0, '127.0.0.1')
      await once(http, 'listening')
      jwksUrl = `http://127.0.0.1:${(http.address() as { port: number }).port}/keys?secret=hush`
      authenticate = gate({ jwksUrl })
    })

    afterEach(() => {
      http.closeAllConnections()
      http.close()
    })

    const write = expect.objectContaining({ access: 'write' })
    const comeBack = expect.objectContaining({ name: 'Refusal', closing: 'internal' })

    test('are asked for when they are needed, once for all who come', async () => {
      expect(asked).toBe(0)
      const token = await issuer.sign('one', payload())
      expect(await Promise.all([1, 2, 3, 4].map(() => ask(authenticate, token)))).toEqual([write, write, write, write])
      expect(await ask(authenticate, token)).toEqual(write)
      expect(asked).toBe(1)
    })

    test('rotate: a new key is found by its name, a removed one is forgotten after ten minutes', async () => {
      const old = await issuer.sign('one', payload())
      expect(await ask(authenticate, old)).toEqual(write)
      await issuer.add('two')
      issuer.remove('one')
      clock.advance(tokenLimits.keysFreshMs - 1)
      expect(await ask(authenticate, old)).toEqual(write)
      expect(asked).toBe(1)
      clock.advance(1)
      expect(await ask(authenticate, old)).toBe(null)
      expect(await ask(authenticate, await issuer.sign('two', payload()))).toEqual(write)
      expect(asked).toBe(2)
      await issuer.add('three')
      clock.advance(tokenLimits.keysCooldownMs)
      expect(await ask(authenticate, await issuer.sign('three', payload()))).toEqual(write)
      expect(asked).toBe(3)
    })

    test('are asked for once in ten seconds at most, whatever keys tokens name', async () => {
      const mallory = await Issuer.with('a', 'b', 'c')
      const tokens = await Promise.all(['a', 'b', 'c'].map(kid => mallory.sign(kid, payload())))
      for (const token of tokens) expect(await ask(authenticate, token)).toBe(null)
      expect(asked).toBe(1)
      clock.advance(tokenLimits.keysCooldownMs)
      for (const token of tokens) expect(await ask(authenticate, token)).toBe(null)
      expect(asked).toBe(2)
      // What could not be signed by any key is not worth a question.
      clock.advance(tokenLimits.keysCooldownMs)
      for (const token of [await signed(payload()), forged({ alg: 'none' }, payload()), 'nonsense']) {
        expect(await ask(authenticate, token)).toBe(null)
      }
      expect(asked).toBe(2)
    })

    test.each<[string, typeof answer]>([
      ['breaks the connection', 'reset'],
      ['answers with an error', () => ({ status: 503 })],
      ['answers with a page', () => ({ body: '<html>' })],
      ['answers with no keys', () => ({ body: '{"keys":[]}' })],
      ['answers with more than anybody needs', () => ({ body: JSON.stringify(issuer.jwks) + ' '.repeat(2 ** 20) })],
      ['sends us elsewhere', () => ({ status: 302, location: '/elsewhere' })],
    ])('are not there when whoever has them %s: who comes is to come back, and is let in then', async (_, broken) => {
      const working = answer
      answer = broken
      const token = await issuer.sign('one', payload())
      await expect(ask(authenticate, token)).rejects.toEqual(comeBack)
      await expect(ask(authenticate, token)).rejects.toEqual(comeBack)
      expect(asked).toBe(1)
      expect(closings.internal.code).toBeGreaterThanOrEqual(4500)
      expect(logged.length).toBe(1)
      for (const part of [...token.split('.'), 'hush']) expect(logged.join()).not.toContain(part)
      answer = working
      clock.advance(tokenLimits.keysCooldownMs)
      expect(await ask(authenticate, token)).toEqual(write)
    })

    test('that do not come are not waited for longer than five seconds', async () => {
      answer = 'nothing'
      const token = await issuer.sign('one', payload())
      const arrived = once(http, 'request')
      const outcome = ask(authenticate, token).catch(error => error)
      await arrived
      clock.advance(tokenLimits.keysLoadMs)
      expect(await outcome).toEqual(comeBack)
    })

    test('are good for an hour after they were read, but whether there is a new one cannot be said', async () => {
      const known = await issuer.sign('one', payload({ exp: now + 100_000 }))
      expect(await ask(authenticate, known)).toEqual(write)
      answer = 'reset'
      const unknown = await (await Issuer.with('two')).sign('two', payload({ exp: now + 100_000 }))
      clock.advance(tokenLimits.keysFreshMs)
      expect(await ask(authenticate, known)).toEqual(write)
      await expect(ask(authenticate, unknown)).rejects.toEqual(comeBack)
      clock.advance(tokenLimits.keysStaleMs - tokenLimits.keysFreshMs - 1)
      expect(await ask(authenticate, known)).toEqual(write)
      clock.advance(1)
      await expect(ask(authenticate, known)).rejects.toEqual(comeBack)
    })
  })
})
