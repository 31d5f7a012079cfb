/** The token that a link brought along, for servers that want one: `/#token=…`, and so for the page of a room. */

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
  return storage.getItem(tokenKey)
}

function readHash(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('token')
}
