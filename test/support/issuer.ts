/** Whoever issues tokens: signs what it should, and what it should not. */

import { createHmac } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, SignJWT } from 'jose'

export const SECRET = 'a secret of thirty-two bytes, and more'

export type Payload = Record<string, unknown>

/** A token of `SECRET`, or of another. */
export async function signed(payload: Payload, secret = SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(Buffer.from(secret))
}

/** A token of whatever header and payload, with a right HMAC over both unless it is given another signature. */
export function forged(
  header: unknown,
  payload: unknown,
  secret: string | Buffer = SECRET,
  signature?: string,
): string {
  const text = (part: unknown) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const content = `${text(header)}.${text(payload)}`
  return `${content}.${signature ?? createHmac('sha256', secret).update(content).digest('base64url')}`
}

/** Signs with private keys, and publishes the public ones. */
export class Issuer {
  readonly #keys = new Map<string, { jwk: JWK; sign(payload: Payload, header: { kid?: string }): Promise<string> }>()

  static async with(...kids: string[]): Promise<Issuer> {
    const issuer = new Issuer()
    for (const kid of kids) await issuer.add(kid)
    return issuer
  }

  async add(kid: string, alg = 'ES256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    this.#keys.set(kid, {
      jwk: { ...(await exportJWK(publicKey)), kid, alg },
      sign: (payload, header) => new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(privateKey),
    })
  }

  remove(kid: string): void {
    this.#keys.delete(kid)
  }

  get jwks(): JSONWebKeySet {
    return { keys: [...this.#keys.values()].map(({ jwk }) => jwk) }
  }

  sign(kid: string, payload: Payload, header: { kid?: string } = { kid }): Promise<string> {
    return this.#key(kid).sign(payload, header)
  }

  jwk(kid: string): JWK {
    return this.#key(kid).jwk
  }

  #key(kid: string) {
    const key = this.#keys.get(kid)
    if (key === undefined) throw new Error(`There is no key ${kid}.`)
    return key
  }
}
