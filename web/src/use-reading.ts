import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { unreadAmong } from '../chat/read-state.ts'
import { useAttention } from './attention.ts'
import type { Channel } from './channel.ts'
import type { WindowContent } from './page-window.ts'
import type { Workspace } from './workspace.ts'

export interface Reading {
  /** The id of the first message that was not read when the reader came; it stays until they leave. */
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
  const { personal, person } = workspace
  const version = useSyncExternalStore(personal.changed.subscribe, personal.changed.get)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that what is known of reading changed
  useEffect(() => {
    if (firstUnread !== undefined || content.isLoading || !personal.isKnown) return
    const marker = personal.marker(channel.id)
    // What is new may begin on the page before the newest, which is not loaded for somebody who has just come.
    if (marker !== null && channel.log.pages[0]?.page === marker.page + 1) {
      channel.log.loadEarlier()
      return
    }
    const pages = channel.log.pages.map(({ page, get }) => ({ page, shown: get().shown }))
    setFirstUnread(marker === null ? null : (unreadAmong(pages, marker, person.id)[0]?.message.id ?? null))
  }, [firstUnread, content, personal, channel, person.id, version])

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
