/** Whether somebody uses a window, and what they look at: all windows of one browser know it of each other. */

import { useEffect, useSyncExternalStore } from 'react'

export function hasAttention(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}

export function useAttention(): boolean {
  return useSyncExternalStore(subscribe, hasAttention)
}

/** Says in all windows of this browser that `person` looks at `channel`, for as long as they do. */
export function useLooking(person: string, channel: string | null): void {
  const isLooking = useAttention() && channel !== null
  useEffect(() => {
    if (!isLooking) return
    const over = new AbortController()
    // A lock goes with its window, however that ends. Several windows may look at the same.
    navigator.locks
      ?.request(lockOf(person, channel), { mode: 'shared', signal: over.signal }, () => until(over.signal))
      .catch(() => undefined)
    return () => over.abort()
  }, [isLooking, person, channel])
}

/** Whether `person` looks at `channel` in any window of this browser. False where windows know nothing of each other: without https. */
export async function isLookedAt(person: string, channel: string): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query().catch(() => undefined)) ?? {}
  return held.some(({ name }) => name === lockOf(person, channel))
}

function lockOf(person: string, channel: string): string {
  return `y-harbor looking ${JSON.stringify([person, channel])}`
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  return () => {
    document.removeEventListener('visibilitychange', listener)
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
  }
}
