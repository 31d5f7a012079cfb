import { useState, useSyncExternalStore } from 'react'
import { roomPath } from '../chat/room-name.ts'
import { archive, restore } from '../chat/workspace.ts'
import { MenuItem } from '../ui/menu.tsx'
import { words } from '../words/words.ts'
import { ChannelDialog } from './channel-dialog.tsx'
import type { DetailsTab } from './details.tsx'
import { Muted, People, Search } from './icons.tsx'
import { PlaceHeader } from './place-header.tsx'
import type { ChannelListing } from './use-channel-listing.ts'
import type { Workspace } from './workspace.ts'

interface ChannelHeaderProps {
  listing: ChannelListing
  workspace: Workspace
  /** Null while it is not known. */
  peopleHere: number | null
  tab: DetailsTab | null
  show(tab: DetailsTab | null): void
}

/** Which channel this is, and what can be done with it as a whole. */
export function ChannelHeader({ listing, workspace, peopleHere, tab, show }: ChannelHeaderProps) {
  const [isChanging, setChanging] = useState(false)
  const { personal, room } = workspace
  useSyncExternalStore(personal.changed.subscribe, personal.changed.get)
  const isMuted = personal.isMuted(listing.id)
  const toggle = (which: DetailsTab) => show(tab === which ? null : which)
  const who = peopleHere === null ? words.people.toggleUnknown : words.people.toggle(peopleHere)
  const mayChange = listing.channel !== null && !listing.isDirect && workspace.mayList
  return (
    <>
      <PlaceHeader
        title={listing.name}
        below={
          listing.topic !== '' && (
            <p className="place-topic" dir="auto" title={listing.topic}>
              {listing.topic}
            </p>
          )
        }
        path={roomPath(listing.id)}
        menuLabel={words.channel.more}
        changes={
          mayChange
            ? {
                label: words.channel.change,
                change: () => setChanging(true),
                isArchived: listing.isArchived,
                archive: () => archive(room.doc, listing.id, Date.now()),
                restore: () => restore(room.doc, listing.id),
              }
            : null
        }
        items={
          <MenuItem icon={<Muted />} choose={() => personal.setMuted(listing.id, !isMuted)}>
            {isMuted ? words.channel.unmute : words.channel.mute}
          </MenuItem>
        }
      >
        <button
          type="button"
          className="button-icon"
          aria-label={words.search.open}
          title={words.search.open}
          aria-pressed={tab === 'search'}
          onClick={() => toggle('search')}
        >
          <Search />
        </button>
        <button
          type="button"
          className="button-plain"
          aria-expanded={tab === 'people'}
          aria-controls="details"
          aria-label={who}
          onClick={() => toggle('people')}
        >
          <People />
          <span className="wide-only">{who}</span>
          <span className="narrow-only">{peopleHere}</span>
        </button>
      </PlaceHeader>
      <ChannelDialog
        open={isChanging}
        workspace={workspace}
        channel={listing.channel}
        close={() => setChanging(false)}
      />
    </>
  )
}
