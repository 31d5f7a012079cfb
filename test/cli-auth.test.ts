/** Who may enter, as real processes have it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Issuer, SECRET } from './support/issuer.ts'
import { connect, disconnect, temporaryDirectory, until } from './support/live.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const open = 'Nobody is asked who they are: whoever reaches the port reads and writes everything.'

let directory: string
const running: ChildProcess[] = []

beforeEach(async () => {
  directory = await temporaryDirectory()
})

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await rm(directory, { recursive: true, force: true })
})

type Env = Record<string, string>

interface Program {
  child: ChildProcess
  out: string
  err: string
}

/** What the machine's own environment says of tokens is not the test's. */
function launch(args: string[], env: Env = {}): Program {
  const clean = Object.entries(process.env).filter(([name]) => !/^(AUTH_|HOST$|PORT$)/.test(name))
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(clean), ...env },
  })
  running.push(child)
  const launched: Program = { child, out: '', err: '' }
  child.stdout.on('data', chunk => {
    launched.out += chunk
  })
  child.stderr.on('data', chunk => {
    launched.err += chunk
  })
  return launched
}

async function finished(args: string[], env?: Env): Promise<{ code: number; out: string; err: string }> {
  const launched = launch(args, env)
  const [code] = await once(launched.child, 'close')
  return { code, out: launched.out, err: launched.err }
}

/** A server that has said who may enter. */
async function started(args: string[], env?: Env): Promise<Program & { url: string; lines: string[] }> {
  const server = launch(['start', '--port', '0', '--data', directory, ...args], env)
  await until('it has said all', () => server.out.split('\n').length > 2 || server.child.exitCode !== null)
  const lines = server.out.trimEnd().split('\n')
  const port = /ready at \S+:(\d+) /.exec(lines[0])?.[1]
  if (port === undefined) throw new Error(`It did not start.\n${server.err}`)
  return Object.assign(server, { url: `ws://127.0.0.1:${port}`, lines })
}

/** A start that was refused: a sentence, and nothing was opened. */
async function refused(args: string[], env?: Env): Promise<string> {
  const { code, out, err } = await finished(['start', '--port', '0', '--data', directory, ...args], env)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err.trimEnd().split('\n').length).toBe(1)
  expect(err).not.toContain(SECRET)
  return err
}

/** How a stock provider is received: it is let in, or the code it is closed with. */
async function received(url: string, room: string, token?: string): Promise<'in' | number> {
  const provider = connect(url, room, undefined, token === undefined ? {} : { token })
  let code: number | null = null
  provider.on('closed', event => {
    code = event.code
  })
  await until('it is let in or not', () => provider.synced || code !== null)
  disconnect(provider)
  return code ?? 'in'
}

describe('C4: safe by default', () => {
  test.each([
    ['', []],
    ['of the same machine, as a name', ['--host', 'localhost']],
  ])('without tokens it listens on loopback, and says what that means %s', async (_, args) => {
    const server = await started(args)
    expect(server.lines[1]).toBe(open)
    expect(await received(server.url, 'room')).toBe('in')
    expect(await received(server.url, 'room', 'whatever')).toBe('in')
  })

  test.each(['0.0.0.0', '::', '::0', '192.0.2.1', 'example.com', '127.0.0.1.example.com', '1270.0.0.1'])(
    'without tokens it does not listen on %s, and says the two ways out',
    async host => {
      const sentence = await refused(['--host', host])
      expect(sentence).toContain(`${host} can be reached from elsewhere, which needs tokens`)
      expect(sentence).toContain('AUTH_SECRET')
      expect(sentence).toContain('--insecure')
    },
  )

  test('an address that is empty is every address', async () => {
    expect(await refused([], { HOST: '' })).toContain('every address')
  })

  test('with --insecure it listens elsewhere, and the log warns', async () => {
    const server = await started(['--host', '0.0.0.0', '--insecure'])
    expect(server.lines[0]).toContain('http://0.0.0.0:')
    expect(server.lines[1]).toBe(open)
    const [warning] = server.err.split('\n').map(line => JSON.parse(line || 'null'))
    expect(warning).toMatchObject({ level: 40, host: '0.0.0.0', msg: expect.stringContaining('--insecure') })
  })
})

