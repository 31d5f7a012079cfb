import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Grant } from './auth.ts'

const FILE = 'revoked.json'

/**
 * Users whose tokens count no more when they were issued before a moment. Kept in a file, so that a restart forgets
 * nothing. A grant that does not say when its token was issued is never covered: then it is for whoever gives grants
 * to remember.
 */
export class Revocations {
  readonly #path: string | null
  /** User -> milliseconds since the epoch. */
  readonly #users: Map<string, number>
  #saving: Promise<void> = Promise.resolve()

  private constructor(path: string | null, users: Map<string, number>) {
    this.#path = path
    this.#users = users
  }

  /** `directory` null keeps them in memory only. Rejects when the file is there and cannot be read as one of ours. */
  static async load(directory: string | null): Promise<Revocations> {
    if (directory === null) return new Revocations(null, new Map())
    const path = join(directory, FILE)
    const text = await readFile(path, 'utf8').catch(error => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}'
      throw error
    })
    return new Revocations(path, parse(text, path))
  }

  /** Everything that was issued for that user until `at` is void from now on. Resolves when that is on disk. */
  async revoke(user: string, at: number): Promise<void> {
    this.#users.set(user, Math.max(at, this.#users.get(user) ?? 0))
    const saved = this.#saving.then(() => this.#save())
    this.#saving = saved.catch(() => undefined)
    try {
      await saved
    } catch (cause) {
      throw new Error(
        `That the tokens of ${JSON.stringify(user)} are void could not be written to ${this.#path}: they are until the server stops. Make room there, and say it again.`,
        { cause },
      )
    }
  }

  covers({ user, issuedAt }: Grant): boolean {
    if (user === undefined || issuedAt === undefined) return false
    return issuedAt <= (this.#users.get(user.id) ?? Number.NEGATIVE_INFINITY)
  }

  async #save(): Promise<void> {
    if (this.#path === null) return
    const next = `${this.#path}.next`
    await mkdir(join(this.#path, '..'), { recursive: true, mode: 0o700 })
    const file = await open(next, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(Object.fromEntries(this.#users)))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, this.#path)
  }
}

function parse(text: string, path: string): Map<string, number> {
  const users = new Map<string, number>()
  try {
    for (const [user, at] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      if (typeof at !== 'number') throw new TypeError('not a time')
      users.set(user, at)
    }
    return users
  } catch {
    // To go on without would let in whoever was put out.
    throw new Error(
      `${path} is damaged: it says who was put out. Restore it from a backup, or remove it to let everybody in.`,
    )
  }
}
