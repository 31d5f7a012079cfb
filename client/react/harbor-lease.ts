import { type Clock, systemClock } from '../clock.ts'
import { type ConnectOptions, connect, type Harbor } from '../harbor.ts'
import { Holders } from './holders.ts'
import { isServer, nowhere } from './nowhere.ts'
import { isKept } from './room-lease.ts'
import type { Source } from './source.ts'

/** The Harbor of a provider. */
export interface HarborSource extends Source<Harbor> {
  readonly clock: Clock
}

/** A Harbor that the app made and will destroy. */
export function ownedByApp(harbor: Harbor): HarborSource {
  return { subscribe: () => () => undefined, get: () => harbor, getServer: () => harbor, clock: harbor.clock }
}

/** A Harbor that is made when a component needs it, and destroyed when none has for a while. */
export class HarborLease implements HarborSource {
  readonly clock: Clock
  readonly #url: string
  readonly #options: ConnectOptions
  readonly #latest: { readonly current: ConnectOptions }
  readonly #holders: Holders
  #harbor: Harbor | null = null

  /** Of `options`, the callbacks are those of `latest` when they are called. */
  constructor(url: string, options: ConnectOptions, latest: { readonly current: ConnectOptions }) {
    this.clock = options.clock ?? systemClock
    this.#url = url
    this.#options = options
    this.#latest = latest
    this.#holders = new Holders(this.clock, () => this.#end())
  }

  get = (): Harbor => {
    this.#harbor ??= this.#make()
    this.#holders.glimpse()
    return this.#harbor
  }

  getServer = (): Harbor => {
    if (!isServer()) return this.get()
    this.#harbor ??= nowhere()
    return this.#harbor
  }

  subscribe = (): (() => void) => {
    this.#harbor ??= this.#make()
    return this.#holders.hold()
  }

  #make(): Harbor {
    const { token } = this.#options
    return connect(this.#url, {
      ...this.#options,
      token: token && (() => (this.#latest.current.token ?? token)()),
      onRejected: (edits, room) => this.#latest.current.onRejected?.(edits, room),
    })
  }

  #end(): boolean {
    const harbor = this.#harbor
    if (harbor === null) return true
    for (const room of harbor.rooms.values()) if (!isKept(room)) return false
    harbor.destroy()
    this.#harbor = null
    return true
  }
}
