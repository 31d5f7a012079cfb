/** A map beside the messages, by message. */

import type * as Y from 'yjs'

const nothing = new Map<string, never>()

export class Sidecar<T extends { readonly messageId: string }> {
  readonly map: Y.Map<unknown>
  readonly #read: (map: Y.Map<unknown>, key: string) => T | null
  readonly #byKey = new Map<string, T>()
  readonly #byMessage = new Map<string, Map<string, T>>()

  constructor(map: Y.Map<unknown>, read: (map: Y.Map<unknown>, key: string) => T | null) {
    this.map = map
    this.#read = read
    for (const key of map.keys()) this.update(key, new Set())
  }

  messageIds(): Iterable<string> {
    return this.#byMessage.keys()
  }

  of(messageId: string): Iterable<T> {
    return (this.#byMessage.get(messageId) ?? nothing).values()
  }

  /** Reads the key again, and adds the message it is about to `touched`. */
  update(key: string, touched: Set<string>): void {
    const before = this.#byKey.get(key)
    const now = this.#read(this.map, key)
    const messageId = (now ?? before)?.messageId
    if (messageId === undefined) return
    touched.add(messageId)
    if (now === null) this.#forget(key, messageId)
    else {
      this.#byKey.set(key, now)
      const found = this.#byMessage.get(messageId)
      if (found === undefined) this.#byMessage.set(messageId, new Map([[key, now]]))
      else found.set(key, now)
    }
  }

  #forget(key: string, messageId: string): void {
    this.#byKey.delete(key)
    const found = this.#byMessage.get(messageId)
    found?.delete(key)
    if (found?.size === 0) this.#byMessage.delete(messageId)
  }
}
