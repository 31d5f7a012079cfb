/**
 * The head of a channel: which pages it has. A page is opened by whoever finds the newest one full. Several may do so at
 * once: they choose the same number, each leaves its own entry, and so nobody's is lost.
 */

import * as Y from 'yjs'
import { decodeKey, encodeKey } from './key.ts'
import { isPage, isTime } from './message.ts'
import { ownValue } from './own-value.ts'

/** Messages in a page, about: who is offline goes on writing in the one it knows. */
export const pageSize = 500
/** A page that two thousand writers wrote in; a larger entry is read as one that had seen nothing. */
const maxSeenBytes = 16_384

/** That somebody opened a page. */
export interface Opening {
  readonly page: number
  readonly at: number
  /** How much of the page before had reached its opener: Yjs client -> clock. */
  readonly seen: ReadonlyMap<number, number>
}

export function pagesOf(head: Y.Doc): Y.Map<unknown> {
  return head.getMap('pages')
}

/** The page in which is written now. */
export function newestPage(head: Y.Doc): number {
  return openings(head).reduce((newest, { page }) => Math.max(newest, page), 0)
}

/** When a page was first opened; null for the first one, and for those that are not there. */
export function openedAt(head: Y.Doc, page: number): number | null {
  const times = openings(head).flatMap(opening => (opening.page === page ? [opening.at] : []))
  return times.length === 0 ? null : Math.min(...times)
}

/** Every page's entries. */
export function openings(head: Y.Doc): readonly Opening[] {
  const pages = pagesOf(head)
  return [...pages.keys()].flatMap(key => readOpening(key, pages.get(key)) ?? [])
}

/**
 * Where the next message goes. `isSettled` says that head and newest page are synced and the server has acknowledged all
 * that was written in them here: only then may a page be opened, since what its opener had seen of the one before counts
 * as what everybody could see (`at-risk.ts`).
 */
export function pageToWrite(
  head: Y.Doc,
  newestPageCount: number,
  isSettled: boolean,
): { readonly page: number; readonly opens: boolean } {
  const newest = newestPage(head)
  const opens = isSettled && newestPageCount >= pageSize
  return { page: opens ? newest + 1 : newest, opens }
}

/** Opens a page; `before` is the document of the page before it. */
export function openPage(head: Y.Doc, page: number, at: number, before: Y.Doc): void {
  const seen = Y.encodeStateVector(before)
  pagesOf(head).set(encodeKey(page, head.clientID), { at, seen })
}

function readOpening(key: string, value: unknown): Opening | null {
  const [page, client] = decodeKey(key, 2) ?? []
  const at = ownValue(value, 'at')
  if (!isPage(page) || page === 0 || typeof client !== 'number' || !isTime(at)) return null
  return { page, at, seen: readSeen(ownValue(value, 'seen')) }
}

function readSeen(value: unknown): ReadonlyMap<number, number> {
  if (!(value instanceof Uint8Array) || value.length > maxSeenBytes) return new Map()
  try {
    return Y.decodeStateVector(value)
  } catch {
    return new Map()
  }
}
