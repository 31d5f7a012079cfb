import { useEffect, useState, useSyncExternalStore } from 'react'
import { roomPath } from '../chat/room-name.ts'
import { words } from '../words/words.ts'
import { ChannelDialog } from './channel-dialog.tsx'
import type { IdentityStore } from './identity.ts'
import { goInstead } from './route.ts'
import type { Workspace } from './workspace.ts'

interface HomeViewProps {
  workspace: Workspace
  identity: IdentityStore
  /** The address named nothing. */
  isMissing: boolean
}

/** Before a channel is chosen. On a desk it leads on to the last one; on a phone the list of channels is the view. */
export function HomeView({ workspace, identity, isMissing }: HomeViewProps) {
  const listing = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const rooms = useSyncExternalStore(identity.rooms.subscribe, identity.rooms.get)
  const [isCreating, setCreating] = useState(false)
  const last = rooms.at(-1)
  useEffect(() => {
    const isDesk = window.matchMedia('(min-width: 681px)').matches
    if (isDesk && !isMissing && last !== undefined) goInstead(roomPath(last))
  }, [last, isMissing])
  return (
    <main className="place home">
      <div className="home-words">
        <h1>{isMissing ? words.home.missing : words.home.title}</h1>
        <p>{listing.channels.length === 0 ? words.home.first : words.home.choose}</p>
        <button type="button" className="button-main" onClick={() => setCreating(true)}>
          {words.channel.create}
        </button>
      </div>
      <ChannelDialog open={isCreating} workspace={workspace} channel={null} close={() => setCreating(false)} />
    </main>
  )
}
