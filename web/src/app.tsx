import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Harbor } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'
import { readRoomName } from '../chat/room-name.ts'
import type { Device } from './device.ts'
import type { IdentityStore } from './identity.ts'
import { Outbox } from './outbox.ts'
import { routeOf, usePath } from './route.ts'
import { Shell } from './shell.tsx'
import { StartView } from './start-view.tsx'
import { useOpened } from './use-opened.ts'
import { Watch } from './watch.ts'
import { Workspace } from './workspace.ts'

/** Chooses the view: the workspace when it is known who is there, otherwise the way in. */
export function App({ identity, harbor, device }: { identity: IdentityStore; harbor: Harbor; device: Device }) {
  const path = usePath()
  const route = useMemo(() => routeOf(path), [path])
  const person = useSyncExternalStore(identity.person.subscribe, identity.person.get)
  const room = route.view === 'channel' ? readRoomName(route.typed) : null
  if (room !== null && !room.ok) return <StartView identity={identity} fault={room.why} />
  if (person === null) {
    const where = room === null ? { isOnTheWay: route.view === 'document' } : { room: room.name }
    return <StartView identity={identity} {...where} />
  }
  return <OpenWorkspace key={person.id} person={person} identity={identity} harbor={harbor} device={device} />
}

interface OpenWorkspaceProps {
  person: Author
  identity: IdentityStore
  harbor: Harbor
  device: Device
}

function OpenWorkspace({ person, identity, harbor, device }: OpenWorkspaceProps) {
  const opened = useOpened(() => {
    const renamed = (name: string) => void identity.rename(name)
    const workspace = new Workspace({ harbor, person, storage: identity.storage, renamed })
    const watch = new Watch(workspace)
    const outbox = new Outbox({ workspace, uploads: device.uploads, tab: device.tab, drafts: identity.storage })
    return {
      value: { workspace, watch, outbox },
      close() {
        outbox.close()
        watch.close()
        workspace.close()
      },
    }
  }, person.id)
  useEffect(() => opened?.workspace.setPerson(person), [opened, person])
  if (opened === null) return null
  return <Shell {...opened} person={person} identity={identity} device={device} />
}
