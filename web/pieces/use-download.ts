import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Load } from './use-blob.ts'

/** Saves the file under its name, where the browser saves what is downloaded. */
export function useDownload({ id, name }: { readonly id: string; readonly name: string }, load: Load) {
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const url = useRef<string | null>(null)
  // The browser reads the address for as long as it saves, so it is kept until the next one, or the end.
  useEffect(() => () => release(url), [])
  const download = async () => {
    if (state === 'loading') return
    setState('loading')
    try {
      const blob = await load(id)
      release(url)
      // Whatever it says it is, it is never opened here as a page.
      url.current = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }))
      const link = document.createElement('a')
      link.href = url.current
      link.download = name
      link.click()
      setState('idle')
    } catch {
      setState('failed')
    }
  }
  return { state, download: () => void download() }
}

function release(url: RefObject<string | null>): void {
  if (url.current !== null) URL.revokeObjectURL(url.current)
  url.current = null
}
