import { useEffect, useLayoutEffect, useRef, useState } from 'react'

export interface Opened<T> {
  readonly value: T
  close(): void
}

/**
 * Something that is open for as long as the component is there and `key` is the same; null for the first moment. The next
 * one is open before the last one closes, so that what both use stays open.
 */
export function useOpened<T>(open: () => Opened<T>, key: string): T | null {
  const [opened, setOpened] = useState<Opened<T> | null>(null)
  const latest = useRef<Opened<T> | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another key opens another
  useLayoutEffect(() => {
    const next = open()
    latest.current?.close()
    latest.current = next
    setOpened(next)
  }, [key])
  useEffect(
    () => () => {
      latest.current?.close()
      latest.current = null
    },
    [],
  )
  return opened?.value ?? null
}
