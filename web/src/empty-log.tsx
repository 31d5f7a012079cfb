import { words } from '../words/words.ts'
import type { ChannelListing } from './use-channel-listing.ts'

interface EmptyLogProps {
  isLoading: boolean
  /** The server's messages have arrived, so an empty log is known to be empty. */
  isKnown: boolean
  listing: ChannelListing
}

export function EmptyLog({ isLoading, isKnown, listing }: EmptyLogProps) {
  if (!isKnown) return isLoading ? <p className="log-loading">{words.log.loading}</p> : null
  return (
    <div className="log-empty">
      <p>{words.log.empty}</p>
      <p className="hint">{listing.isDirect ? words.log.emptyDirect(listing.name) : words.log.emptyNext}</p>
    </div>
  )
}
