import { createContext, type ReactNode, useContext, useEffect } from 'react'
import type { ConnectOptions, Harbor } from '../harbor.ts'
import { HarborLease, type HarborSource, ownedByApp } from './harbor-lease.ts'
import { useLatest } from './latest.ts'
import { useMade } from './made.ts'
import { useSource } from './source.ts'

export type HarborProviderProps = { children?: ReactNode } & (
  | {
      /** A Harbor of the app's own, which the app destroys. */
      harbor: Harbor
      url?: undefined
      options?: undefined
    }
  | {
      /** Where the server is, as for `connect`. */
      url: string | URL
      /** As for `connect`. Of `token` and `onRejected` always the newest is called. */
      options?: ConnectOptions
      harbor?: undefined
    }
)

const HarborContext = createContext<HarborSource | null>(null)

/**
 * Gives the components below a Harbor: the app's own, or one that it makes of `url` and `options`.
 *
 * One of its own connects when the first room is used, and is destroyed a second after the provider was unmounted for
 * good (StrictMode's second mount finds the same one); when edits would be lost that neither the server nor the browser
 * has kept, as soon as they are not. Another `url`, `storage`, `tabs` or `longestWaitMs` make it anew, and so does a
 * `key` of the provider; another object of the same options does not. When components suspend until a room is there,
 * their `Suspense` belongs below the provider: React forgets everything inside that has not been shown.
 */
export function HarborProvider({ harbor, url, options = {}, children }: HarborProviderProps): ReactNode {
  const latest = useLatest(options)
  const source = useMade<unknown, HarborSource>(harbor ?? identityOf(url, options), () =>
    harbor === undefined ? new HarborLease(String(url), options, latest) : ownedByApp(harbor),
  )
  useEffect(() => source.subscribe(() => undefined), [source])
  return <HarborContext.Provider value={source}>{children}</HarborContext.Provider>
}

/** The Harbor of the nearest `HarborProvider`; throws without one. Renders anew when the provider has another. */
export function useHarbor(): Harbor {
  return useSource(useHarborSource())
}

export function useHarborSource(): HarborSource {
  const source = useContext(HarborContext)
  if (source === null) throw new Error('There is no <HarborProvider> around this component.')
  return source
}

/** What a Harbor cannot change once it is made. Functions and classes are left out: they differ with every render. */
function identityOf(url: string | URL | undefined, { storage, tabs, longestWaitMs, token }: ConnectOptions): string {
  return JSON.stringify([String(url), storage, tabs, longestWaitMs, token !== undefined])
}
