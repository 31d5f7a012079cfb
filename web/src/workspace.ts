/** The workspace as one person has it open: its directory, what they have read, and the rooms that are open. */

import type { Harbor, Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { Directory } from '../chat/directory.ts'
import type { Author } from '../chat/message.ts'
import { userDocumentName, workspaceName } from '../chat/room-name.ts'
import { join, joinedAt, type Workspace as Listing, nameKnown } from '../chat/workspace.ts'
import { Carrier } from './carrier.ts'
import { Channel } from './channel.ts'
import { ChannelTail, type Written } from './channel-tail.ts'
import type { ConnectionParts } from './connection.ts'
import { eachDoc } from './each-doc.ts'
import { type FollowedPage, followPage } from './followed-page.ts'
import type { KeyValue } from './identity.ts'
import { Personal } from './personal.ts'
import { type Lease, Pool } from './pool.ts'
import { announcePresence } from './presence.ts'

export interface WorkspaceParts extends ConnectionParts {
  harbor: Harbor
  person: Author
  /** What this browser remembers for the person. */
  storage: KeyValue
  /** The person took another name on another device, or in another window of this one. */
  renamed?: (name: string) => void
}

export class Workspace {
  readonly harbor: Harbor
  readonly room: SharedRoom
  readonly directory: Readable<Listing>
  readonly personal: Personal
  /** Who has the page open, wherever they are in it. */
  readonly present: Readable<readonly string[]>
  /** Rooms by name; pages by the name of their room; the ends of channels by their ids. */
  readonly rooms: Pool<SharedRoom>
  readonly #pages: Pool<FollowedPage>
  readonly #tails: Pool<ChannelTail>
  readonly #parts: WorkspaceParts
  readonly #person: Cell<Author>
  readonly #presence: ReturnType<typeof announcePresence>
  readonly #stops: (() => void)[]
  readonly #carrier: Carrier
  /** The person took another name here, and the directory does not have it yet. */
  #isRenamed = false

  constructor(parts: WorkspaceParts) {
    const { harbor, person, clock } = parts
    this.#parts = parts
    this.harbor = harbor
    this.#person = new Cell(person)
    const poolClock = clock === undefined ? {} : { clock }
    this.rooms = new Pool<SharedRoom>({ ...poolClock, open: name => harbor.room(name), close: closeRoom })
    this.#pages = new Pool<FollowedPage>({
      ...poolClock,
      open: name => this.#openPage(name),
      close: page => page.stop(),
    })
    this.#tails = new Pool<ChannelTail>({ ...poolClock, open: id => this.#openTail(id), close: tail => tail.close() })

    this.room = this.rooms.use(workspaceName).value
    this.personal = new Personal(this.rooms.use(userDocumentName(person.id)).value)
    const listing = new Cell<Listing>({ channels: [], directs: [], documents: [], members: [] })
    this.directory = listing
    // What the directory says is said field by field: of old and new the later counts.
    const merge = () => this.room.reconcile('merge')
    this.room.on('replaced', merge)
    this.room.on('synced', this.#introduce)
    this.#presence = announcePresence(this.room, person)
    const present = new Cell<readonly string[]>([])
    const meet = () => present.set(this.#presence.get().map(({ person: { id } }) => id))
    this.present = present
    this.#stops = [
      eachDoc(this.room, doc => {
        const directory = new Directory(doc)
        const read = () => {
          listing.set(directory.get())
          this.#introduce()
        }
        const stop = directory.subscribe(read)
        read()
        return () => {
          stop()
          directory.destroy()
        }
      }),
      this.#presence.subscribe(meet),
      () => this.room.off('replaced', merge),
      () => this.room.off('synced', this.#introduce),
    ]
    meet()
    this.#carrier = new Carrier({
      storage: parts.storage,
      pages: this.#pages,
      tail: id => this.#tails.use(id),
      self: person.id,
    })
  }

  get person(): Author {
    return this.#person.get()
  }

  setPerson(person: Author): void {
    this.#isRenamed ||= person.name !== this.person.name
    this.#person.set(person)
    this.#presence.setPerson(person)
    this.#introduce()
  }

  /** Whether the directory can be changed from here. */
  get mayList(): boolean {
    return this.room.status.kind !== 'stopped' && this.room.access !== 'read'
  }

  /** The end of a channel, while somebody watches it. */
  tail(id: string): Lease<ChannelTail> {
    return this.#tails.use(id)
  }

  /** Adds a message to a channel, open or not. False when there is nothing to say, or nowhere to put it yet. */
  write(tail: ChannelTail, written: Written): boolean {
    const page = tail.write(written, this.person)
    if (page !== null) this.#carrier.wrote(tail.id, page)
    return page !== null
  }

  openChannel(id: string): Channel {
    const { clock, network } = this.#parts
    return new Channel({
      tail: this.#tails.use(id),
      pages: this.#pages,
      person: this.person,
      wrote: page => this.#carrier.wrote(id, page),
      retry: () => this.harbor.retry(),
      ...(clock === undefined ? {} : { clock }),
      ...(network === undefined ? {} : { network }),
    })
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#carrier.close()
    this.personal.close()
    this.#presence.stop()
    this.#tails.closeAll()
    this.#pages.closeAll()
    this.rooms.closeAll()
  }

  /**
   * Everybody can find whoever was here once. Whoever is known goes by the name that they took last, wherever that was: of
   * what this browser remembers, nothing is said again.
   */
  readonly #introduce = () => {
    const { doc, synced } = this.room
    const known = nameKnown(doc, this.person.id)
    if (!this.mayList || !(synced || (this.#isRenamed && known !== null))) return
    if (known === null || this.#isRenamed) {
      this.#isRenamed = false
      join(doc, this.person, Date.now())
    } else if (known !== this.person.name) this.#parts.renamed?.(known)
  }

  #openPage(name: string): FollowedPage {
    const lease = this.rooms.use(name)
    const followed = followPage(lease.value, pageOf(name))
    return {
      ...followed,
      stop() {
        followed.stop()
        lease.release()
      },
    }
  }

  #openTail(id: string): ChannelTail {
    const { clock } = this.#parts
    return new ChannelTail(id, {
      rooms: this.rooms,
      pages: this.#pages,
      personal: this.personal,
      self: this.person.id,
      since: () => joinedAt(this.room.doc, this.person.id) ?? 0,
      ...(clock === undefined ? {} : { clock }),
    })
  }
}

function closeRoom(room: SharedRoom): void {
  room.destroy()
  room.doc.destroy()
}

/** The number at the end of the name of a page's document. */
function pageOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1))
}
