import { useState, useSyncExternalStore } from 'react'
import { roomPath } from '../chat/room-name.ts'
import { archive, restore } from '../chat/workspace.ts'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { words } from '../words/words.ts'
import { ChannelDialog } from './channel-dialog.tsx'
import { copyText } from './copy.ts'
import type { DetailsTab } from './details.tsx'
import { ArrowBack, Box, Copy, More, Muted, Pencil, People, Search } from './icons.tsx'
import { Link } from './link.tsx'
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
  const mayChange = listing.channel !== null && !listing.isDirect && workspace.mayList
  return (
    <header className="place-header">
      <Link href="/" className="place-back" aria-label={words.rooms.title}>
        <ArrowBack />
      </Link>
      <div className="place-title">
        <h1 dir="auto">{listing.name}</h1>
        {listing.topic !== '' && (
          <p className="place-topic" dir="auto" title={listing.topic}>
            {listing.topic}
          </p>
        )}
      </div>
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
        onClick={() => toggle('people')}
      >
        <People />
        {peopleHere === null ? words.people.toggleUnknown : words.people.toggle(peopleHere)}
      </button>
      <Menu
        trigger={
          <button type="button" className="button-icon" aria-label={words.channel.more} title={words.channel.more}>
            <More />
          </button>
        }
      >
        {mayChange && (
          <MenuItem icon={<Pencil />} choose={() => setChanging(true)}>
            {words.channel.change}
          </MenuItem>
        )}
        <MenuItem icon={<Muted />} choose={() => personal.setMuted(listing.id, !isMuted)}>
          {isMuted ? words.channel.unmute : words.channel.mute}
        </MenuItem>
        <MenuItem
          icon={<Copy />}
          choose={() => void copyText(new URL(roomPath(listing.id), window.location.href).href)}
        >
          {words.channel.copyLink}
        </MenuItem>
        {mayChange && (
          <>
            <MenuLine />
            <MenuItem
              icon={<Box />}
              choose={() =>
                listing.isArchived ? restore(room.doc, listing.id) : archive(room.doc, listing.id, Date.now())
              }
            >
              {listing.isArchived ? words.channel.restore : words.channel.archive}
            </MenuItem>
          </>
        )}
      </Menu>
      <ChannelDialog
        open={isChanging}
        workspace={workspace}
        channel={listing.channel}
        close={() => setChanging(false)}
      />
    </header>
  )
}
