import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { readRoomName, roomPath } from '../chat/room-name.ts'
import { useAttention } from './attention.ts'
import { ChannelPage } from './channel-page.tsx'
import type { Device } from './device.ts'
import { HomeView } from './home-view.tsx'
import type { IdentityStore } from './identity.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { useNotifications } from './notifications.ts'
import type { Outbox } from './outbox.ts'
import { go, routeOf, usePath } from './route.ts'
import { SettingsDialog } from './settings-dialog.tsx'
import { useShortcuts } from './shortcuts.ts'
import { type Over, Sidebar } from './sidebar.tsx'
import { titleWith } from './title.ts'
import type { Watch } from './watch.ts'
import type { Workspace } from './workspace.ts'

const QuickSwitcher = lazy(() => import('./quick-switcher.tsx'))
const DocumentPage = lazy(() => import('./document-page.tsx'))

interface ShellProps {
  workspace: Workspace
  watch: Watch
  outbox: Outbox
  person: Author
  identity: IdentityStore
  device: Device
}

/** The frame of the page: where one can go, at the left; where one is; and what lies over both for a moment. */
export function Shell({ workspace, watch, outbox, person, identity, device }: ShellProps) {
  const route = routeOf(usePath())
  const [over, setOver] = useState<Over>(null)
  const unread = useSyncExternalStore(watch.unread.subscribe, watch.unread.get)
  const room = route.view === 'channel' ? readRoomName(route.typed) : null
  const channel = room?.ok ? room.name : null
  const close = () => setOver(null)

  useShortcuts({
    switcher: () => setOver('switcher'),
    keys: () => setOver('keys'),
    unread: () => {
      const next = [...unread.keys()].find(id => id !== channel)
      if (next !== undefined) go(roomPath(next))
    },
  })
  useNotifications({ watch, workspace, identity, current: channel })

  // What comes to where one looks is before one's eyes.
  const looked = useAttention() ? channel : null
  const count = [...unread].reduce(
    (sum, [id, { count }]) => (workspace.personal.isMuted(id) || id === looked ? sum : sum + count),
    0,
  )
  useEffect(() => {
    document.title = titleWith(document.title, count)
  })

  return (
    <div className="shell" data-view={route.view}>
      <Sidebar
        workspace={workspace}
        watch={watch}
        person={person}
        identity={identity}
        route={route}
        looked={looked}
        show={setOver}
        device={device}
      />
      <Suspense fallback={<main className="place" aria-busy="true" />}>
        {channel !== null && (
          <ChannelPage
            key={channel}
            id={channel}
            workspace={workspace}
            outbox={outbox}
            person={person}
            identity={identity}
            device={device}
          />
        )}
        {route.view === 'document' && (
          <DocumentPage
            key={route.id}
            kind={route.kind}
            id={route.id}
            workspace={workspace}
            person={person}
            device={device}
          />
        )}
        {(route.view === 'home' || route.view === 'nothing') && (
          <HomeView workspace={workspace} identity={identity} isMissing={route.view === 'nothing'} />
        )}
      </Suspense>
      <Suspense>
        {over === 'switcher' && <QuickSwitcher workspace={workspace} watch={watch} person={person} close={close} />}
      </Suspense>
      <SettingsDialog open={over === 'settings'} person={person} identity={identity} close={close} />
      <KeysDialog open={over === 'keys'} close={close} />
    </div>
  )
}
