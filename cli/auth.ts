import { readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { type Authenticate, type JwtOptions, jwtAuthenticate, KeySetError, type Logger } from '../server/index.ts'
import { Failure } from './failure.ts'
import { settings } from './settings.ts'

export interface AuthOptions {
  authSecretFile?: string
  authJwks?: string
  authIssuer?: string
  authAudience?: string
}

/** Who is let in, as the settings have it. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'secret'; secret: string; from: string; expected: Expected }
  | { kind: 'keys'; at: string; expected: Expected }

/** What a token has to say, whoever signed it. */
interface Expected {
  issuer?: string
  audience?: string
}

/** Adds the options that `readAuth` reads. */
export function withAuthOptions(command: Command): Command {
  const { env, words } = settings.authSecret
  return command
    .addOption(settings.authSecretFile())
    .addOption(settings.authJwks())
    .addOption(settings.authIssuer())
    .addOption(settings.authAudience())
    .addHelpText('after', `\nEnvironment:\n  ${env}  ${words}`)
}

/** Throws `Failure` unless at most one kind of tokens is asked for. */
export function readAuth(options: AuthOptions, warn: (sentence: string) => void): Auth {
  const { authSecretFile: file, authJwks: at, authIssuer: issuer, authAudience: audience } = options
  const secret = process.env[settings.authSecret.env]
  const kinds = [
    secret !== undefined && settings.authSecret.env,
    file !== undefined && '--auth-secret-file',
    at !== undefined && '--auth-jwks',
  ].filter(name => name !== false)
  if (kinds.length > 1) {
    throw new Failure(
      `${kinds.join(' and ')} are set, and one of them has to say who may enter. Take the other away; each can come from the environment, too.`,
    )
  }
  const expected = { issuer, audience }
  if (secret !== undefined) return { kind: 'secret', secret, from: settings.authSecret.env, expected }
  if (file !== undefined) return { kind: 'secret', secret: readSecret(file, warn), from: file, expected }
  if (at !== undefined) return { kind: 'keys', at, expected }
  if (issuer !== undefined || audience !== undefined) {
    throw new Failure(
      'An issuer or an audience is expected of tokens, but no token is asked for. Set AUTH_SECRET, --auth-secret-file or --auth-jwks as well.',
    )
  }
  return { kind: 'none' }
}

/** Undefined where nobody is asked. Throws `Failure` for a secret or keys that cannot be used. */
export function authenticateBy(auth: Auth, log: Logger): Authenticate | undefined {
  if (auth.kind === 'none') return undefined
  try {
    return jwtAuthenticate({ ...keysOf(auth), ...auth.expected, log })
  } catch (error) {
    throw error instanceof RangeError || error instanceof KeySetError ? new Failure(error.message) : error
  }
}

function keysOf(auth: Exclude<Auth, { kind: 'none' }>): JwtOptions {
  if (auth.kind === 'secret') return { secret: auth.secret }
  return /^https?:/i.test(auth.at) ? { jwksUrl: auth.at } : { jwksFile: auth.at }
}

/** For whoever starts the server. */
export function whoEnters(auth: Auth): string {
  switch (auth.kind) {
    case 'none':
      return 'Nobody is asked who they are: whoever reaches the port reads and writes everything.'
    case 'secret':
      return `Whoever enters shows a token that is signed with the secret in ${auth.from}.`
    case 'keys':
      return `Whoever enters shows a token that is signed with a key of ${auth.at}.`
  }
}

function readSecret(path: string, warn: (sentence: string) => void): string {
  try {
    // Windows has no such bits.
    const isPublic = process.platform !== 'win32' && (statSync(path).mode & 0o004) !== 0
    if (isPublic) warn(`everybody on this machine can read the secret in ${path}: chmod o-r ${path}`)
    // An editor ends the file with a line break that nobody means.
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Failure(`The secret that tokens are signed with cannot be read: ${(error as Error).message}`)
  }
}
