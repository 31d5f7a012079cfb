import { Fragments } from '../../protocol/fragments.ts'
import type { Address, ClientMessage, Incoming } from '../../protocol/message.ts'
import type { Harbour, Line } from './line.ts'
import { type Place, type TongueName, tongues, type Word } from './tongues.ts'

/** Something the server has acknowledged: it said that all of it is on disk. */
export interface Acknowledged {
  room: string
  update: Uint8Array
}

/** What was said in a room and not acknowledged yet. Null where an acknowledgement claims nothing that can be told. */
interface Said {
  id: number
  update: Uint8Array | null
}

interface Seat {
  place: Place
  said: Said[]
  /** The highest id so far, where the client numbers. */
  lastId: number
}

/** Somebody who says anything at all, and remembers what of it was acknowledged. */
export class Attacker {
  readonly name: TongueName
  readonly token: string
  readonly #harbour: Harbour
  readonly #room: string
  readonly #seats = new Map<Address, Seat>()
  readonly acknowledged: Acknowledged[] = []
  #line: Line | null = null
  #fragments = new Fragments()
  connections = 0
  lastId = 0

  /** `room` is where it goes first, and where it can go to in a dialect of one room a connection. */
  constructor(harbour: Harbour, name: TongueName, token: string, room: string) {
    this.#harbour = harbour
    this.name = name
    this.token = token
    this.#room = room
  }

  get isIn(): boolean {
    return this.#line !== null && this.#line.closing === null && this.#seats.size > 0
  }

  get places(): Place[] {
    return [...this.#seats.values()].map(seat => seat.place)
  }

  /** Comes back over a new connection, unless it still has one. */
  async connect(): Promise<void> {
    const tongue = tongues[this.name]
    if (this.#line === null || this.#line.closing !== null) {
      this.#line?.connection.closed()
      this.#seats.clear()
      this.connections++
      this.lastId = 0
      this.#fragments = new Fragments()
      this.#line = this.#harbour.connect(tongue, this.token)
      if (tongue.dialect.rooms === 'one') {
        await this.#line.connection.enter(this.#room)
        if (this.#line.closing === null) this.#sit({ room: this.#room, address: '' })
      }
    }
    if (!this.isIn) await this.enter(this.#room)
  }

  async enter(room: string): Promise<void> {
    for (const frame of tongues[this.name].enter(room, this.token)) this.send(frame)
    await this.#harbour.stage.run()
    this.listen()
  }

  /** The frames of a word in one of its rooms. */
  frames(word: Word, place: Place): Uint8Array[] {
    return tongues[this.name].say(word, place)
  }

  send(frame: Uint8Array): void {
    const line = this.#line
    if (line === null || line.closing !== null) return
    this.#remember(frame)
    line.connection.receive(frame)
  }

  /** Hears what the server says, and believes what it says of what it has. */
  listen(): void {
    const line = this.#line
    if (line === null) return
    for (const payload of line.arrived.splice(0)) {
      const heard = tongues[this.name].hear(payload)
      if (heard.type === 'opened') this.#sit(heard.place)
      else if (heard.type === 'out') this.#seats.delete(heard.address)
      else if (heard.type === 'ack') this.#settle(heard.address, heard.upTo)
    }
    if (line.closing !== null) this.#seats.clear()
  }

  sweep(): void {
    this.#line?.connection.sweep()
  }

  leave(): void {
    this.#line?.connection.closed()
    this.#line = null
    this.#seats.clear()
  }

  #sit(place: Place): void {
    this.#seats.set(place.address, { place, said: [], lastId: 0 })
  }

  #remember(frame: Uint8Array): void {
    const incoming = this.#read(frame)
    if (incoming?.type === 'leave') this.#seats.delete(incoming.address)
    if (incoming?.type !== 'room') return
    const seat = this.#seats.get(incoming.address)
    if (seat !== undefined) this.#rememberIn(seat, incoming.message)
  }

  /** What a frame says, or the message that it completes; null when it is nothing. */
  #read(frame: Uint8Array): Incoming | null {
    const { dialect } = tongues[this.name]
    try {
      const incoming = dialect.decode(frame)
      if (incoming.type !== 'fragment') return incoming
      const whole = this.#fragments.add(incoming.bytes, incoming.isLast, Number.POSITIVE_INFINITY)
      return whole === null ? null : dialect.decode(whole)
    } catch {
      return null
    }
  }

  #rememberIn(seat: Seat, message: ClientMessage): void {
    const counts = this.name === 'hocuspocus'
    if (message.type === 'step1' && counts) seat.said = [{ id: 0, update: null }]
    if (message.type !== 'update' && message.type !== 'step2') return
    // "This is all I have": what was held of the earlier ones is not claimed any more.
    if (message.type === 'step2') for (const said of seat.said) said.update = null
    const id = message.id ?? 0
    const isInOrder = counts || id > seat.lastId
    seat.lastId = Math.max(seat.lastId, id)
    // A step 2 has no acknowledgement of its own where clients count.
    if (counts && message.type === 'step2') return
    if (isInOrder) seat.said.push({ id, update: Uint8Array.from(message.update) })
  }

  #settle(address: Address, upTo: number | null): void {
    const seat = this.#seats.get(address)
    if (seat === undefined) return
    const settled = upTo === null ? seat.said.splice(0, 1) : seat.said.splice(0, countUpTo(seat.said, upTo))
    for (const { update } of settled) {
      if (update !== null) this.acknowledged.push({ room: seat.place.room, update })
    }
  }
}

function countUpTo(said: readonly Said[], id: number): number {
  const past = said.findIndex(one => one.id > id)
  return past < 0 ? said.length : past
}
