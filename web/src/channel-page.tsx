import { useEffect } from 'react'
import type { Author } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { ChannelView } from './channel-view.tsx'
import type { Device } from './device.ts'
import type { IdentityStore } from './identity.ts'
import type { Outbox } from './outbox.ts'
import { useChannelListing } from './use-channel-listing.ts'
import { useOpened } from './use-opened.ts'
import type { Workspace } from './workspace.ts'

interface ChannelPageProps {
  id: string
  workspace: Workspace
  outbox: Outbox
  person: Author
  identity: IdentityStore
  device: Device
}

/** A channel by its address. It is in the directory from now on, if it was not. */
export function ChannelPage({ id, workspace, outbox, person, identity, device }: ChannelPageProps) {
  const channel = useOpened(() => {
    const opened = workspace.openChannel(id)
    return { value: opened, close: () => opened.close() }
  }, id)
  const listing = useChannelListing(workspace, id, person)

  useEffect(() => identity.opened(id), [identity, id])
  useEffect(() => channel?.setPerson(person), [channel, person])
  useEffect(() => {
    document.title = `${listing.name} · ${words.product}`
    return () => {
      document.title = words.product
    }
  }, [listing.name])

  if (channel === null) return <main className="place" />
  return (
    <ChannelView
      channel={channel}
      listing={listing}
      workspace={workspace}
      outbox={outbox}
      person={person}
      identity={identity}
      device={device}
    />
  )
}
