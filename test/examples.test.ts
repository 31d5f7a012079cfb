/** The examples that are programs, run as somebody would who has installed the packages. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OutsideProject } from '../e2e/support/outside.ts'
import { ServerProcess } from '../e2e/support/server.ts'
import { connect, disconnect, synced, until } from './support/live.ts'

let project: OutsideProject

beforeAll(async () => {
  project = await OutsideProject.install(
    'y-harbor',
    '@y-harbor/client',
    '@hono/node-server',
    '@types/node',
    'hono',
    'typescript',
    'ws',
    'y-websocket',
    'yjs',
  )
  for (const name of ['node', 'server-hono', 'y-websocket']) await project.copyExample(name)
}, 240_000)

afterAll(() => project?.dispose())

/** A program of the project that runs now. */
class Program {
  printed = ''
  complained = ''
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>

  constructor(script: string, args: string[] = [], env: Record<string, string> = {}) {
    const options = { cwd: project.directory, env: { ...process.env, ...env } }
    this.#child = spawn(process.execPath, [script, ...args], options)
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.printed += chunk
    })
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.complained += chunk
    })
    this.#closed = once(this.#child, 'close')
    programs.push(this)
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  /** No more input. */
  finish(): void {
    this.#child.stdin.end()
  }

  terminate(): void {
    this.#child.kill('SIGTERM')
  }

  async ended(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }

  async dispose(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}

const programs: Program[] = []

afterEach(async () => {
  for (const program of programs.splice(0)) await program.dispose()
})

test('the examples ask for the versions that they are tested with', async () => {
  const json = async (path: string) => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'))
  const ours = await json('../package.json')
  const theirs = await json('../examples/package.json')
  const known: Record<string, string> = { ...ours.devDependencies, ...ours.dependencies }
  const others = Object.entries<string>(theirs.dependencies).filter(([, version]) => !version.startsWith('file:'))
  expect(Object.fromEntries(others)).toEqual(Object.fromEntries(others.map(([name]) => [name, known[name]])))
})

test('the server’s package has types that hold, a program, and nothing in it that a user does not need', async () => {
  const { messages, pkg } = await publint({ pkgDir: project.at('node_modules/y-harbor'), pack: false, strict: true })
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
  const files = await project.filesOf('y-harbor')
  const ours =
    /^([A-Z]+(\.md)?|package\.json|bin\/y-harbor\.js|dist\/web\/.*|dist\/(cli|protocol|server)\/.*\.(js|js\.map|d\.ts))$/
  expect(files.filter(path => !ours.test(path) || /\btest\b/.test(path))).toEqual([])
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    checkJs: true,
    noEmit: true,
  }
  await project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['server-hono'] }))
  await project.run('tsc', '-p', '.')
  await project.run('y-harbor', '--help')
})

describe('against a server of its own', () => {
  let server: ServerProcess

  beforeEach(async () => {
    server = await ServerProcess.start()
  })

  afterEach(() => server.dispose())

  const url = () => server.origin.replace('http', 'ws')

  test('node/append.js leaves when its line is on disk, and prints the document', async () => {
    const append = async (line: string) => {
      const program = new Program('node/append.js', [line, 'notes', url()])
      expect([await program.ended(), program.complained]).toEqual([0, ''])
      return program.printed
    }
    expect(await append('first')).toBe('first\n')
    await server.kill()
    await server.start()
    expect(await append('second')).toBe('first\nsecond\n')
  })

  test('node/append.js fails with the server’s words when it may not come in', async () => {
    const program = new Program('node/append.js', ['line', 'a name\nwith a line break', url()])
    expect(await program.ended()).toBe(1)
    expect(program.complained).toContain('The address names no room, or its name is not allowed.')
  })

  test('y-websocket/notepad.js: two terminals show each other’s lines, and a third one all of them', async () => {
    const open = () => new Program('y-websocket/notepad.js', ['notes', url()])
    const [ada, lin] = [open(), open()]
    ada.type('from Ada')
    await until('Lin sees it', () => lin.printed === 'from Ada\n')
    lin.type('from Lin')
    await until('Ada sees it', () => ada.printed === 'from Lin\n')
    const late = open()
    await until('all of it is there', () => late.printed === 'from Ada\nfrom Lin\n')
    late.type('last words')
    for (const program of [late, ada, lin]) {
      program.finish()
      expect([await program.ended(), program.complained]).toEqual([0, ''])
    }
    const after = open()
    await until('the last words are there', () => after.printed === 'from Ada\nfrom Lin\nlast words\n')
  })
})

test('server-hono/server.js asks for tokens, and its route edits what people have open', async () => {
  const program = new Program('server-hono/server.js', [], { PORT: '0', DATA_DIR: project.at('data') })
  await until('it is ready', () => program.printed.includes('Ready at '))
  const address = /Ready at (.*)/.exec(program.printed)?.[1] ?? ''
  const open = (token: string) => connect(`${address.replace('http', 'ws')}/sync`, 'notes', undefined, { token })
  const append = async (token: string, line: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${address}/rooms/notes/lines`, { method: 'POST', headers, body: line })
    return [response.status, await response.text()]
  }

  const [ada, guest, stranger] = [open('token-of-ada'), open('token-of-a-guest'), open('guessed')]
  const refused = new Promise(resolve => stranger.on('closed', ({ code }) => resolve(code)))
  await synced(ada, guest)
  expect(await refused).toBe(4401)
  ada.doc.getText('text').insert(0, 'from Ada\n')
  await until('the guest reads it', () => guest.doc.getText('text').toString() === 'from Ada\n')

  expect(await append('token-of-ada', 'from the route')).toEqual([200, 'from Ada\nfrom the route\n'])
  await until('Ada sees it', () => ada.doc.getText('text').toString() === 'from Ada\nfrom the route\n')
  for (const token of ['token-of-a-guest', 'guessed']) expect((await append(token, 'no'))[0]).toBe(401)
  expect(guest.doc.getText('text').toString()).toBe('from Ada\nfrom the route\n')

  disconnect(ada, guest, stranger)
  program.terminate()
  expect(await program.ended()).toBe(0)
})
