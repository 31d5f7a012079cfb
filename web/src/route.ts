/** The address bar as a value: which view of the page it names. */

import { useSyncExternalStore } from 'react'
import { roomInPath } from '../chat/room-name.ts'

const moved = 'y-harbor:moved'

export type Route =
  | { readonly view: 'home' }
  /** `typed` is what the address says, which may be no possible name. */
  | { readonly view: 'channel'; readonly typed: string }
  | { readonly view: 'document'; readonly kind: 'note' | 'board'; readonly id: string }
  | { readonly view: 'nothing' }

export function routeOf(path: string): Route {
  if (path === '/') return { view: 'home' }
  const typed = roomInPath(path)
  if (typed !== null) return { view: 'channel', typed }
  const document = /^\/([nb])\/([a-z0-9]{1,64})$/.exec(path)
  if (document?.[2] === undefined) return { view: 'nothing' }
  return { view: 'document', kind: document[1] === 'n' ? 'note' : 'board', id: document[2] }
}

export function documentPath(kind: 'note' | 'board', id: string): string {
  return `/${kind === 'note' ? 'n' : 'b'}/${id}`
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname)
}

/** Goes to another view of this page, with an entry in the history. */
export function go(path: string): void {
  if (path === window.location.pathname) return
  window.history.pushState(null, '', path)
  window.dispatchEvent(new Event(moved))
}

/** The same without an entry: for an address that only leads on. */
export function goInstead(path: string): void {
  window.history.replaceState(null, '', path)
  window.dispatchEvent(new Event(moved))
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(moved, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(moved, listener)
  }
}
