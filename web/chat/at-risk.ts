/**
 * Messages that came late. Whoever writes offline writes into the page it knows as the newest; when others have opened a
 * further page meanwhile, they no longer look there. So the author's browser appends a copy to the newest page: the same
 * message with the same id, which readers show once (`mergePages`).
 *
 * The rule:
 * 1. What this browser writes in a page is at risk until that page is closed: until the next one is opened. It keeps a
 *    list of that (`AtRisk`, in localStorage), made longer in the same turn as the writing.
 * 2. Whoever opens a page notes how much of the page before it had seen, and opens only when all that is on the server
 *    (`pageToWrite`). What every opener had seen came in time: it lay in the newest page when it arrived. `settle`.
 * 3. What some opener had not seen came late. When the page, the newest page and the head are synced, the messages
 *    among it that are not deleted and of which no later page has a copy are appended to the newest page, with their edits.
 *    The copy is at risk in its turn. `lateMessages`, `carryForward`.
 * 4. What came late stays on the list until the server has the copies, so a crash at any moment only makes step 3 happen
 *    again, and step 3 finds its copies. What is on the list and not in the page was lost in a crash, and is forgotten.
 *
 * Times play no part: late messages are older than the opening, by clocks that may be wrong. Every browser carries what it
 * wrote itself and nothing else, so two devices of one person do not carry the same message. Two tabs that are not synced
 * with each other may; it is shown once all the same. The tabs of a browser share their documents and one list.
 *
 * Deleting is writing, too: a deletion that comes late meets a copy that was carried before it was known. Who deletes puts
 * the deletion on the list; `carryForward` ends it in all pages (`finishDeletions`).
 */

import * as Y from 'yjs'
import { type Deletion, editsOf, finishDeletions, readDeletions, readEdit } from './annotations.ts'
import { append, type Entry, messagesOf, readElements } from './log.ts'
import { isPage, type Message } from './message.ts'
import { ownValue } from './own-value.ts'
import { newestPage, openings } from './pages.ts'

/** That one Yjs client of this browser wrote in a page, up to before the clock `end`. */
export interface AtRisk {
  readonly page: number
  readonly client: number
  readonly end: number
}

/** A page that is synced. */
export interface SyncedPage {
  readonly doc: Y.Doc
  /** Whether the server has what has this Yjs id. */
  isSaved(id: { readonly client: number; readonly clock: number }): boolean
}

/** So many pages in so many sittings; the oldest are forgotten first. */
const maxRisks = 500

/** The list once this browser has sent or deleted a message in page `page`, whose document is `doc`. */
export function riskAfterSend(risks: readonly AtRisk[], page: number, doc: Y.Doc): readonly AtRisk[] {
  return withRisk(risks, { page, client: doc.clientID, end: Y.getState(doc.store, doc.clientID) })
}

/**
 * What is still at risk by what the head says, which must be synced, with nothing in it that the server has not
 * acknowledged. Pages after one in which something is late are kept: copies that were made already may lie there.
 */
export function settle(risks: readonly AtRisk[], head: Y.Doc): readonly AtRisk[] {
  const newest = newestPage(head)
  const seen = seenIn(head)
  const late = risks.filter(risk => risk.page < newest && risk.end > seen(risk))
  const oldest = Math.min(...late.map(({ page }) => page))
  const kept = risks.filter(risk => risk.page >= newest || risk.page > oldest || late.includes(risk))
  return kept.length === risks.length ? risks : kept
}

/** The pages that must be loaded, beside the newest, to carry forward what came late. Oldest first. */
export function latePages(risks: readonly AtRisk[], head: Y.Doc): readonly number[] {
  const newest = newestPage(head)
  const pages = settle(risks, head).flatMap(({ page }) => (page < newest ? [page] : []))
  return [...new Set(pages)].sort((a, b) => a - b)
}

export interface LateIn {
  readonly head: Y.Doc
  readonly page: Y.Doc
  /** Of the page. */
  readonly number: number
  readonly risks: readonly AtRisk[]
  /** The user's id. */
  readonly self: string
}

/** The messages that this browser wrote in a page and that came late there; those deleted since left out. */
export function lateMessages({ head, page, number, risks, self }: LateIn): readonly Entry[] {
  const seen = seenIn(head)
  const late = risks.filter(risk => risk.page === number).map(risk => ({ ...risk, from: seen(risk) }))
  if (late.length === 0 || number >= newestPage(head)) return []
  const deleted = new Set(ownDeletions(page, self).map(({ messageId }) => messageId))
  return readElements(messagesOf(page)).filter(
    ({ message, client, clock }) =>
      message.author.id === self &&
      !deleted.has(message.id) &&
      late.some(risk => risk.client === client && clock >= risk.from && clock < risk.end),
  )
}

