/** A real y-harbor process with a data directory of its own, which can be killed and started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/y-harbor.js', import.meta.url))
const readyWithinMs = 20_000

export class ServerProcess {
  readonly port: number
  readonly data: string
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | null = null

  private constructor(port: number, data: string, env: NodeJS.ProcessEnv) {
    this.port = port
    this.data = data
    this.#env = env
  }

  static async start({ env = {} }: { env?: NodeJS.ProcessEnv } = {}): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort(), await mkdtemp(join(tmpdir(), 'y-harbor-e2e-')), env)
    await server.start()
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Of the process that runs now. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('The server is not running.')
    return this.#child.pid
  }

  /** Resolves when the process says it is ready. Always the same port and the same data. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, 'start', '--port', String(this.port), '--data', this.data], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOST: '127.0.0.1', ...this.#env },
    })
    this.#child = child
    const said: string[] = []
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer)
        reject(new Error(`The server ${why}.\n${said.join('')}`))
      }
      const timer = setTimeout(fail, readyWithinMs, `was not ready within ${readyWithinMs} ms`)
      child.once('exit', code => fail(`stopped with code ${code} before it was ready`))
      child.once('error', error => fail(`could not be started: ${error.message}`))
      createInterface({ input: child.stdout }).on('line', line => {
        said.push(`${line}\n`)
        if (!line.includes('ready at')) return
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** `kill -9`: the process gets no chance to write anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Removes everything it has kept. Only while it is not running. */
  async forget(): Promise<void> {
    for (const name of await readdir(this.data)) await rm(join(this.data, name), { recursive: true })
  }

  /** Stops in good order and removes the data. */
  async dispose(): Promise<void> {
    await this.#end('SIGTERM')
    await rm(this.data, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
