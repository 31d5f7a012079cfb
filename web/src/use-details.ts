import { useEffect, useState } from 'react'
import type { DetailsTab } from './details.tsx'

/** Which details are shown. Where they would lie over the conversation, none are until somebody asks. */
export function useDetails(): [DetailsTab | null, (tab: DetailsTab | null) => void] {
  const [tab, show] = useState<DetailsTab | null>(() => (isWide().matches ? 'people' : null))
  useEffect(() => {
    const wide = isWide()
    const changed = () => show(wide.matches ? 'people' : null)
    wide.addEventListener('change', changed)
    return () => wide.removeEventListener('change', changed)
  }, [])
  return [tab, show]
}

const isWide = () => window.matchMedia('(min-width: 1001px)')
