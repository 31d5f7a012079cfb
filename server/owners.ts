import type { Peer } from './room.ts'

/**
 * Which Yjs client ids belong to whom: to the user who writes under them, for as long as one of that user's sessions that
 * did so is here. Somebody else who brings structs under such an id may be passing on what they were given, or may be
 * putting words into another's mouth; so the owner is asked, and the owner's copy counts.
 */
export class Owners {
  readonly #owners = new Map<number, { user: string; peers: Set<Peer> }>()

  /** `peer` has written new structs under these ids. */
  claim(peer: Peer, clients: Iterable<number>): void {
    const user = peer.grant.user?.id
    if (user === undefined) return
    for (const client of clients) {
      const owner = this.#owners.get(client)
      if (owner === undefined) this.#owners.set(client, { user, peers: new Set([peer]) })
      else if (owner.user === user) owner.peers.add(peer)
    }
  }

  /** Whether an id belongs to another than whoever `peer` is. */
  isOthers(peer: Peer, client: number): boolean {
    const owner = this.#owners.get(client)
    return owner !== undefined && owner.user !== peer.grant.user?.id
  }

  /** The sessions of those to whom these ids belong, unless it is `peer` itself. */
  of(peer: Peer, clients: Iterable<number>): Set<Peer> {
    const peers = new Set<Peer>()
    for (const client of clients) {
      if (this.isOthers(peer, client)) for (const owner of this.#owners.get(client)?.peers ?? []) peers.add(owner)
    }
    return peers
  }

  leave(peer: Peer): void {
    if (peer.grant.user === undefined) return
    for (const [client, { peers }] of this.#owners) {
      if (peers.delete(peer) && peers.size === 0) this.#owners.delete(client)
    }
  }
}
