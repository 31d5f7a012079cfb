import type { Database, Entry, View } from './database.ts'
import { decodeHead, type Head, newer } from './head.ts'
import { areaRange, catalogueKey, headKey, only, pieceRange, recordRange, roomOf } from './keys.ts'
import { unseal } from './seal.ts'
import type { Damage } from './store.ts'
import { damage, readable } from './unreadable.ts'

/** What the two copies of a head say together. `lost`: there was one, and no copy of it can be trusted. */
export type HeadState =
  | { kind: 'absent' }
  | { kind: 'found'; head: Head }
  | { kind: 'lost'; code: Extract<Damage['code'], 'head-missing' | 'head-damaged'> }

type Copy = Head | 'absent' | 'damaged'

const ABSENT: HeadState = { kind: 'absent' }

/** A room's head, or what is known of its loss. Records without any head are a loss as well. */
export async function readHead(database: Database, room: string, view?: View): Promise<HeadState> {
  const copies = await Promise.all([
    readCopy(database, headKey(room), view),
    readCopy(database, catalogueKey(room), view),
  ])
  const state = judge(...copies)
  if (state.kind !== 'absent') return state
  for (const range of [recordRange(room, 0), pieceRange(room)]) {
    const { entries, error } = await readable(database.entries(range, { view, limit: 1, values: false }))
    if (entries.length > 0 || error !== null) return { kind: 'lost', code: 'head-missing' }
  }
  return state
}

async function readCopy(database: Database, key: Buffer, view?: View): Promise<Copy> {
  const { entries, error } = await readable(database.entries(only(key), { view }))
  const [entry] = entries
  if (entry === undefined) return error === null ? 'absent' : 'damaged'
  return decodeCopy(entry)
}

function decodeCopy([key, value]: Entry): Copy {
  const payload = unseal(key, value)
  return payload === null ? 'damaged' : decodeHead(payload)
}

function judge(main: Copy, copy: Copy): HeadState {
  const head = newer(typeof main === 'string' ? null : main, typeof copy === 'string' ? null : copy)
  if (head !== null) return { kind: 'found', head }
  if (main === 'absent' && copy === 'absent') return ABSENT
  return { kind: 'lost', code: main === 'absent' ? 'head-missing' : 'head-damaged' }
}

/** A room in the census. `agree` is false when only one of the copies is good. */
export interface Counted {
  room: string
  state: HeadState
  agree: boolean
}

/** Every room that has a head or a copy of one, in the order of keys. Throws when neither area can be read in full. */
export async function* census(database: Database, view?: View): AsyncGenerator<Counted> {
  const mains = new Side(database.chunks(areaRange('head'), { view }))
  const copies = new Side(database.chunks(areaRange('catalogue'), { view }))
  try {
    await mains.read()
    await copies.read()
    while (mains.entry !== null || copies.entry !== null) {
      const order = compare(mains.entry, copies.entry)
      const main = order <= 0 ? mains.entry : null
      const copy = order >= 0 ? copies.entry : null
      const key = (main ?? copy)?.[0]
      const room = key === undefined ? null : roomOf(key)
      if (room !== null) {
        const found = [
          main === null ? 'absent' : decodeCopy(main),
          copy === null ? 'absent' : decodeCopy(copy),
        ] as const
        const agree = main !== null && copy !== null && main[1].subarray(4).equals(copy[1].subarray(4))
        yield {
          room,
          state: judge(...found),
          agree: agree && typeof found[0] !== 'string' && typeof found[1] !== 'string',
        }
      }
      if (main !== null && !mains.advance()) await mains.read()
      if (copy !== null && !copies.advance()) await copies.read()
    }
    // Every room stands in both areas: one that can be read to its end is enough.
    if (mains.error !== null && copies.error !== null) throw mains.error
  } finally {
    await mains.close()
    await copies.close()
  }
}

/** One area, entry by entry. */
class Side {
  entry: Entry | null = null
  error: Error | null = null
  readonly #chunks: AsyncIterator<Entry[]>
  #chunk: Entry[] = []
  #at = 0

  constructor(chunks: AsyncIterable<Entry[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** On to the next entry, without waiting; `false` when it has to be read first. */
  advance(): boolean {
    this.#at++
    if (this.#at >= this.#chunk.length) return false
    this.entry = this.#chunk[this.#at]
    return true
  }

  async read(): Promise<void> {
    this.entry = null
    try {
      const next = await this.#chunks.next()
      this.#chunk = next.done === true ? [] : next.value
    } catch (error) {
      this.error = damage(error)
      this.#chunk = []
    }
    this.#at = 0
    this.entry = this.#chunk[0] ?? null
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

/** By the room's bytes; what is absent comes last. */
function compare(main: Entry | null, copy: Entry | null): number {
  if (main === null || copy === null) return main === null ? 1 : -1
  return Buffer.compare(main[0].subarray(2), copy[0].subarray(2))
}

/** Heads of the rooms that are loaded or written to, so that a batch needs no read for a hot one. */
export class HeadTable {
  readonly #database: Database
  readonly #known = new Map<string, HeadState>()
  readonly #capacity: number
  #forgotten = 0

  constructor(database: Database, capacity: number) {
    this.#database = database
    this.#capacity = capacity
  }

  /** What `get` would answer at once; undefined when it would have to read. */
  known(room: string): HeadState | undefined {
    return this.#known.get(room)
  }

  async get(room: string): Promise<HeadState> {
    const known = this.#known.get(room)
    if (known !== undefined) return known
    const state = await readHead(this.#database, room)
    if (state.kind !== 'found') return state
    // A head that fell back would give out a seq twice.
    const beyond = recordRange(room, state.head.seq + 1)
    const { entries } = await readable(this.#database.entries(beyond, { limit: 1, values: false }))
    return entries.length === 0 ? state : { kind: 'lost', code: 'head-damaged' }
  }

  /** Call only with what is on disk. */
  set(room: string, head: Head): void {
    this.#know(room, { kind: 'found', head })
  }

  /** What `offer` needs, taken before the view that it reads. */
  get moment(): number {
    return this.#forgotten
  }

  /**
   * Takes what a reader has found, unless a writer knows better: if nothing has been forgotten since `moment`, then a
   * room that is not in the table has not been written to since.
   */
  offer(room: string, state: HeadState, moment: number): void {
    if (!this.#known.has(room) && moment === this.#forgotten && state.kind !== 'lost') this.#know(room, state)
  }

  #know(room: string, state: HeadState): void {
    this.#known.delete(room)
    this.#known.set(room, state)
    if (this.#known.size <= this.#capacity) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      this.#forgotten++
      return
    }
  }

  /** The last head that was acknowledged or read, per room. */
  *heads(): Generator<[string, Head]> {
    for (const [room, state] of this.#known) if (state.kind === 'found') yield [room, state.head]
  }
}
