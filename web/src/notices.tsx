import { useSyncExternalStore } from 'react'
import { words } from '../words/words.ts'
import type { Device } from './device.ts'
import { Problem } from './icons.tsx'

/** What there is to say about the page and the device as a whole. Mostly nothing. */
export function Notices({ device: { page, storage } }: { device: Device }) {
  const isOutdated = useSyncExternalStore(page.isOutdated.subscribe, page.isOutdated.get)
  const isFull = useSyncExternalStore(storage.isFull.subscribe, storage.isFull.get)
  return (
    <div className="notices" role="status">
      {isFull && (
        <p className="notice" data-kind="problem">
          <Problem />
          {words.notices.full}
        </p>
      )}
      {isOutdated && (
        <p className="notice">
          {words.notices.outdated}
          <button type="button" className="button-plain button-edged" onClick={page.update}>
            {words.notices.update}
          </button>
        </p>
      )}
    </div>
  )
}
