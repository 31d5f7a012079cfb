/**
 * What a person has read, in the person's own document. It is said by Yjs ids and not by times: what was written offline
 * arrives late with an old time, and is unread all the same.
 *
 * `read` has a key `[channel, page, client, device]` -> clock: of what Yjs client `client` wrote in `page`, everything
 * before that clock was seen. Pages before the newest page marked are read, later ones are not. A device, which is one Yjs
 * client of this document, writes its own keys only and counts up only; readers take the most of all devices. So no device
 * overwrites another that got further. Keys are dropped only in the transaction that writes something greater: what was
 * greatest is never dropped, whoever else drops at the same time.
 */

import type * as Y from 'yjs'
import { decodeKey, encodeKey } from './key.ts'
import { isPage } from './message.ts'
import type { Shown } from './shown.ts'

export interface Marker {
  readonly page: number
  /** Yjs client -> the clock before which everything it wrote in the page was seen. */
  readonly seen: ReadonlyMap<number, number>
}

export interface PageShown {
  readonly page: number
  readonly shown: readonly Shown[]
}

interface Mark {
  readonly key: string
  readonly channel: string
  readonly page: number
  readonly client: number
  readonly device: number
  readonly clock: number
}

export function readMarksOf(userDoc: Y.Doc): Y.Map<unknown> {
  return userDoc.getMap('read')
}

export function mutedOf(userDoc: Y.Doc): Y.Map<unknown> {
  return userDoc.getMap('muted')
}

/** How far a channel was read; null when never. */
export function readMarker(userDoc: Y.Doc, channel: string): Marker | null {
  return readMarkers(userDoc).get(channel) ?? null
}

/** Channel -> how far it was read. */
export function readMarkers(userDoc: Y.Doc): ReadonlyMap<string, Marker> {
  const found = new Map<string, { page: number; seen: Map<number, number> }>()
  for (const { channel, page, client, clock } of marks(userDoc)) {
    const known = found.get(channel)
    if (known === undefined || known.page < page) found.set(channel, { page, seen: new Map([[client, clock]]) })
    else if (known.page === page) known.seen.set(client, Math.max(clock, known.seen.get(client) ?? 0))
  }
  return found
}

/** What a person has not read: by others, not deleted, each message once. Without a marker nothing was ever read. */
export function unreadAmong(pages: readonly PageShown[], marker: Marker | null, self: string): readonly Shown[] {
  const unread = new Map<string, Shown>()
  for (const { page, shown } of pages) {
    if (marker !== null && page < marker.page) continue
    for (const one of shown) {
      if (one.isDeleted || one.message.author.id === self) continue
      const isSeen = marker !== null && page === marker.page && one.clock < (marker.seen.get(one.client) ?? 0)
      if (!isSeen && !unread.has(one.message.id)) unread.set(one.message.id, one)
    }
  }
  return [...unread.values()]
}

export function mentionsOf(unread: readonly Shown[], self: string): readonly Shown[] {
  return unread.filter(({ mentions }) => mentions.some(({ id }) => id === self))
}

/**
 * Marks the first `count` of `shown`, the whole log of page `page`, as read, and the pages before it. Never takes back
 * what any device has marked. What follows stays unread also where its clock is lower than that of something seen.
 */
export function markRead(
  userDoc: Y.Doc,
  channel: string,
  page: number,
  shown: readonly Shown[],
  count: number = shown.length,
): void {
  const known = marks(userDoc).filter(mark => mark.channel === channel)
  const newest = Math.max(-1, ...known.map(mark => mark.page))
  if (page < newest) return
  const device = userDoc.clientID
  const before = readMarker(userDoc, channel)
  const fresh = [...seenAmong(shown, count)].filter(
    ([client, clock]) => page > newest || clock > (before?.seen.get(client) ?? 0),
  )
  // That a page was reached is said by a client that nobody is.
  if (page > newest && fresh.length === 0) fresh.push([0, 0])
  if (fresh.length === 0) return
  userDoc.transact(() => {
    const map = readMarksOf(userDoc)
    for (const [client, clock] of fresh) map.set(encodeKey(channel, page, client, device), clock)
    const written = new Map(fresh)
    for (const mark of known) {
      const isLess = mark.page < page || mark.clock < (written.get(mark.client) ?? 0)
      if (isLess && (mark.page !== page || mark.device !== device)) map.delete(mark.key)
    }
  })
}

export function isMuted(userDoc: Y.Doc, channel: string): boolean {
  return mutedOf(userDoc).get(channel) === true
}

export function setMuted(userDoc: Y.Doc, channel: string, muted: boolean): void {
  if (isMuted(userDoc, channel) === muted) return
  if (muted) mutedOf(userDoc).set(channel, true)
  else mutedOf(userDoc).delete(channel)
}

/** Client -> the clock before which all of its messages are among the first `count`. */
function seenAmong(shown: readonly Shown[], count: number): ReadonlyMap<number, number> {
  const unseen = new Map<number, number>()
  for (const { client, clock, isDeleted } of shown.slice(count)) {
    if (!isDeleted) unseen.set(client, Math.min(clock, unseen.get(client) ?? clock))
  }
  const seen = new Map<number, number>()
  for (const { client, clock, isDeleted } of shown.slice(0, count)) {
    if (isDeleted || clock >= (unseen.get(client) ?? Number.POSITIVE_INFINITY)) continue
    seen.set(client, Math.max(clock + 1, seen.get(client) ?? 0))
  }
  return seen
}

function marks(userDoc: Y.Doc): readonly Mark[] {
  const map = readMarksOf(userDoc)
  return [...map.keys()].flatMap(key => {
    const [channel, page, client, device] = decodeKey(key, 4) ?? []
    const clock = map.get(key)
    if (typeof channel !== 'string' || !isPage(page) || !isClock(client) || !isClock(device) || !isClock(clock))
      return []
    return [{ key, channel, page, client, device, clock }]
  })
}

function isClock(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
