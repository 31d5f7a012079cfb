import { Command, InvalidArgumentError, Option } from 'commander'
import { SignJWT } from 'jose'
import {
  accesses,
  BadToken,
  type RoomAccess,
  type RoomRule,
  readClaims,
  secretKey,
  systemClock,
} from '../server/index.ts'
import { type Auth, type AuthOptions, readAuth, withAuthOptions } from './auth.ts'
import { Failure } from './failure.ts'

interface TokenOptions extends AuthOptions {
  sub: string
  name?: string
  room?: readonly RoomRule[]
  /** Seconds. */
  expires: number
}

export const token = withAuthOptions(
  new Command('token')
    .description('make a token for development, with the secret that the server checks tokens with')
    .addOption(new Option('--sub <id>', 'who it is for, as the server will know them').makeOptionMandatory())
    .addOption(new Option('--name <name>', 'what others may call them'))
    .addOption(
      new Option(
        '--room <pattern=access>',
        "rooms, and read, write or admin; may be given several times (default: '**=write')",
      ).argParser(collectRule),
    )
    .addOption(
      new Option('--expires <time>', 'how long it is good for: 45s, 30m, 12h, 7d')
        .argParser(seconds)
        .default(43_200, '12h'),
    ),
).action(run)

async function run({ sub, name, room, expires, ...rest }: TokenOptions): Promise<void> {
  const auth = readAuth(rest, sentence => console.error(sentence))
  const key = signingKey(auth)
  const now = Math.floor(systemClock.now() / 1_000)
  const claims = { sub, name, rooms: room ?? EVERYTHING, iat: now, exp: now + expires }
  try {
    readClaims(claims)
  } catch (error) {
    throw error instanceof BadToken ? new Failure(`This would be no good token: ${error.message}.`) : error
  }
  if (room === undefined) console.error('No --room was given: this token is for every room, to read and write.')
  console.log(await signed(claims, key, auth))
}

const EVERYTHING: readonly RoomRule[] = [{ room: '**', access: 'write' }]

async function signed(claims: Record<string, unknown>, key: ReturnType<typeof secretKey>, auth: Auth): Promise<string> {
  const { issuer, audience } = auth.kind === 'none' ? {} : auth.expected
  return new SignJWT({ ...claims, iss: issuer, aud: audience }).setProtectedHeader({ alg: 'HS256' }).sign(key)
}

/** Throws `Failure` where tokens are not signed with a secret, or with one that is too short. */
function signingKey(auth: Auth): ReturnType<typeof secretKey> {
  if (auth.kind === 'keys') {
    throw new Failure(
      'Who has the private keys of --auth-jwks issues the tokens; y-harbor makes them with a secret only.',
    )
  }
  if (auth.kind === 'none') {
    throw new Failure(
      'There is no secret to sign with. Make one, and start the server with it, too: export AUTH_SECRET=$(openssl rand -hex 32)',
    )
  }
  try {
    return secretKey(auth.secret)
  } catch (error) {
    throw error instanceof RangeError ? new Failure(error.message) : error
  }
}

function collectRule(text: string, before: readonly RoomRule[] = []): readonly RoomRule[] {
  // The name of a room may have an equals sign.
  const at = text.lastIndexOf('=')
  const access = accesses.find(known => known === text.slice(at + 1))
  if (at < 1 || access === undefined) {
    throw new InvalidArgumentError(`Rooms and an access look like 'notes/**=write'; the access is ${list(accesses)}.`)
  }
  return [...before, { room: text.slice(0, at), access }]
}

function list([first, ...others]: readonly RoomAccess[]): string {
  return `${[first, ...others.slice(0, -1)].join(', ')} or ${others.at(-1)}`
}

const units: Partial<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

function seconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * (units[unit] ?? 0)
  if (!(seconds > 0)) throw new InvalidArgumentError('A time looks like 45s, 30m, 12h or 7d.')
  return seconds
}
