/**
 * Brings to the newest page of a channel what was written here into an earlier one without a connection, so that nobody
 * misses it: `chat/at-risk.ts` has the rule. Works for channels that are not open, too, also after a reload.
 */

import { type AtRisk, carryForward, latePages, readAtRisk, riskAfterSend, settle } from '../chat/at-risk.ts'
import { documentName } from '../chat/room-name.ts'
import type { ChannelTail } from './channel-tail.ts'
import { eachChange } from './each-doc.ts'
import type { FollowedPage } from './followed-page.ts'
import type { KeyValue } from './identity.ts'
import type { Lease, Pool } from './pool.ts'

export interface CarrierParts {
  storage: KeyValue
  pages: Pool<FollowedPage>
  tail(channel: string): Lease<ChannelTail>
  self: string
}

const key = 'y-harbor.at-risk'

export class Carrier {
  readonly #parts: CarrierParts
  readonly #risks = new Map<string, readonly AtRisk[]>()
  readonly #carrying = new Map<string, Carrying>()

  constructor(parts: CarrierParts) {
    this.#parts = parts
    for (const [channel, risks] of readAll(parts.storage.getItem(key))) {
      this.#risks.set(channel, risks)
      this.#carry(channel)
    }
  }

  /** Something was sent or deleted in a page; to be said in the same turn. */
  wrote(channel: string, { page, room }: FollowedPage): void {
    this.#keep(channel, riskAfterSend(this.#risks.get(channel) ?? [], page, room.doc))
    this.#carry(channel)
  }

  close(): void {
    for (const carrying of this.#carrying.values()) carrying.close()
    this.#carrying.clear()
  }

  #carry(channel: string): void {
    if (this.#carrying.has(channel)) return
    const carrying = new Carrying(channel, this.#parts, {
      risks: () => this.#risks.get(channel) ?? [],
      keep: risks => this.#keep(channel, risks),
    })
    this.#carrying.set(channel, carrying)
  }

  #keep(channel: string, risks: readonly AtRisk[]): void {
    const before = this.#risks.get(channel) ?? []
    if (risks === before || (risks.length === 0 && before.length === 0)) return
    // Other windows keep theirs in the same place: of what is there, only what this one knew of changes.
    const stored = readAll(this.#parts.storage.getItem(key))
    const others = (stored.get(channel) ?? []).filter(other => ![...before, ...risks].some(own => isSame(own, other)))
    const all = [...others, ...risks]
    if (all.length === 0) stored.delete(channel)
    else stored.set(channel, all)
    if (risks.length === 0) this.#risks.delete(channel)
    else this.#risks.set(channel, risks)
    this.#parts.storage.setItem(key, JSON.stringify(Object.fromEntries(stored)))
  }
}

interface Risks {
  risks(): readonly AtRisk[]
  keep(risks: readonly AtRisk[]): void
}

/** The work in one channel. */
class Carrying {
  readonly #channel: string
  readonly #parts: CarrierParts
  readonly #risks: Risks
  readonly #tail: Lease<ChannelTail>
  readonly #late = new Map<number, { lease: Lease<FollowedPage>; stop: () => void }>()
  readonly #stops: (() => void)[]
  /** The newest page, while something is to be carried to it: it may arrive last, and it says when the copies are saved. */
  #newest: { readonly page: FollowedPage; readonly stop: () => void } | null = null
  #isPlanned = false
  #isClosed = false

  constructor(channel: string, parts: CarrierParts, risks: Risks) {
    this.#channel = channel
    this.#parts = parts
    this.#risks = risks
    this.#tail = parts.tail(channel)
    const { head, page } = this.#tail.value
    this.#stops = [eachChange(head, this.#plan), page.subscribe(this.#plan), watch(head, this.#plan)]
    this.#plan()
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#watchNewest(null)
    for (const { lease, stop } of this.#late.values()) {
      stop()
      lease.release()
    }
    this.#tail.release()
  }

  /** Once for all that happens in a turn. */
  readonly #plan = () => {
    if (this.#isPlanned || this.#isClosed) return
    this.#isPlanned = true
    queueMicrotask(() => {
      this.#isPlanned = false
      if (!this.#isClosed) this.#carry()
    })
  }

  #carry(): void {
    const { head } = this.#tail.value
    const newest = this.#tail.value.page.get()
    if (newest === null || !head.synced || head.status.pending > 0) return
    const risks = settle(this.#risks.risks(), head.doc)
    this.#look(latePages(risks, head.doc))
    this.#watchNewest(this.#late.size === 0 ? null : newest)
    const pages = [newest, ...[...this.#late.values()].map(({ lease }) => lease.value)]
    if (this.#late.size === 0) {
      this.#risks.keep(risks)
      return
    }
    const synced = pages.filter(({ room }) => room.synced)
    this.#risks.keep(
      carryForward({
        head: head.doc,
        pages: new Map(
          synced.map(({ page, room }) => [page, { doc: room.doc, isSaved: id => room.fateOf(id) === 'saved' }]),
        ),
        risks,
        self: this.#parts.self,
      }),
    )
  }

  #watchNewest(page: FollowedPage | null): void {
    if (this.#newest?.page === page) return
    this.#newest?.stop()
    this.#newest = page === null ? null : { page, stop: watch(page.room, this.#plan) }
  }

  /** Opens the pages in which something may be late, and the ends with them in which nothing is any more. */
  #look(numbers: readonly number[]): void {
    for (const [page, { lease, stop }] of this.#late) {
      if (numbers.includes(page)) continue
      stop()
      lease.release()
      this.#late.delete(page)
    }
    for (const page of numbers) {
      if (this.#late.has(page)) continue
      const lease = this.#parts.pages.use(documentName(this.#channel, page))
      this.#late.set(page, { lease, stop: watch(lease.value.room, this.#plan) })
    }
  }
}

function isSame(a: AtRisk, b: AtRisk): boolean {
  return a.page === b.page && a.client === b.client
}

function watch(room: FollowedPage['room'], changed: () => void): () => void {
  room.on('synced', changed)
  room.on('status', changed)
  return () => {
    room.off('synced', changed)
    room.off('status', changed)
  }
}

function readAll(stored: string | null): Map<string, readonly AtRisk[]> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}')
    if (typeof value !== 'object' || value === null) return new Map()
    return new Map(Object.entries(value).map(([channel, risks]) => [channel, readAtRisk(risks)]))
  } catch {
    return new Map()
  }
}
