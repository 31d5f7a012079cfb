import { createSecretKey, type KeyObject } from 'node:crypto'
import { errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { Allowance } from './allowance.ts'
import type { Authenticate, Grant } from './auth.ts'
import { BadToken, type Claims, readClaims, readRules } from './claims.ts'
import { type Clock, systemClock } from './clock.ts'
import { fixedKeys, KeySet, keysAtUrl, keysInFile } from './key-set.ts'
import { tokenLimits } from './limits.ts'
import { type Logger, silentLogger } from './logger.ts'
import { bestAccess, type RoomAccess, type RoomRule } from './room-patterns.ts'

export interface JwtOptions {
  /** What tokens are signed with, by HS256, HS384 or HS512: at least 32 bytes. A text is its UTF-8 bytes, never decoded. */
  secret?: string | Uint8Array
  /** Instead: where the public keys of whoever issues tokens are (a JWKS); https, or http on this machine. */
  jwksUrl?: string | URL
  /** Instead: a file with such keys. When it is another, the server finds out by itself. */
  jwksFile?: string
  /** Instead: the keys themselves. */
  jwks?: JSONWebKeySet
  /** Which `iss` a token must have; one of them when there are several. */
  issuer?: string | readonly string[]
  /** Which `aud` a token must have. */
  audience?: string | readonly string[]
  /** By how much the clock of whoever issues tokens may be wrong, in seconds. Default 5. */
  clockToleranceS?: number
  /** What somebody without a token may do. Default: nothing. Whoever shows a token that is wrong is not let in by these. */
  anonymous?: readonly RoomRule[]
  clock?: Clock
  /** Told why tokens are refused. Nothing of a token is ever logged. Default: nobody is told. */
  log?: Logger
}

/**
 * Lets in who shows a JWT that says what they may do: `sub`, `name`, `exp` and `rooms`, as docs/security.md has them. A
 * token that is wrong in any way is denied. Keys that cannot be read are a reason to come back.
 *
 * Throws `RangeError` for options that make no sense, and `KeySetError` for keys that cannot be used.
 */
export function jwtAuthenticate(options: JwtOptions): Authenticate {
  const { clock = systemClock, log = silentLogger } = options
  const read = tokenReader(options, clock, log)
  const anonymous = anonymousRules(options.anonymous)
  const complaints = new Allowance(clock, { perSecond: 1, burst: 20 })

  return async ({ token, room }) => {
    // Hocuspocus providers without a token send an empty one.
    if (token === null || token === '') return grantOf(bestAccess(anonymous, room))
    try {
      const { user, rooms, expiresAt, issuedAt } = await read(token)
      const access = bestAccess(rooms, room)
      if (access === null) throw new BadToken('none of its "rooms" is about this one')
      return { ...grantOf(access), user, expiresAt, issuedAt }
    } catch (error) {
      if (!(error instanceof BadToken)) throw error
      // Whoever tries tokens should not fill the disk.
      if (complaints.spend(0) === 0) {
        complaints.spend(1)
        log.info({ room, why: error.message }, 'a token was refused')
      }
      return null
    }
  }
}

function grantOf(access: RoomAccess): Grant
function grantOf(access: RoomAccess | null): Grant | null
function grantOf(access: RoomAccess | null): Grant | null {
  if (access === null) return null
  return { access: access === 'read' ? 'read' : 'write', isAdmin: access === 'admin' }
}

/** Checks a token and reads it. Throws `BadToken`; anything else means that it cannot be known. */
function tokenReader(options: JwtOptions, clock: Clock, log: Logger): (token: string) => Promise<Claims> {
  const { issuer, audience, clockToleranceS = 5 } = options
  if (!(Number.isFinite(clockToleranceS) && clockToleranceS >= 0)) {
    throw new RangeError('The tolerance for clocks is a number of seconds from 0 on.')
  }
  const { algorithms, find } = keysOf(options, clock, log)
  const rules = {
    algorithms,
    issuer: mutable(issuer),
    audience: mutable(audience),
    clockTolerance: clockToleranceS,
    requiredClaims: ['exp'],
  }
  return async token => {
    if (token.length > tokenLimits.length) throw new BadToken('it is too long')
    try {
      const { payload } = await jwtVerify(token, find, { ...rules, currentDate: new Date(clock.now()) })
      const claims = readClaims(payload)
      const tolerance = clockToleranceS * 1_000
      // As long as it would be let in anew: otherwise whoever comes within the tolerance is in and out again. And as old as
      // it may be: by a clock that is ahead, it would outlast that its user was put out.
      return { ...claims, expiresAt: claims.expiresAt + tolerance, issuedAt: claims.issuedAt - tolerance }
    } catch (error) {
      throw error instanceof errors.JOSEError ? new BadToken(reasonOf(error)) : error
    }
  }
}

interface Keys {
  /** Of this kind of key alone: a public key is nobody's secret, and must not be taken for one. */
  algorithms: string[]
  find: JWTVerifyGetKey
}

const SECRET_BYTES = 32
const secretAlgorithms = ['HS256', 'HS384', 'HS512']
const publicAlgorithms = ['RS', 'PS', 'ES'].flatMap(kind => ['256', '384', '512'].map(bits => kind + bits))
publicAlgorithms.push('EdDSA', 'Ed25519')

function keysOf({ secret, jwksUrl, jwksFile, jwks }: JwtOptions, clock: Clock, log: Logger): Keys {
  if ([secret, jwksUrl, jwksFile, jwks].filter(given => given !== undefined).length !== 1) {
    throw new RangeError('Tokens are checked with exactly one of: a secret, an address of keys, a file of keys, keys.')
  }
  if (secret !== undefined) {
    const key = secretKey(secret)
    return { algorithms: secretAlgorithms, find: async () => key }
  }
  if (jwks !== undefined) return { algorithms: publicAlgorithms, find: fixedKeys(jwks) }
  const source = jwksUrl === undefined ? keysInFile(jwksFile as string) : keysAtUrl(jwksUrl)
  return { algorithms: publicAlgorithms, find: new KeySet(source, clock, log).find }
}

/** A secret as the key that signs tokens and checks them. Throws `RangeError` when it can be guessed. */
export function secretKey(secret: string | Uint8Array): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
  if (bytes.length < SECRET_BYTES) {
    throw new RangeError(
      `The secret that tokens are signed with has ${bytes.length} bytes and needs ${SECRET_BYTES} at least. Make one: openssl rand -hex 32`,
    )
  }
  return createSecretKey(bytes)
}

function anonymousRules(given: unknown = []): readonly RoomRule[] {
  try {
    return readRules(given)
  } catch (error) {
    throw new RangeError('What somebody without a token may do is no list of rooms and accesses.', { cause: error })
  }
}

function mutable(given: string | readonly string[] | undefined): string | string[] | undefined {
  return typeof given === 'object' ? [...given] : given
}

/** jose's own messages are its own to change, and may one day hold something of the token. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === 'missing' ? `it has no "${error.claim}"` : `its "${error.claim}" is not accepted here`
  }
  return reasons[error.code] ?? 'it is no valid JWT'
}

const reasons: Partial<Record<string, string>> = {
  [errors.JWTExpired.code]: 'it has expired',
  [errors.JWSSignatureVerificationFailed.code]: 'its signature is not by our key',
  [errors.JOSEAlgNotAllowed.code]: 'its kind of signature is not accepted here',
  [errors.JWKSNoMatchingKey.code]: 'it is signed with a key that is not in the set',
  [errors.JWKSMultipleMatchingKeys.code]: 'it does not say which key it is signed with, and several are possible',
}
