/** Notifications of the desktop: for what names the reader and what was written to them, when they look elsewhere. */

import { useEffect, useRef } from 'react'
import { roomPath } from '../chat/room-name.ts'
import { words } from '../words/words.ts'
import { hasAttention, isLookedAt, useLooking } from './attention.ts'
import type { IdentityStore, KeyValue } from './identity.ts'
import { go } from './route.ts'
import type { Arrival, Watch } from './watch.ts'
import type { Workspace } from './workspace.ts'

const key = 'y-harbor.notifications'

export type NotificationSetting = 'on' | 'off' | 'blocked' | 'impossible'

export function notificationSetting(storage: KeyValue): NotificationSetting {
  if (typeof Notification === 'undefined') return 'impossible'
  if (Notification.permission === 'denied') return 'blocked'
  return storage.getItem(key) === 'on' && Notification.permission === 'granted' ? 'on' : 'off'
}

/** Asks the browser where that is needed. Resolves with what it came to. */
export async function setNotifications(storage: KeyValue, on: boolean): Promise<NotificationSetting> {
  if (!on) storage.removeItem(key)
  else if (typeof Notification !== 'undefined' && (await Notification.requestPermission()) === 'granted') {
    storage.setItem(key, 'on')
  }
  return notificationSetting(storage)
}

interface NotificationParts {
  watch: Watch
  workspace: Workspace
  identity: IdentityStore
  /** The channel that is open. */
  current: string | null
}

export function useNotifications(parts: NotificationParts): void {
  const latest = useRef(parts)
  useEffect(() => {
    latest.current = parts
  })
  const { watch, workspace, current } = parts
  useLooking(workspace.person.id, current)
  useEffect(() => watch.onArrival(arrival => void notify(arrival, latest.current)), [watch])
}

async function notify({ channel, shown }: Arrival, parts: NotificationParts): Promise<void> {
  const { workspace, identity, current } = parts
  if (workspace.personal.isMuted(channel) || (channel === current && hasAttention())) return
  const listing = workspace.directory.get()
  const isDirect = listing.directs.some(({ id }) => id === channel)
  const isNamed = shown.mentions.some(({ id }) => id === workspace.person.id)
  // The setting comes last: the page waits for another process to say what the browser allows.
  if ((!isDirect && !isNamed) || notificationSetting(identity.storage) !== 'on') return
  const self = workspace.person.id
  // Whoever comes back to this device may have read it on another.
  if (!(await workspace.personal.isUnread(channel, shown, self)) || (await isLookedAt(self, channel))) return
  const author = shown.message.author.name || words.log.nameless
  const name = listing.channels.find(({ id }) => id === channel)?.name ?? channel
  try {
    const notification = new Notification(isDirect ? author : words.notification.inChannel(author, name), {
      body: shown.text.slice(0, 200),
      // Two windows of one browser show one.
      tag: shown.message.id,
    })
    notification.onclick = () => {
      window.focus()
      go(roomPath(channel))
      notification.close()
    }
  } catch {
    // Browsers of phones want them from a service worker only.
  }
}
