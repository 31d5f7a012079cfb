import type { Room } from '../room.ts'
import type { Source } from './source.ts'

interface Seen<Value> {
  value: { readonly current: Value } | null
  readonly listeners: Set<() => void>
}

/**
 * Something mutable as values: the same one until the thing changes, then another. A thing is listened to once, from
 * when it was first looked at, so that no change between a render and its effects goes unnoticed; the listener belongs
 * to the thing and ends with it.
 */
export class Snapshots<Thing extends object, Value> {
  readonly #listen: (thing: Thing, changed: () => void) => void
  readonly #read: (thing: Thing) => Value
  readonly #seen = new WeakMap<Thing, Seen<Value>>()

  constructor(listen: (thing: Thing, changed: () => void) => void, read: (thing: Thing) => Value) {
    this.#listen = listen
    this.#read = read
  }

  of(thing: Thing): Value {
    const seen = this.#see(thing)
    seen.value ??= { current: this.#read(thing) }
    return seen.value.current
  }

  subscribe(thing: Thing, listener: () => void): () => void {
    const { listeners } = this.#see(thing)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  #see(thing: Thing): Seen<Value> {
    const known = this.#seen.get(thing)
    if (known !== undefined) return known
    const seen: Seen<Value> = { value: null, listeners: new Set() }
    this.#seen.set(thing, seen)
    this.#listen(thing, () => {
      seen.value = null
      for (const listener of [...seen.listeners]) listener()
    })
    return seen
  }
}

/** The snapshots of a part of a room that is replaced when its document is. */
export function acrossDocuments<Thing extends object, Value>(
  room: Room,
  part: () => Thing,
  snapshots: Snapshots<Thing, Value>,
  getServer: () => Value,
): Source<Value> {
  return {
    subscribe(changed) {
      const listener = () => changed()
      let stop = snapshots.subscribe(part(), listener)
      const rebind = () => {
        stop()
        stop = snapshots.subscribe(part(), listener)
        changed()
      }
      room.on('doc', rebind)
      return () => {
        room.off('doc', rebind)
        stop()
      }
    },
    get: () => snapshots.of(part()),
    getServer,
  }
}