export interface Carrying {
  /** As for `settle`. */
  readonly head: Y.Doc
  /** Page number -> a page that is synced. Those of `latePages` and the newest are needed. */
  readonly pages: ReadonlyMap<number, SyncedPage>
  readonly risks: readonly AtRisk[]
  readonly self: string
}

/**
 * Carries forward what came late, as far as the pages at hand allow, and ends deletions in them. Returns the list as it
 * is then; the caller stores it in the same turn, and calls again when anything of this has changed.
 */
export function carryForward({ head, pages, risks, self }: Carrying): readonly AtRisk[] {
  const number = newestPage(head)
  const newest = pages.get(number)
  let left = settle(risks, head)
  if (newest === undefined) return left
  finishDeletions(
    [...pages.values()].map(({ doc }) => doc),
    self,
  )
  const isEnded = [...pages.values()].every(page => ownDeletions(page.doc, self).every(id => page.isSaved(id)))
  for (const late of latePages(left, head)) {
    const page = pages.get(late)
    // A later page may have copies of what is late here, and must not be settled before it.
    if (page === undefined) break
    left = withoutLost(left, late, page.doc)
    const places = placesOf(lateMessages({ head, page: page.doc, number: late, risks: left, self }), late, pages)
    const missing = places.flatMap(({ message, copy }) => (copy === null ? [message] : []))
    for (const message of missing) appendCopy(message, page.doc, newest.doc)
    if (missing.length > 0) left = riskAfterSend(left, number, newest.doc)
    // A crash may have kept the copies and lost that they are at risk.
    for (const { copy } of places) if (copy !== null) left = withRisk(left, copy)
    const isWritten = left.every(risk => risk.page !== late || page.isSaved({ ...risk, clock: risk.end - 1 }))
    if (!isEnded || !isWritten || !places.every(({ copy }) => copy?.isSaved)) break
    left = left.filter(risk => risk.page !== late)
  }
  return left
}

/** What localStorage has, as a list: what is not readable in it is left out. */
export function readAtRisk(value: unknown): readonly AtRisk[] {
  if (!Array.isArray(value)) return []
  return value.slice(-maxRisks).flatMap(element => {
    const page = ownValue(element, 'page')
    const client = ownValue(element, 'client')
    const end = ownValue(element, 'end')
    if (!isPage(page) || typeof client !== 'number' || typeof end !== 'number') return []
    return [{ page, client, end }]
  })
}

/** How far every opener of the page after it had seen what is at risk: before which clock of its client. */
function seenIn(head: Y.Doc): (risk: AtRisk) => number {
  const found = openings(head)
  return ({ page, client }) => {
    const clocks = found.flatMap(opening => (opening.page === page + 1 ? [opening.seen.get(client) ?? 0] : []))
    return clocks.length === 0 ? 0 : Math.min(...clocks)
  }
}

/** A crash may have lost what was written and kept that it is at risk. */
function withoutLost(risks: readonly AtRisk[], page: number, doc: Y.Doc): readonly AtRisk[] {
  return risks.flatMap(risk => {
    const end = risk.page === page ? Math.min(risk.end, Y.getState(doc.store, risk.client)) : risk.end
    return end === 0 ? [] : end === risk.end ? [risk] : [{ ...risk, end }]
  })
}

function withRisk(risks: readonly AtRisk[], { page, client, end }: AtRisk): readonly AtRisk[] {
  const known = risks.find(risk => risk.page === page && risk.client === client)
  if (known !== undefined && known.end >= end) return risks
  return [...risks.filter(risk => risk !== known), { page, client, end }].slice(-maxRisks)
}

/** A late message and its newest copy in a later page. */
interface Place {
  readonly message: Message
  readonly copy: (AtRisk & { readonly isSaved: boolean }) | null
}

function placesOf(entries: readonly Entry[], late: number, pages: ReadonlyMap<number, SyncedPage>): readonly Place[] {
  if (entries.length === 0) return []
  const copies = new Map<string, AtRisk & { readonly isSaved: boolean }>()
  for (const [page, synced] of [...pages].sort(([a], [b]) => a - b)) {
    if (page <= late) continue
    for (const { message, client, clock } of readElements(messagesOf(synced.doc))) {
      copies.set(message.id, { page, client, end: clock + 1, isSaved: synced.isSaved({ client, clock }) })
    }
  }
  return entries.map(({ message }) => ({ message, copy: copies.get(message.id) ?? null }))
}

function appendCopy(message: Message, from: Y.Doc, to: Y.Doc): void {
  to.transact(() => {
    append(to, message)
    const edits = editsOf(from)
    for (const key of edits.keys()) {
      const edit = readEdit(edits, key)
      if (edit?.messageId === message.id && edit.by === message.author.id) editsOf(to).set(key, edits.get(key))
    }
  })
}

function ownDeletions(doc: Y.Doc, self: string): readonly Deletion[] {
  return readDeletions(doc).filter(({ author }) => author.id === self)
}
