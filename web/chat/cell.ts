/** A value that can be read at any time and tells its listeners when it is replaced: what `useSyncExternalStore` wants. */
export interface Readable<T> {
  get(): T
  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: () => void): () => void
}

/** The writable end. Values are compared by identity and treated as immutable. */
export class Cell<T> implements Readable<T> {
  #value: T
  #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get = (): T => this.#value

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }
}
