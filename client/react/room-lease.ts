import type { Clock } from '../clock.ts'
import type { Harbor } from '../harbor.ts'
import type { Room } from '../room.ts'
import { Holders } from './holders.ts'

interface RoomLeaseParts {
  harbor: Harbor
  name: string
  clock: Clock
  /** It is over, and a new one is needed. */
  ended(): void
}

/** A room that is open because components use it. A room that the app opened before them stays the app's to destroy. */
class RoomLease {
  readonly #parts: RoomLeaseParts
  readonly #holders: Holders
  #room: Room | null = null
  #isOurs = false

  constructor(parts: RoomLeaseParts) {
    this.#parts = parts
    this.#holders = new Holders(parts.clock, () => this.#end())
  }

  get(): Room {
    const room = this.#find()
    this.#holders.glimpse()
    return room
  }

  hold(): () => void {
    this.#find()
    return this.#holders.hold()
  }

  #find(): Room {
    const { harbor, name } = this.#parts
    const open = harbor.rooms.get(name)
    if (this.#room !== null) {
      if (this.#room === open) return this.#room
      // The app destroyed it under our eyes: to open it again is up to the app, as long as somebody looks at it.
      if (open === undefined && this.#holders.isHeld) return this.#room
    }
    this.#isOurs = open === undefined
    this.#room = open ?? harbor.room(name)
    return this.#room
  }

  #end(): boolean {
    const { harbor, name, ended } = this.#parts
    const room = this.#room
    if (this.#isOurs && room !== null && harbor.rooms.get(name) === room) {
      const isUnderWay = room.status.pending > 0 && room.status.kind !== 'stopped'
      if (isUnderWay || !isKept(room)) return false
      room.destroy()
    }
    ended()
    return true
  }
}

/** Whether nothing is lost when a room is destroyed: everything is on the server's disk or in this browser. */
export function isKept(room: Room): boolean {
  return room.persistence === 'kept' || (room.status.pending === 0 && room.refused.length === 0)
}

/** The rooms of a Harbor that are open because components use them. */
export class RoomLeases {
  readonly #harbor: Harbor
  readonly #clock: Clock
  readonly #leases = new Map<string, RoomLease>()

  constructor(harbor: Harbor, clock: Clock) {
    this.#harbor = harbor
    this.#clock = clock
  }

  /** The room for a render, which may or may not come on screen. */
  get(name: string): Room {
    return this.#lease(name).get()
  }

  /** Keeps the room open until the returned function is called, and a grace period longer. */
  hold(name: string): () => void {
    return this.#lease(name).hold()
  }

  #lease(name: string): RoomLease {
    const known = this.#leases.get(name)
    if (known !== undefined) return known
    const ended = () => this.#leases.delete(name)
    const lease = new RoomLease({ harbor: this.#harbor, name, clock: this.#clock, ended })
    this.#leases.set(name, lease)
    return lease
  }
}

/**
 * A Harbor's leases belong to it as a private field would: two providers of one Harbor must not end each other's rooms.
 */
const leases = new WeakMap<Harbor, RoomLeases>()

export function leasesOf(harbor: Harbor, clock: Clock): RoomLeases {
  const known = leases.get(harbor) ?? new RoomLeases(harbor, clock)
  leases.set(harbor, known)
  return known
}
