/** The directory of a server, kept up to date: what did not change stays the same object. */

import type * as Y from 'yjs'
import { Cell, type Readable } from './cell.ts'
import {
  channelsOf,
  documentsOf,
  membersOf,
  readChannels,
  readDocuments,
  readMembers,
  readWorkspace,
  type Workspace,
} from './workspace.ts'

export class Directory implements Readable<Workspace> {
  readonly #doc: Y.Doc
  readonly #state: Cell<Workspace>

  constructor(doc: Y.Doc) {
    this.#doc = doc
    this.#state = new Cell(readWorkspace(doc))
    doc.on('afterTransaction', this.#changed)
  }

  get = (): Workspace => this.#state.get()

  subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener)

  destroy(): void {
    this.#doc.off('afterTransaction', this.#changed)
  }

  readonly #changed = ({ changed }: Y.Transaction): void => {
    const before = this.#state.get()
    const types = new Set<unknown>(changed.keys())
    const [channels, documents, members] = [channelsOf(this.#doc), documentsOf(this.#doc), membersOf(this.#doc)]
    const now = {
      ...before,
      ...(types.has(channels) ? readChannels(channels) : {}),
      ...(types.has(documents) ? { documents: readDocuments(documents) } : {}),
      ...(types.has(members) ? { members: readMembers(members) } : {}),
    }
    const shared: Workspace = {
      channels: share(before.channels, now.channels),
      directs: share(before.directs, now.directs),
      documents: share(before.documents, now.documents),
      members: share(before.members, now.members),
    }
    const isSame =
      shared.channels === before.channels &&
      shared.directs === before.directs &&
      shared.documents === before.documents &&
      shared.members === before.members
    if (!isSame) this.#state.set(shared)
  }
}

/** `now` with the objects of `before` wherever they say the same, and `before` itself when all do. */
function share<T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): readonly T[] {
  if (before === now) return before
  const known = new Map(before.map(thing => [thing.id, thing]))
  const shared = now.map(thing => {
    const old = known.get(thing.id)
    return old !== undefined && JSON.stringify(old) === JSON.stringify(thing) ? old : thing
  })
  return shared.length === before.length && shared.every((thing, i) => thing === before[i]) ? before : shared
}
