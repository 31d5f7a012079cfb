import { useId } from 'react'
import type { Author } from '../chat/message.ts'
import type { Presence } from '../chat/presence.ts'
import { words } from '../words/words.ts'
import type { Channel } from './channel.ts'
import { Close } from './icons.tsx'
import type { KeyValue } from './identity.ts'
import { PeopleList } from './people.tsx'
import { Resizer } from './resizer.tsx'
import { SearchPanel } from './search-panel.tsx'
import type { ChannelListing } from './use-channel-listing.ts'
import type { Workspace } from './workspace.ts'

export type DetailsTab = 'people' | 'search'

interface DetailsProps {
  tab: DetailsTab | null
  close(): void
  channel: Channel
  listing: ChannelListing
  workspace: Workspace
  people: readonly Presence[]
  members: readonly Author[]
  self: string
  isKnown: boolean
  jump(id: string, page: number): void
  storage: KeyValue
}

/** Beside the conversation: who is here, or what was looked for. */
export function Details({ tab, close, storage, ...props }: DetailsProps) {
  const id = useId()
  if (tab === null) return null
  return (
    <aside
      id="details"
      className="details"
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key === 'Escape') close()
      }}
    >
      <Resizer
        label={words.details.resize}
        name="--details-width"
        column="after"
        initial={248}
        least={200}
        most={480}
        storage={storage}
      />
      <div className="details-body">
        <header className="details-header">
          <h2 id={id}>{tab === 'people' ? words.people.title : words.search.title}</h2>
          <button type="button" className="button-icon" aria-label={words.ui.close} onClick={close}>
            <Close />
          </button>
        </header>
        {tab === 'people' ? <PeopleList {...props} /> : <SearchPanel {...props} />}
      </div>
    </aside>
  )
}
