import { useState } from 'react'

/** What `make` made, as long as the key is the same: `useMemo`, which may forget, as a promise. */
export function useMade<K, T>(key: K, make: () => T): T {
  const [made, setMade] = useState(() => ({ key, value: make() }))
  if (Object.is(made.key, key)) return made.value
  const next = { key, value: make() }
  setMade(next)
  return next.value
}
