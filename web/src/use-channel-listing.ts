import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { type Channel, ensureChannel } from '../chat/workspace.ts'
import { otherOf } from './people-names.ts'
import type { Workspace } from './workspace.ts'

export interface ChannelListing {
  readonly id: string
  /** Of a direct conversation, the other person's. */
  readonly name: string
  readonly topic: string
  readonly isDirect: boolean
  readonly isArchived: boolean
  /** As the directory has it; null when it has not, as where it cannot be read. */
  readonly channel: Channel | null
}

/** What the directory says of a channel. One that it does not know is put in, where that may be done. */
export function useChannelListing(workspace: Workspace, id: string, person: Author): ChannelListing {
  const { channels, directs, members } = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const direct = directs.find(channel => channel.id === id)
  const channel = channels.find(channel => channel.id === id) ?? null
  const isUnknown = channel === null && direct === undefined

  useEffect(() => {
    if (!isUnknown || id.startsWith('dm.')) return
    const enter = () => {
      if (workspace.room.synced && workspace.mayList) {
        ensureChannel(workspace.room.doc, id, id, workspace.person.id, Date.now())
      }
    }
    enter()
    workspace.room.on('synced', enter)
    return () => workspace.room.off('synced', enter)
  }, [workspace, id, isUnknown])

  return useMemo(
    () => ({
      id,
      name: direct === undefined ? (channel?.name ?? id) : otherOf(direct, members, person.id).name,
      topic: channel?.topic ?? '',
      isDirect: direct !== undefined || id.startsWith('dm.'),
      isArchived: channel !== null && channel.archivedAt !== null,
      channel,
    }),
    [id, direct, channel, members, person.id],
  )
}
