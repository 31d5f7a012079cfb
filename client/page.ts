/** What a browser's page tells about the network and about other tabs; nothing where there is no page. */

/** Calls back when the network may have come back (`hint`) or gone (`doubt`). Returns how to stop. */
export function watchPage(news: (type: 'hint' | 'doubt') => void): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined
  const hint = () => news('hint')
  const doubt = () => news('doubt')
  const shown = () => {
    if (document.visibilityState === 'visible') hint()
  }
  window.addEventListener('online', hint)
  window.addEventListener('offline', doubt)
  window.addEventListener('pageshow', hint)
  document.addEventListener('visibilitychange', shown)
  return () => {
    window.removeEventListener('online', hint)
    window.removeEventListener('offline', doubt)
    window.removeEventListener('pageshow', hint)
    document.removeEventListener('visibilitychange', shown)
  }
}

/**
 * Calls back when this tab is the one of all with that name that keeps what the server sends; where tabs cannot agree
 * on one (pages without a secure origin), every tab is. Returns how to hand it on.
 */
export function keepAlone(name: string, becomeKeeper: () => void): () => void {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
  if (locks == null) {
    becomeKeeper()
    return () => undefined
  }
  const waiting = new AbortController()
  let handOn: () => void = () => undefined
  const held = new Promise<void>(resolve => {
    handOn = resolve
  })
  const isKeeper = () => {
    becomeKeeper()
    return held
  }
  // Rejects when it is aborted: then another tab kept it all the while.
  locks.request(name, { signal: waiting.signal }, isKeeper).catch(() => undefined)
  return () => {
    waiting.abort()
    handOn()
  }
}