describe('C5: who may enter is set in one place', () => {
  const secret = { AUTH_SECRET: SECRET }

  test('a secret from the environment: it may listen elsewhere, and says which kind of token it wants', async () => {
    const server = await started(['--host', '0.0.0.0'], secret)
    expect(server.lines[1]).toBe('Whoever enters shows a token that is signed with the secret in AUTH_SECRET.')
    expect(server.err).toBe('')
    const { out: token } = await finished(['token', '--sub', 'ada', '--room', 'notes/**=write'], secret)
    expect(await received(server.url, 'notes/today', token.trim())).toBe('in')
    expect(await received(server.url, 'other', token.trim())).toBe(4401)
    expect(await received(server.url, 'notes/today')).toBe(4401)
    expect(await received(server.url, 'notes/today', 'nonsense')).toBe(4401)
    const said = server.out + server.err
    expect(said).toContain('a token was refused')
    for (const part of [...token.trim().split('.'), 'nonsense', SECRET]) expect(said).not.toContain(part)
  })

  test('a secret from a file, without the line break at its end; one that everybody can read is warned of', async () => {
    const file = join(directory, 'secret')
    await writeFile(file, `${SECRET}\n`, { mode: 0o600 })
    const args = ['--auth-secret-file', file]
    const server = await started(args)
    expect(server.lines[1]).toBe(`Whoever enters shows a token that is signed with the secret in ${file}.`)
    expect(server.err).toBe('')
    const { out: token } = await finished(['token', '--sub', 'ada', '--room', '**=read'], secret)
    expect(await received(server.url, 'room', token.trim())).toBe('in')
    server.child.kill()
    await once(server.child, 'exit')
    await chmod(file, 0o644)
    const again = await started([], { AUTH_SECRET_FILE: file })
    expect(JSON.parse(again.err)).toMatchObject({ level: 40, msg: expect.stringContaining(`chmod o-r ${file}`) })
    expect(again.err).not.toContain(SECRET)
  })

  test('keys in a file, an issuer and an audience', async () => {
    const issuer = await Issuer.with('one')
    const file = join(directory, 'keys.json')
    await writeFile(file, JSON.stringify(issuer.jwks))
    const server = await started(['--auth-jwks', file, '--auth-issuer', 'us', '--auth-audience', 'here'])
    expect(server.lines[1]).toBe(`Whoever enters shows a token that is signed with a key of ${file}.`)
    const claims = { sub: 'ada', rooms: [{ room: '**', access: 'read' }], exp: 2 ** 40, iss: 'us', aud: 'here' }
    expect(await received(server.url, 'room', await issuer.sign('one', claims))).toBe('in')
    expect(await received(server.url, 'room', await issuer.sign('one', { ...claims, iss: 'them' }))).toBe(4401)
    expect(await received(server.url, 'room', await issuer.sign('one', { ...claims, aud: 'there' }))).toBe(4401)
  })

  test('keys at an address that does not answer are no reason not to start, and clients are told to come back', async () => {
    const server = await started([], { AUTH_JWKS: 'http://127.0.0.1:1/keys' })
    const issuer = await Issuer.with('one')
    const token = await issuer.sign('one', { sub: 'ada', rooms: [{ room: '**', access: 'read' }], exp: 2 ** 40 })
    const provider = connect(server.url, 'room', undefined, { token })
    const codes: number[] = []
    provider.on('connection-close', event => void (event !== null && 'code' in event && codes.push(Number(event.code))))
    await until('it has come back', () => codes.length > 1)
    disconnect(provider)
    expect(new Set(codes)).toEqual(new Set([4500]))
    expect(server.err).toContain('cannot be read from http://127.0.0.1:1/keys')
    expect(server.err).not.toContain(token.split('.')[1])
  })

  test.each<[string, string[], Env, RegExp]>([
    ['two kinds', ['--auth-jwks', 'keys.json'], secret, /AUTH_SECRET and --auth-jwks are set/],
    ['a secret twice', ['--auth-secret-file', 'secret'], secret, /AUTH_SECRET and --auth-secret-file are set/],
    ['an issuer and nothing else', ['--auth-issuer', 'us'], {}, /no token is asked for/],
    ['an audience and nothing else', [], { AUTH_AUDIENCE: 'here' }, /no token is asked for/],
    ['a secret that can be guessed', [], { AUTH_SECRET: 'short' }, /has 5 bytes .* openssl rand/],
    ['a secret that is empty', [], { AUTH_SECRET: '' }, /has 0 bytes/],
    ['no file', ['--auth-secret-file', '/nowhere/secret'], {}, /cannot be read: .*\/nowhere\/secret/],
    ['a variable that is empty', [], { AUTH_JWKS: '' }, /AUTH_JWKS.* empty/],
    ['a file name that is empty', [], { AUTH_SECRET_FILE: ' ' }, /AUTH_SECRET_FILE.* empty/],
    ['keys over an open network', ['--auth-jwks', 'http://example.com/keys'], {}, /https/],
    ['keys that are not there', ['--auth-jwks', '/nowhere/keys'], {}, /\/nowhere\/keys\. It cannot be read/],
    ['a secret as a flag', ['--auth-secret', SECRET], {}, /unknown option '--auth-secret'/],
  ])('what makes no sense is refused with a sentence: %s', async (_, args, env, sentence) => {
    const { code, out, err } = await finished(['start', '--port', '0', '--data', directory, ...args], env)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(sentence)
    expect(err).not.toContain(SECRET)
    expect(err).not.toMatch(/at .*\.js/)
  })
})

