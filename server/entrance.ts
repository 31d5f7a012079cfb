import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { isLoopback } from './loopback.ts'

export interface EntranceOptions {
  /**
   * Pages that may connect besides those of this very address: exact origins such as `https://app.example.com`, or `*` for
   * all. A server that is reached over loopback lets pages of loopback in as well.
   */
  origins?: readonly string[]
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. */
  trustedProxies?: readonly string[]
}

/** What is looked at of a request. */
export interface Visit {
  headers: IncomingHttpHeaders
  socket: { remoteAddress?: string | undefined }
}

/** What is looked at before a socket becomes a connection: which page it is of, and which address it is from. */
export class Entrance {
  readonly #origins: ReadonlySet<string>
  readonly #proxies: BlockList
  readonly #letsEveryoneIn: boolean

  /**
   * `letsEveryoneIn`: nobody is asked who they are, so being on this machine is what lets somebody in, and a page must not
   * get there by calling itself by a name that leads here (DNS rebinding). Throws `RangeError` for an origin or a network that is
   * none.
   */
  constructor({ origins = [], trustedProxies = [] }: EntranceOptions = {}, letsEveryoneIn = false) {
    this.#letsEveryoneIn = letsEveryoneIn
    this.#origins = new Set(origins.map(originOf))
    this.#proxies = networks(trustedProxies)
  }

  /** Where a request comes from: the socket, or what the nearest proxy that is not trusted wrote. */
  addressOf(request: Visit): string {
    let address = plain(request.socket.remoteAddress ?? '')
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
    while (this.#trusts(address)) {
      const before = plain(forwarded.pop()?.trim() ?? '')
      if (isIP(before) === 0) break
      address = before
    }
    return address
  }

  /** The address of a socket that has said nothing yet; none for a trusted proxy, which speaks for many. */
  strangerAt({ remoteAddress = '' }: Visit['socket']): string | undefined {
    const address = plain(remoteAddress)
    return this.#trusts(address) ? undefined : address
  }

  /**
   * Whether a page of that origin may connect. Programs name none; they are not the danger: a browser that visits somebody
   * else's page is.
   */
  allows(request: Visit): boolean {
    const { origin } = request.headers
    if (origin === undefined || this.#origins.has('*') || this.#origins.has(origin)) return true
    const host = hostOf(origin)
    const own = this.#hostOf(request)
    if (host === null) return false
    if (isLoopback(nameOf(own))) return isLoopback(nameOf(host))
    const isNear = isLoopback(plain(request.socket.remoteAddress ?? ''))
    return host === own && !(this.#letsEveryoneIn && isNear)
  }

  /**
   * The same for a request that reads over HTTP, where browsers name no origin for what a page asks of its own address. Where
   * nobody is asked who they are, the name by which they came is looked at instead.
   */
  allowsReading(request: Visit): boolean {
    if (request.headers.origin !== undefined) return this.allows(request)
    const own = this.#hostOf(request)
    const isNear = isLoopback(plain(request.socket.remoteAddress ?? ''))
    if (!this.#letsEveryoneIn || !isNear || isLoopback(nameOf(own)) || this.#origins.has('*')) return true
    return this.#origins.has(`https://${own}`) || this.#origins.has(`http://${own}`)
  }

  #hostOf(request: Visit): string {
    const forwarded = request.headers['x-forwarded-host']
    const isForwarded = typeof forwarded === 'string' && this.#trusts(plain(request.socket.remoteAddress ?? ''))
    return (isForwarded ? forwarded : (request.headers.host ?? '')).toLowerCase()
  }

  #trusts(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.#proxies.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}

function originOf(text: string): string {
  if (text === '*') return text
  try {
    const { origin } = new URL(text)
    if (origin !== 'null') return origin
  } catch {
    // Said below.
  }
  throw new RangeError(`${JSON.stringify(text)} is not an origin. One looks like https://app.example.com`)
}

/** `host:port` of an origin, without the port where it is that of the scheme. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host
  } catch {
    return null
  }
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '')
}

/** IPv4 addresses come as IPv6 where a socket listens to both. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

function networks(given: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of given) {
    const [address, prefix] = text.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? null : Number(prefix)
    const isSound = family !== 0 && (bits === null || (/^\d+$/.test(prefix) && bits <= (family === 4 ? 32 : 128)))
    if (!isSound) throw new RangeError(`${JSON.stringify(text)} is neither an address nor a network such as 10.0.0.0/8`)
    if (bits === null) list.addAddress(address, family === 4 ? 'ipv4' : 'ipv6')
    else list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
