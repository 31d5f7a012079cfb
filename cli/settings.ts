import { InvalidArgumentError, Option } from 'commander'
import { type Limits, limits } from '../server/index.ts'

/** Every setting once: its flag, its environment variable, its default and its words in `--help`. */
export const settings = {
  port: () =>
    new Option('-p, --port <number>', 'port to listen on; 0 takes a free one')
      .env('PORT')
      .default(1234)
      .argParser(parsePort),
  host: () => new Option('--host <address>', 'address to listen on').env('HOST').default('127.0.0.1'),
  data: () => new Option('-d, --data <directory>', 'where documents are kept').env('DATA_DIR').default('./data'),
  /** From the environment alone: everybody on the machine can see the flags of a process. */
  authSecret: { env: 'AUTH_SECRET', words: 'the secret itself instead of a file with it; never a flag' },
  authSecretFile: () =>
    new Option('--auth-secret-file <file>', 'ask for tokens (JWT) that are signed with the secret in this file')
      .env('AUTH_SECRET_FILE')
      .argParser(parseText),
  authJwks: () =>
    new Option('--auth-jwks <url or file>', 'ask for tokens (JWT) that are signed with a key of this set (JWKS)')
      .env('AUTH_JWKS')
      .argParser(parseText),
  authIssuer: () =>
    new Option('--auth-issuer <name>', 'who has to have issued a token (iss)').env('AUTH_ISSUER').argParser(parseText),
  authAudience: () =>
    new Option('--auth-audience <name>', 'whom a token has to be for (aud)').env('AUTH_AUDIENCE').argParser(parseText),
  insecure: () => new Option('--insecure', 'let everybody in although the address can be reached from elsewhere'),
  origin: () =>
    new Option(
      '--origin <origins...>',
      'pages that may connect besides those of this server, such as https://app.example.com',
    )
      .env('ORIGINS')
      .argParser(parseList),
  trustedProxy: () =>
    new Option(
      '--trusted-proxy <addresses...>',
      'proxies that are believed where somebody is from: addresses or networks',
    )
      .env('TRUSTED_PROXIES')
      .argParser(parseList),
  limit: () =>
    new Option('--limit <name=value...>', 'another limit than the default: see docs/security.md')
      .env('LIMITS')
      .argParser(parseLimits),
  json: () => new Option('--json', 'print JSON'),
  acceptLoss: () =>
    new Option(
      '--accept-loss',
      'start although part of the database is gone: what is left becomes the truth (use it once, after looking)',
    ),
} as const

/** One at a time, or several with commas between them. */
function parseList(text: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...parseText(text)
      .split(',')
      .map(item => item.trim()),
  ]
}

function parseLimits(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  const given: Record<string, number> = { ...before }
  for (const item of parseList(text)) {
    const [name, value = ''] = item.split('=')
    if (!Object.hasOwn(limits, name))
      throw new InvalidArgumentError(`There is no limit called ${JSON.stringify(name)}.`)
    if (!/^[1-9]\d{0,14}$/.test(value))
      throw new InvalidArgumentError(`${name} is a whole number above 0, in bytes, ms or items.`)
    given[name] = Number(value)
  }
  return given
}

/** A variable that is set to nothing is a mistake, which must not open a door. */
function parseText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.')
  return text
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
