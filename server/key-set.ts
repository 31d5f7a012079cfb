import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { Refusal } from '../protocol/close.ts'
import type { Clock } from './clock.ts'
import { tokenLimits } from './limits.ts'
import type { Logger } from './logger.ts'
import { isLoopback } from './loopback.ts'

/** A set of keys that cannot be used. The message is a sentence about it. */
export class KeySetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeySetError'
  }
}

/** Where a key set is read from, again and again. */
export interface KeySetSource {
  /** For people. */
  name: string
  load(signal: AbortSignal): Promise<string>
}

/** A set that stays as it is. Throws `KeySetError`. */
export function fixedKeys(set: unknown): JWTVerifyGetKey {
  const keys: unknown = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys)) throw new KeySetError('This is not a set of keys: it has no list "keys".')
  if (keys.length === 0) throw new KeySetError('This set of keys is empty.')
  if (keys.some(isSecret)) {
    throw new KeySetError('This set holds keys that are secret. A server needs only the public ones.')
  }
  try {
    return createLocalJWKSet(set as JSONWebKeySet)
  } catch (error) {
    throw new KeySetError('This is not a set of keys.', { cause: error })
  }
}

/** A set in a file. It has to be there now, and is read again when it may be another. Throws `KeySetError`. */
export function keysInFile(path: string): KeySetSource {
  try {
    parseKeys(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof KeySetError ? error.message : 'It cannot be read.'
    throw new KeySetError(`The keys that tokens are checked with should be in ${path}. ${why}`, { cause: error })
  }
  return { name: path, load: signal => readFile(path, { encoding: 'utf8', signal }) }
}

/** A set at an address. Throws `KeySetError` unless nobody on the way can put another in its place. */
export function keysAtUrl(given: string | URL): KeySetSource {
  const url = URL.canParse(String(given)) ? new URL(given) : null
  if (!(url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname)))) {
    throw new KeySetError(`Keys are read from an https address; http is for this machine only. ${given} is neither.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new KeySetError('The address of a set of keys cannot hold a name and a password.')
  }
  return {
    // Without the query, in which there may be something secret.
    name: url.origin + url.pathname,
    async load(signal) {
      const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } })
      if (response.status !== 200) throw new KeySetError(`The answer was ${response.status}.`)
      return textOf(response)
    },
  }
}

/**
 * Keys that are looked at again: when they are old, and when a token names one that is not there. Whatever is asked, the
 * source is read once in `keysCooldownMs` at most.
 */
export class KeySet {
  readonly #source: KeySetSource
  readonly #clock: Clock
  readonly #log: Logger
  #keys: { find: JWTVerifyGetKey; at: number } | null = null
  #triedAt = Number.NEGATIVE_INFINITY
  #hasFailed = false
  #loading: Promise<void> | null = null

  constructor(source: KeySetSource, clock: Clock, log: Logger) {
    this.#source = source
    this.#clock = clock
    this.#log = log
  }

  /**
   * The key for a token. Throws what jose throws when the set has none, and a `Refusal` that says to come back when that
   * cannot be known.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#ageMs >= tokenLimits.keysFreshMs) await this.#refresh()
    try {
      return await this.#known(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.#refresh()
      if (this.#hasFailed) throw new Refusal('internal', UNKNOWN)
      return this.#known(header, token)
    }
  }

  get #ageMs(): number {
    return this.#keys === null ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - this.#keys.at
  }

  /** Keys that could not be read anew are good for a while: that their source is away should not close every door. */
  #known: JWTVerifyGetKey = (header, token) => {
    if (this.#keys === null || this.#ageMs >= tokenLimits.keysStaleMs) throw new Refusal('internal', UNKNOWN)
    return this.#keys.find(header, token)
  }

  async #refresh(): Promise<void> {
    const isTooSoon = this.#clock.monotonic() - this.#triedAt < tokenLimits.keysCooldownMs
    if (this.#loading === null && isTooSoon) return
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null
    })
    await this.#loading
  }

  /** Never rejects: what was known stays known. */
  async #load(): Promise<void> {
    this.#triedAt = this.#clock.monotonic()
    const abort = new AbortController()
    const timer = this.#clock.after(tokenLimits.keysLoadMs, () => abort.abort())
    try {
      this.#keys = { find: parseKeys(await this.#source.load(abort.signal)), at: this.#triedAt }
      this.#hasFailed = false
    } catch (error) {
      this.#hasFailed = true
      this.#log.warn({ err: error }, `the keys that tokens are checked with cannot be read from ${this.#source.name}`)
    } finally {
      timer.cancel()
    }
  }
}

function isSecret(key: unknown): boolean {
  return typeof key === 'object' && key !== null && ('d' in key || 'k' in key)
}

const UNKNOWN = 'Who may enter cannot be found out right now.'

/** Throws `KeySetError`. */
function parseKeys(text: string): JWTVerifyGetKey {
  let set: unknown
  try {
    set = JSON.parse(text)
  } catch {
    // The parser's own words quote what it read.
    throw new KeySetError('This is not JSON.')
  }
  return fixedKeys(set)
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > tokenLimits.keysBytes) throw new KeySetError('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
