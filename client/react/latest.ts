import { useInsertionEffect, useRef } from 'react'

/**
 * The value of the newest render that came on screen, for callbacks that run later. Set in an insertion effect: it
 * comes before every effect that could ask, and a render that is thrown away leaves no trace.
 */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value)
  useInsertionEffect(() => {
    latest.current = value
  })
  return latest
}
