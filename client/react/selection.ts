import { useEffect, useMemo, useRef } from 'react'
import { type Source, useSource } from './source.ts'

/**
 * What `selector` makes of a source. Evaluated once for each value of the source and each selector; as long as
 * `isEqual` says that it is the same, the very same object is returned and nothing renders anew. Selectors may be
 * written inline.
 */
export function useSelection<S, T>(source: Source<S>, selector: (value: S) => T, isEqual: (a: T, b: T) => boolean): T {
  /** What is on the screen: another selector that makes the same of it keeps it. */
  const shown = useRef<{ readonly value: T } | null>(null)
  const selected = useMemo(() => {
    let last: { readonly of: S; readonly value: T } | null = null
    const select = (of: S): T => {
      if (last !== null && Object.is(last.of, of)) return last.value
      const value = selector(of)
      const before = last ?? shown.current
      last = { of, value: before !== null && isEqual(before.value, value) ? before.value : value }
      return last.value
    }
    return {
      subscribe: source.subscribe,
      get: () => select(source.get()),
      getServer: () => select(source.getServer()),
    }
  }, [source, selector, isEqual])
  const value = useSource(selected)
  useEffect(() => {
    shown.current = { value }
  }, [value])
  return value
}