describe('C6: y-harbor token makes tokens for development', () => {
  const secret = { AUTH_SECRET: SECRET }
  const token = (args: string[], env: Env = secret) => finished(['token', ...args], env)

  test('prints the token and nothing else', async () => {
    const rooms = ['--room', 'notes/**=write', '--room', 'a=b=read']
    const { code, out, err } = await token(['--sub', 'ada', '--name', 'Ada L.', ...rooms, '--expires', '30m'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const { iat = 0, exp = 0, ...claims } = decodeJwt(out)
    expect(claims).toEqual({
      sub: 'ada',
      name: 'Ada L.',
      rooms: [
        { room: 'notes/**', access: 'write' },
        { room: 'a=b', access: 'read' },
      ],
    })
    expect(exp - iat).toBe(1_800)
    expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(60)
  })

  test('is for twelve hours and every room unless told otherwise, and says the latter', async () => {
    const { out, err } = await token(['--sub', 'ada'])
    const { iat = 0, exp = 0, rooms } = decodeJwt(out)
    expect(rooms).toEqual([{ room: '**', access: 'write' }])
    expect(exp - iat).toBe(43_200)
    expect(err).toContain('every room')
  })

  test('has the issuer and the audience that the server expects', async () => {
    const env = { ...secret, AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'here' }
    const { out } = await token(['--sub', 'ada', '--room', '**=admin'], env)
    expect(decodeJwt(out)).toMatchObject({ iss: 'us', aud: 'here' })
    const server = await started([], env)
    expect(await received(server.url, 'room', out.trim())).toBe('in')
  })

  test('without a secret it says how to make one', async () => {
    const { code, out, err } = await token(['--sub', 'ada'], {})
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('export AUTH_SECRET=$(openssl rand -hex 32)')
  })

  test.each<[string, string[], Env, RegExp]>([
    ['nobody', [], secret, /--sub/],
    ['a user without a name', ['--sub', ''], secret, /"sub"/],
    ['a user whose name is too long', ['--sub', 'x'.repeat(256)], secret, /"sub"/],
    ['no room', ['--sub', 'ada', '--room', '=read'], secret, /look like/],
    ['an access that is none', ['--sub', 'ada', '--room', 'x=own'], secret, /read, write or admin/],
    ['a room without access', ['--sub', 'ada', '--room', 'x'], secret, /look like/],
    ['a pattern that is too long', ['--sub', 'ada', '--room', `${'x'.repeat(256)}=read`], secret, /"room"/],
    ['no time', ['--sub', 'ada', '--expires', '0h'], secret, /A time looks like/],
    ['a time without a unit', ['--sub', 'ada', '--expires', '12'], secret, /A time looks like/],
    ['public keys', ['--sub', 'ada', '--auth-jwks', 'x'], {}, /private keys/],
    ['a secret that can be guessed', ['--sub', 'ada'], { AUTH_SECRET: 'x'.repeat(31) }, /has 31 bytes/],
  ])('refuses what the server would refuse: %s', async (_, args, env, sentence) => {
    const { code, out, err } = await token(args, env)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(sentence)
    expect(err).not.toMatch(/at .*\.js/)
  })
})

describe('y-harbor revoke', () => {
  test('puts a user out while the server runs, and their old tokens are void', async () => {
    const env = { AUTH_SECRET: SECRET }
    const { url } = await started([], env)
    const token = (await finished(['token', '--sub', 'ada'], env)).out.trim()
    const ada = connect(url, 'room', undefined, { token })
    await until('Ada is in', () => ada.synced)
    const closed = new Promise(resolve => ada.on('closed', event => resolve(event.code)))
    const revoked = await finished(['revoke', '--user', 'ada', '--data', directory])
    expect(revoked).toMatchObject({ code: 0, out: expect.stringMatching(/^1 session ended\.\n/), err: '' })
    // Whoever issues a new one now is told why it does not count.
    expect(revoked.out).toContain('void, those of the next six seconds too')
    expect(await closed).toBe(4401)
    const again = connect(url, 'room', undefined, { token })
    expect(await new Promise(resolve => again.on('closed', event => resolve(event.code)))).toBe(4401)
    disconnect(ada, again)
  })

  test('says what is missing', async () => {
    expect(await finished(['revoke', '--data', directory])).toMatchObject({
      code: 1,
      err: expect.stringContaining('--user'),
    })
    const nobody = await finished(['revoke', '--user', 'ada', '--data', directory])
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('No server is using') })
  })
})

describe('other settings of start', () => {
  test('a page that was named by --origin may connect, another may not, and a limit is another', async () => {
    const { url } = await started([
      '--origin',
      'https://app.example.com',
      '--limit',
      'roomsPerConnection=1,updateBytes=500',
    ])
    const codes: unknown[] = []
    for (const origin of ['https://app.example.com', 'https://evil.example']) {
      const socket = new WebSocket(`${url}/room`, { origin })
      codes.push(
        await new Promise(resolve => {
          socket.on('open', () => resolve('open'))
          socket.on('error', error => resolve(String(error)))
        }),
      )
      socket.terminate()
    }
    expect(codes).toEqual(['open', expect.stringContaining('403')])
  })

  test.each([
    ['--origin', 'app.example.com', 'is not an origin'],
    ['--trusted-proxy', 'proxy.example', 'neither an address nor a network'],
    ['--limit', 'updateByte=1', 'There is no limit called'],
    ['--limit', 'updateBytes=0', 'whole number above 0'],
    ['--limit', '__proto__=1', 'There is no limit called'],
  ])('%s %s is refused with a sentence', async (flag, value, sentence) => {
    expect(await refused([flag, value])).toContain(sentence)
  })
})
