/** Who is sitting here, and which rooms they opened, remembered by this browser. */

import { Cell } from '../chat/cell.ts'
import { type Author, newId, readAuthor, tidyName } from '../chat/message.ts'
import { readRoomName } from '../chat/room-name.ts'

/** The part of `localStorage` that is used. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const personKey = 'y-harbor.person'
const roomsKey = 'y-harbor.rooms'
const maxRooms = 30

export class IdentityStore {
  readonly person: Cell<Author | null>
  readonly rooms: Cell<readonly string[]>
  readonly storage: KeyValue
  readonly #subject: Author | null

  /**
   * `subject` is whom the server knows somebody to be; its name may be empty, and then `named` tells what whoever sits here
   * called themselves. Null where everybody is anybody.
   */
  constructor(storage: KeyValue, subject: Author | null = null, named: KeyValue | null = null) {
    this.storage = storage
    this.#subject = subject
    const before = readPerson(named?.getItem(personKey) ?? null)
    this.person = new Cell(personOf(readPerson(storage.getItem(personKey)), subject, before?.name ?? ''))
    this.rooms = new Cell(readRooms(storage.getItem(roomsKey)))
  }

  /** Takes the name; the id stays the same for as long as the browser remembers it. False when nothing is left of it. */
  rename(typed: string): boolean {
    const name = tidyName(typed)
    if (name === '') return false
    const person = { id: this.#subject?.id ?? this.person.get()?.id ?? newId(), name }
    this.person.set(person)
    this.storage.setItem(personKey, JSON.stringify(person))
    return true
  }

  /** Adds a room to those that were opened here, newest last; order stays when it is already there. */
  opened(room: string): void {
    const rooms = this.rooms.get()
    if (rooms.includes(room)) return
    this.rooms.set([...rooms, room].slice(-maxRooms))
    this.storage.setItem(roomsKey, JSON.stringify(this.rooms.get()))
  }
}

/** The part of a storage that belongs to one of the people who use this browser. */
export function storageOf(storage: KeyValue, subject: Author | null): KeyValue {
  if (subject === null) return storage
  const own = (key: string) => `${key}@${subject.id}`
  return {
    getItem: key => storage.getItem(own(key)),
    setItem: (key, value) => storage.setItem(own(key), value),
    removeItem: key => storage.removeItem(own(key)),
  }
}

/** What of the browser remembers, or memory where it forbids that or has no room left. */
export function browserStorage(of: () => Storage = () => window.localStorage): KeyValue {
  const memory = new Map<string, string>()
  const attempt = <T>(use: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return use(of())
    } catch {
      return otherwise()
    }
  }
  return {
    getItem: key =>
      memory.get(key) ??
      attempt(
        storage => storage.getItem(key),
        () => null,
      ),
    setItem(key, value) {
      // What the browser has taken is read from it again, since other windows write there, too.
      attempt<unknown>(
        storage => {
          storage.setItem(key, value)
          memory.delete(key)
        },
        () => memory.set(key, value),
      )
    },
    removeItem(key) {
      memory.delete(key)
      attempt(
        storage => storage.removeItem(key),
        () => undefined,
      )
    },
  }
}

function personOf(remembered: Author | null, subject: Author | null, calledBefore: string): Author | null {
  if (subject === null || remembered?.id === subject.id) return remembered
  const name = subject.name || calledBefore
  return name === '' ? null : { id: subject.id, name }
}

function readPerson(stored: string | null): Author | null {
  const person = readAuthor(parse(stored))
  return person === null || person.name === '' ? null : person
}

function readRooms(stored: string | null): readonly string[] {
  const value = parse(stored)
  if (!Array.isArray(value)) return []
  const names = value.filter((name): name is string => typeof name === 'string' && readRoomName(name).ok)
  return [...new Set(names)].slice(-maxRooms)
}

function parse(stored: string | null): unknown {
  try {
    return stored === null ? null : JSON.parse(stored)
  } catch {
    return null
  }
}
