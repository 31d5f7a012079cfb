import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { unreadAmong } from '../chat/read-state.ts'
import { useAttention } from './attention.ts'
import type { Channel } from './channel.ts'
import type { WindowContent } from './page-window.ts'
import type { Workspace } from './workspace.ts'

export interface Reading {
  /** The id of the first message that was not read when the reader came, or came back to the window; it stays until they leave. */
  readonly firstUnread: string | null
  reachedEnd(isAtEnd: boolean): void
}

/** How long the end has to be in view before it counts as read. */
const glanceMs = 600

/** Knows what is new to the reader, and marks as read what they had before their eyes: at the end, in a window that is used. */
export function useReading(channel: Channel, workspace: Workspace, content: WindowContent): Reading {
  const [firstUnread, setFirstUnread] = useState<string | null | undefined>(undefined)
  const [isAtEnd, setAtEnd] = useState(true)
  const isLooking = useAttention()
  const { personal } = workspace
  const version = useSyncExternalStore(personal.changed.subscribe, personal.changed.get)
  const isAsking = useIsAsking(channel)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that what is known of reading changed
  useEffect(() => {
    // What this browser kept was read; what is new is on its way.
    if (firstUnread !== undefined || content.isLoading || isAsking || !personal.isKnown) return
    const marker = personal.marker(channel.id)
    // What is new may begin on the page before the newest, which is not loaded for somebody who has just come.
    if (marker !== null && channel.log.pages[0]?.page === marker.page + 1) {
      channel.log.loadEarlier()
      return
    }
    setFirstUnread(firstUnreadOf(channel, workspace))
  }, [firstUnread, content, isAsking, personal, channel, workspace, version])

  const wasAway = useRef(false)
  useEffect(() => {
    if (isLooking && wasAway.current)
      setFirstUnread(before => (before === undefined ? before : (firstUnreadOf(channel, workspace) ?? before)))
    wasAway.current = !isLooking
  }, [isLooking, channel, workspace])

  const isReading = isLooking && isAtEnd && firstUnread !== undefined && !content.hasLater && !content.isLoading
  useEffect(() => {
    const newest = channel.tail.page.get()
    if (!isReading || newest === null || content.shown.length === 0) return
    const timer = setTimeout(() => personal.markRead(channel.id, newest.page, newest.get().shown), glanceMs)
    return () => clearTimeout(timer)
  }, [isReading, content.shown, channel, personal])

  const reachedEnd = useCallback((there: boolean) => setAtEnd(there), [])
  return { firstUnread: firstUnread ?? null, reachedEnd }
}

/** Among what is loaded. Null when all of it was read, or when the reader was never here. */
function firstUnreadOf(channel: Channel, { personal, person }: Workspace): string | null {
  const marker = personal.marker(channel.id)
  const pages = channel.log.pages.map(({ page, get }) => ({ page, shown: get().shown }))
  return marker === null ? null : (unreadAmong(pages, marker, person.id)[0]?.message.id ?? null)
}

/** Whether the server may say any moment what is new on the newest page. */
function useIsAsking({ tail }: Channel): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      let leave: () => void = () => undefined
      const follow = () => {
        leave()
        const room = tail.page.get()?.room
        room?.on('status', listener)
        room?.on('synced', listener)
        leave = () => {
          room?.off('status', listener)
          room?.off('synced', listener)
        }
      }
      const turned = () => {
        follow()
        listener()
      }
      const stop = tail.page.subscribe(turned)
      follow()
      return () => {
        stop()
        leave()
      }
    },
    [tail],
  )
  return useSyncExternalStore(subscribe, () => {
    const room = tail.page.get()?.room
    return room === undefined || (!room.synced && (room.status.kind === 'connecting' || room.status.kind === 'syncing'))
  })
}
