import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Limits } from '../../server/limits.ts'
import { temporaryDirectory } from './live.ts'

const script = fileURLToPath(new URL('./measured-server.mjs', import.meta.url))

/** A built server in a process of its own, whose memory is nobody else's. */
export class MeasuredServer {
  readonly url: string
  readonly #child: ChildProcess
  readonly #data: string

  private constructor(url: string, child: ChildProcess, data: string) {
    this.url = url
    this.#child = child
    this.#data = data
  }

  static async start(limits: Partial<Limits> = {}): Promise<MeasuredServer> {
    const data = await temporaryDirectory()
    const child = fork(script, [data, JSON.stringify(limits)], { execArgv: ['--expose-gc'] })
    const [address] = await once(child, 'message')
    return new MeasuredServer(String(address).replace('http', 'ws'), child, data)
  }

  /** Bytes of memory, as the system counts them. */
  async weight(after: 'work' | 'rest' = 'work'): Promise<number> {
    this.#child.send(after)
    const [bytes] = await once(this.#child, 'message')
    return Number(bytes)
  }

  async dispose(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.send('stop')
    await ended
    await rm(this.#data, { recursive: true, force: true })
  }
}
