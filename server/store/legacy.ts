import type { Database, Entry, View } from './database.ts'
import { type Range, ROOM_NAME_BYTES } from './keys.ts'

/**
 * Rooms that y-leveldb 0.2 left in the directory. Its keys are tuples: a string is 00, its length as a varUint and its
 * UTF-8; a number is 01 and four bytes big-endian. An update is `['v1', name, 'update', clock]`, and beside it there are
 * `['v1', name, 'meta', key]`, which is the application's and stays, and `['v1_sv', name]`, a derived state vector.
 */
const DOCUMENTS: Range = { gte: text(Buffer.from('v1')), lt: text(Buffer.from('v2')) }
const NAME_AT = DOCUMENTS.gte.length
const UPDATE = text(Buffer.from('update'))

/** A room's updates in the old database. */
export interface LegacySize {
  room: string
  bytes: number
}

/**
 * Names there are raw URL paths: `caf%C3%A9` is the room `café`, and so is `café`. Which other spellings of a name exist
 * can only be found by looking at all of them, so those that are not spelled like their room are kept in memory.
 */
export class LegacyRooms {
  readonly #database: Database
  readonly #spellings: Map<string, Buffer[]>
  #any: boolean
  /** Names that no room can have, for a warning: they are left as they are. */
  readonly unreachable: string[]

  private constructor(database: Database, any: boolean, spellings: Map<string, Buffer[]>, unreachable: string[]) {
    this.#database = database
    this.#any = any
    this.#spellings = spellings
    this.unreachable = unreachable
  }

  /** One seek per document of the old database. */
  static async scan(database: Database): Promise<LegacyRooms> {
    const spellings = new Map<string, Buffer[]>()
    const unreachable: string[] = []
    let any = false
    for await (const name of names(database)) {
      any = true
      const room = roomOf(name)
      if (!isReachable(room)) unreachable.push(room)
      else if (!Buffer.from(room, 'utf8').equals(name)) spellings.set(room, [...(spellings.get(room) ?? []), name])
    }
    return new LegacyRooms(database, any, spellings, unreachable)
  }

  /** The updates of a room, every spelling of its name in turn, each in the order of its clock. */
  async *updates(room: string, view?: View): AsyncGenerator<Entry> {
    for (const name of this.#namesOf(room)) yield* this.#database.entries(updatesOf(name), { view })
  }

  /** Keys that a compaction of ours makes obsolete. */
  async *obsoleteKeys(room: string): AsyncGenerator<Buffer> {
    for (const name of this.#namesOf(room)) {
      for await (const [key] of this.#database.entries(updatesOf(name), { values: false })) yield key
      yield Buffer.concat([text(Buffer.from('v1_sv')), text(name)])
    }
  }

  /** Nothing is left of a room. */
  forget(room: string): void {
    this.#spellings.delete(room)
  }

  /** `null` when the room has no updates there. */
  async sizeOf(room: string, view?: View): Promise<LegacySize | null> {
    let bytes = 0
    let updates = 0
    for await (const [, value] of this.updates(room, view)) {
      bytes += value.length
      updates++
    }
    return updates === 0 ? null : { room, bytes }
  }

  /** Every room with updates once. */
  async *list(view?: View): AsyncGenerator<LegacySize> {
    if (!this.#any) return
    const respelled = [...this.#spellings.keys()]
    for (const room of respelled) {
      const size = await this.sizeOf(room, view)
      if (size !== null) yield size
    }
    const done = new Set(respelled)
    for await (const name of names(this.#database, view)) {
      const room = roomOf(name)
      if (!isReachable(room) || done.has(room) || !Buffer.from(room, 'utf8').equals(name)) continue
      const size = await this.sizeOf(room, view)
      if (size !== null) yield size
    }
  }

  #namesOf(room: string): Buffer[] {
    if (!this.#any) return []
    const plain = Buffer.from(room, 'utf8')
    return [...(this.#spellings.get(room) ?? []), ...(roomOf(plain) === room ? [plain] : [])].sort(Buffer.compare)
  }
}

/** Every name in the old database once. */
async function* names(database: Database, view?: View): AsyncGenerator<Buffer> {
  let from = DOCUMENTS.gte
  for (;;) {
    let found: Buffer | null = null
    const range = { gte: from, lt: DOCUMENTS.lt }
    for await (const [key] of database.entries(range, { view, limit: 1, values: false })) found = key
    if (found === null) return
    const name = nameIn(found)
    if (name !== null) yield name
    from = Buffer.concat([name === null ? found : document(name), Buffer.of(name === null ? 0 : 0xff)])
  }
}

function roomOf(name: Buffer): string {
  const raw = name.toString('utf8')
  try {
    return decodeURIComponent(raw)
  } catch {
    // Not an encoded path; then it is the name itself.
    return raw
  }
}

function isReachable(room: string): boolean {
  const bytes = Buffer.byteLength(room, 'utf8')
  return bytes >= 1 && bytes <= ROOM_NAME_BYTES
}

const document = (name: Buffer): Buffer => Buffer.concat([DOCUMENTS.gte, text(name)])

function updatesOf(name: Buffer): Range {
  const updates = Buffer.concat([document(name), UPDATE])
  return { gte: Buffer.concat([updates, Buffer.of(1)]), lt: Buffer.concat([updates, Buffer.of(2)]) }
}

function text(bytes: Buffer): Buffer {
  const length: number[] = []
  let rest = bytes.length
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.of(0, ...length, rest), bytes])
}

/** The name in a key `['v1', name, ...]`. */
function nameIn(key: Buffer): Buffer | null {
  let at = NAME_AT
  if (key[at++] !== 0) return null
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = key[at++]
    if (byte === undefined || shift > 21) return null
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return at + length <= key.length ? key.subarray(at, at + length) : null
}
