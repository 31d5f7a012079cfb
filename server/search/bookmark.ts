import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { HitPlace } from './room-search.ts'

/** Up to where a search has come: in a room, or when `after` is null, to the end of it. */
export interface Place {
  rank: number
  name: string
  after: HitPlace | null
}

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Makes of a place a text for whoever searches. It is encrypted, because it may name a room that they may not read; so it is
 * good for as long as the process lives.
 */
export class Bookmarks {
  readonly #key = randomBytes(32)

  encode({ rank, name, after }: Place): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    const text = JSON.stringify([rank, name, after === null ? null : [after.depth, after.client, after.clock]])
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
  }

  /** Null for anything that was not made here. */
  decode(text: string): Place | null {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length <= IV_BYTES + TAG_BYTES) return null
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      const body = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      return placeOf(JSON.parse(body.toString('utf8')) as [number, string, [number, number, number] | null])
    } catch {
      return null
    }
  }
}

/** The shape is known: only this process could have sealed it. */
function placeOf([rank, name, after]: [number, string, [number, number, number] | null]): Place {
  return { rank, name, after: after === null ? null : { depth: after[0], client: after[1], clock: after[2] } }
}
