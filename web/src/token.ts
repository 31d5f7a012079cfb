/** The token that a link brought along, for servers that want one: `/#token=…`, and so for the page of a room. */

import { type Author, ownValue, readAuthor } from '../chat/message.ts'
import type { KeyValue } from './identity.ts'

const tokenKey = 'y-harbor.token'

/** A tab of a browser, as far as a token is concerned. */
export interface Tab {
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>
  readonly history: Pick<History, 'state' | 'replaceState'>
  /** As long as the tab is there. */
  readonly storage: KeyValue
}

export function bringsToken({ hash }: Pick<Location, 'hash'>): boolean {
  return readHash(hash) !== null
}

/**
 * The token of this tab; null when it has none. One in the address replaces what was there and is removed from the
 * address, where it could be seen, copied and remembered; an empty one is none.
 */
export function takeToken({ location, history, storage }: Tab): string | null {
  const brought = readHash(location.hash)
  if (brought !== null) {
    history.replaceState(history.state, '', location.pathname + location.search)
    if (brought === '') storage.removeItem(tokenKey)
    else storage.setItem(tokenKey, brought)
  }
  return tokenOf(storage)
}

/** The token that a tab has kept. */
export function tokenOf(storage: KeyValue): string | null {
  return storage.getItem(tokenKey)
}

/** Whom a token is for, as it says itself: whether that is so is for the server to say. Null when it cannot be read. */
export function subjectOf(token: string): Author | null {
  const payload = token.split('.')[1]
  if (payload === undefined) return null
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), byte => byte.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return readAuthor({ id: ownValue(claims, 'sub'), name: ownValue(claims, 'name') ?? '' })
  } catch {
    return null
  }
}

function readHash(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('token')
}
