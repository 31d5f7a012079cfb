import { useEffect, useState } from 'react'

export type Load = (id: string) => Promise<Blob>

export type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  /** An address of this page only, which ends with what shows it. */
  | { readonly state: 'here'; readonly url: string }

/** A file to show: loaded with what shows it, and once more when asked. */
export function useBlob(id: string, load: Load): [Loaded, retry: () => void] {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let isWanted = true
    let url: string | null = null
    setLoaded({ state: 'loading' })
    load(id).then(
      blob => {
        if (!isWanted) return
        url = URL.createObjectURL(blob)
        setLoaded({ state: 'here', url })
      },
      () => isWanted && setLoaded({ state: 'failed' }),
    )
    return () => {
      isWanted = false
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [id, load, attempt])

  return [loaded, () => setAttempt(attempt + 1)]
}
