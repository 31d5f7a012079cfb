/**
 * One server in a process of its own, on a core of its own, with a data directory of its own. What it costs is read
 * from the operating system, never from the server.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { servers } from './servers.mjs'

export const serverCore = 0
export const loadCore = 1

const readyWithinMs = 30_000
const stopWithinMs = 20_000
const settleAtLeastMs = 4_000
const settleAtMostMs = 60_000

const runs = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

/** False when this machine cannot pin processes to cores: no `taskset`, or one core. */
export const canPin = [serverCore, loadCore].every(core => runs('taskset', ['-c', String(core), 'true']))

/** The command that runs Node on one core. */
export const pinned = (core, args) =>
  canPin ? ['taskset', ['-c', String(core), process.execPath, ...args]] : [process.execPath, args]

/** The kernel ends the server when the process that measures it dies, even by `kill -9`. */
const diesWithParent = runs('setpriv', ['--pdeathsig', 'KILL', 'true'])

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** What all programs have taken of a core so far, the kernel's own work left out. */
export function userMsOf(core) {
  const [, user, nice] = new RegExp(`^cpu${core}\\s+(\\d+) (\\d+)`, 'm').exec(readFileSync('/proc/stat', 'utf8'))
  return ((Number(user) + Number(nice)) * 1_000) / ticksPerSecond
}

export class ServerProcess {
  /** @param {string} name  @param {string} directory an empty place for its data */
  constructor(name, directory) {
    this.name = name
    this.spec = servers[name]
    this.data = join(directory, 'data')
    this.port = 0
    /** @type {import('node:child_process').ChildProcess | null} */
    this.child = null
    /** Called with a sentence when the process ends without having been told to. */
    this.onDeath = () => {}
  }

  async start() {
    mkdirSync(this.data, { recursive: true })
    this.port = await freePort()
    const { args, env } = this.spec.command({ port: this.port, data: this.data })
    let [program, all] = pinned(serverCore, args)
    if (diesWithParent) [program, all] = ['setpriv', ['--pdeathsig', 'KILL', program, ...all]]
    const child = spawn(program, all, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(this.port), ...env },
    })
    this.child = child
    process.send?.({ started: child.pid })
    const said = []
    const hear = line => {
      said.push(line)
      if (said.length > 30) said.shift()
    }
    createInterface({ input: child.stderr }).on('line', hear)
    await new Promise((resolve, reject) => {
      const fail = why => {
        clearTimeout(timer)
        reject(new Error(`${this.name} ${why}\n${said.join('\n')}`.trim()))
      }
      const timer = setTimeout(fail, readyWithinMs, `was not ready within ${readyWithinMs} ms`)
      child.once('error', error => fail(`could not be started: ${error.message}`))
      child.once('exit', (code, signal) => {
        process.send?.({ ended: child.pid })
        fail(`stopped (${signal ?? code}) before it was ready`)
        if (this.child !== child) return
        this.child = null
        this.onDeath(`${this.name} stopped by itself (${signal ?? code})\n${said.join('\n')}`.trim())
      })
      createInterface({ input: child.stdout }).on('line', line => {
        hear(line)
        if (!line.includes(this.spec.ready)) return
        clearTimeout(timer)
        resolve()
      })
    })
    this.#mustBePinned()
  }

  /** Whoever is pinned passes its core on to what it starts, so a mistake here would put load and server on one core. */
  #mustBePinned() {
    const cores = this.#status('Cpus_allowed_list')
    if (canPin && cores !== String(serverCore))
      throw new Error(`${this.name} runs on core ${cores}, not on core ${serverCore} as it should.`)
  }

  #status(field) {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8')
    return new RegExp(`^${field}:\\s+(.+)$`, 'm').exec(status)[1]
  }

  /** Ends it in good order, as an operator would. */
  async stop() {
    const child = this.child
    if (child === null) return
    this.child = null
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    await ended
    clearTimeout(timer)
  }

  async restart() {
    await this.stop()
    await this.start()
  }

  /** For exit paths where nothing may be awaited. */
  killNow() {
    this.child?.kill('SIGKILL')
    this.child = null
  }

  /** User and system time of all its threads so far. */
  cpuMs() {
    const { user, system } = this.#ticks()
    return ((user + system) * 1_000) / ticksPerSecond
  }

  /** What programs that are not part of this have taken of the server's core so far. */
  othersMs() {
    return userMsOf(serverCore) - (this.#ticks().user * 1_000) / ticksPerSecond
  }

  #ticks() {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { user: Number(fields[11]), system: Number(fields[12]) }
  }

  get url() {
    return `ws://127.0.0.1:${this.port}`
  }

  /** Resident memory. */
  memoryBytes() {
    return Number.parseInt(this.#status('VmRSS'), 10) * 1_024
  }

  storedBytes() {
    return sizeOf(this.data)
  }

  /** Waits until it has come to rest: long enough for delayed stores, and then an idle second. */
  async settle() {
    const from = Date.now()
    await sleep(settleAtLeastMs)
    for (let before = this.cpuMs(); Date.now() - from < settleAtMostMs; ) {
      await sleep(1_000)
      const now = this.cpuMs()
      if (now - before <= 30) return
      before = now
    }
  }

  async dispose() {
    await this.stop()
    rmSync(this.data, { recursive: true, force: true })
  }
}

function sizeOf(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
