import type { Caller, Door } from '../api/door.ts'
import { HttpRefusal } from '../api/http-refusal.ts'
import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import { matches } from '../room-patterns.ts'
import type { Rooms } from '../rooms.ts'
import type { Store } from '../store/store.ts'
import { Bookmarks, type Place } from './bookmark.ts'
import { SearchLine } from './line.ts'
import { comparePages, inPageOrder, type Listed } from './page-order.ts'
import { type RoomHit, type RoomQuery, searchRoom } from './room-search.ts'
import { Slices } from './slices.ts'
import type { Value } from './value.ts'
import type { Words } from './words.ts'

export interface Hit {
  room: string
  key: string | null
  client: number
  clock: number
  value: Value
}

export interface SearchAnswer {
  hits: Hit[]
  /** For `before`, to go on; null when everything was searched. */
  next: string | null
}

export interface SearchQuery {
  /** Names of rooms, as tokens have them: `chat/harbour/*`. */
  rooms: string
  words: Words
  limit: number
  /** Where an earlier answer ended. */
  before: string | null
}

export interface SearchParts {
  store: Store
  rooms: Rooms
  door: Door
  clock: Clock
  limits: Limits
  log: Logger
}

/** Searches what is on disk, in rooms that somebody may read, a few rooms a request. */
export class Search {
  readonly #parts: SearchParts
  readonly #bookmarks = new Bookmarks()
  readonly #line: SearchLine
  readonly #slices: Slices

  constructor(parts: SearchParts) {
    this.#parts = parts
    this.#line = new SearchLine(parts.limits)
    this.#slices = new Slices(parts.clock)
  }

  /** Throws `HttpRefusal`. Goes no further once `signal` is aborted. */
  async answer(caller: Caller, query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const from = query.before === null ? null : this.#bookmarks.decode(query.before)
    if (from === null && query.before !== null) {
      throw new HttpRefusal('bad-request', 'This search is too old to go on. Begin it anew.')
    }
    const leave = await this.#line.enter(caller.address)
    try {
      return await this.#search(caller, query, from, signal)
    } finally {
      leave()
    }
  }

  async #search(
    caller: Caller,
    { rooms, words, limit }: SearchQuery,
    from: Place | null,
    signal: AbortSignal,
  ): Promise<SearchAnswer> {
    const { clock, limits, door } = this.#parts
    const until = clock.monotonic() + limits.searchMs
    const hits: Hit[] = []
    let read = 0
    let answered = 0
    /** How long rooms were asked about in vain: that has a time of its own, or whatever is answered would tell of them. */
    let inVain = 0
    /** What is done; null while that is nothing: every request has to get on. */
    let place: Place | null = null
    const stop = (at: Place): SearchAnswer => ({ hits, next: this.#bookmarks.encode(at) })
    for (const room of await this.#list(rooms, from)) {
      // Nobody reads this.
      if (signal.aborted) return { hits, next: null }
      const since = clock.monotonic()
      if ((await door.grant(caller, room.name)) === null) {
        inVain += clock.monotonic() - since
        if (inVain >= limits.searchMs) return stop({ rank: room.rank, name: room.name, after: null })
        continue
      }
      if (place !== null && read + room.bytes > limits.searchBytes) return stop(place)
      read += room.bytes
      const after = from !== null && comparePages(from, room) === 0 ? from.after : null
      // One more than there is room for says that there are more.
      const atMost = limit - hits.length + 1
      const query = { words, after, atMost, valueBytes: limits.searchAnswerBytes }
      for (const hit of await this.#searchRoom(room.name, query)) {
        const isFull = hits.length >= limit || answered + hit.bytes > limits.searchAnswerBytes
        if (place !== null && isFull) return stop(place)
        const { key, client, clock, value, depth, bytes } = hit
        hits.push({ room: room.name, key, client, clock, value })
        answered += bytes
        place = { rank: room.rank, name: room.name, after: { depth, client, clock } }
      }
      place = { rank: room.rank, name: room.name, after: null }
      // Whether any room is left is not looked at: it could be one that they may know nothing of.
      if (hits.length >= limit || clock.monotonic() >= until) return stop(place)
    }
    return { hits, next: null }
  }

  /** The rooms still to be searched, in order. */
  async #list(pattern: string, from: Place | null): Promise<Listed[]> {
    const found: { name: string; bytes: number }[] = []
    for await (const { name, bytes } of this.#parts.store.list())
      if (matches(pattern, name)) found.push({ name, bytes })
    const isLeft = (room: Listed): boolean => {
      const order = from === null ? 1 : comparePages(room, from)
      return order > 0 || (order === 0 && from?.after !== null)
    }
    return inPageOrder(found).filter(isLeft)
  }

  async #searchRoom(name: string, query: RoomQuery): Promise<Iterable<RoomHit>> {
    await this.#slices.next()
    const updates = await this.#updatesOf(name)
    try {
      return await this.#slices.run(searchRoom(updates, query))
    } catch (error) {
      // What is on disk was checked, so this is a mistake of ours; the other rooms can be searched all the same.
      this.#parts.log.error({ room: name, err: error }, 'a room cannot be searched')
      return []
    }
  }

  /** What is on disk of a room, in causal order. Only one that is still in an old format is opened for it. */
  async #updatesOf(name: string): Promise<Uint8Array[]> {
    const { snapshot, records, legacy } = await this.#parts.store.load(name)
    if (legacy.length === 0) return [...(snapshot?.parts ?? []), ...records.map(({ update }) => update)]
    const room = await this.#parts.rooms.get(name)
    return [...{ [Symbol.iterator]: () => room.document.answer(new Map()) }]
  }
}
