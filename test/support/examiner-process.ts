import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Holdings, Verdict } from './examiner.ts'

const SCRIPT = fileURLToPath(new URL('./examiner-child.ts', import.meta.url))

/**
 * Examines harmed directories in a process of its own: LevelDB is built with assertions, and some damage to a table
 * aborts the process that reads it. That is loud, so it is a verdict like any other.
 */
export class ExaminerProcess {
  readonly #script: string
  #child: ChildProcess | null = null

  private constructor(script: string) {
    this.#script = script
  }

  /** Bundles the child into `directory`, because Node 20 runs no TypeScript. */
  static async start(directory: string): Promise<ExaminerProcess> {
    const classicLevel = createRequire(import.meta.url).resolve('classic-level')
    await build({
      configFile: false,
      logLevel: 'error',
      plugins: [
        {
          name: 'classic-level',
          enforce: 'pre',
          resolveId: id => (id === 'classic-level' ? { id: classicLevel, external: true } : null),
        },
      ],
      build: { ssr: SCRIPT, outDir: directory, rollupOptions: { output: { entryFileNames: 'examiner.mjs' } } },
    })
    return new ExaminerProcess(join(directory, 'examiner.mjs'))
  }

  examine(path: string, expected: Holdings): Promise<Verdict | 'aborted'> {
    this.#child ??= fork(this.#script, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const child = this.#child
    return new Promise(resolve => {
      const ended = () => {
        this.#child = null
        resolve('aborted')
      }
      child.once('exit', ended)
      child.once('message', verdict => {
        child.off('exit', ended)
        resolve(verdict as Verdict)
      })
      child.send({ path, expected })
    })
  }

  stop(): void {
    this.#child?.kill()
  }
}
