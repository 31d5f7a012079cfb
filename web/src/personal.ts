/** What one has read and muted: a document of one's own, the same on all of one's devices. */

import type { Room as SharedRoom } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'
import { isMuted, type Marker, markRead, readMarker, setMuted, unreadAmong } from '../chat/read-state.ts'
import type { Shown } from '../chat/shown.ts'
import { eachChange } from './each-doc.ts'

export class Personal {
  /** Another value whenever anything is another. */
  readonly changed: Readable<number>
  readonly #room: SharedRoom
  readonly #stop: () => void

  constructor(room: SharedRoom) {
    const version = new Cell(0)
    this.changed = version
    this.#room = room
    this.#stop = eachChange(room, () => version.set(version.get() + 1))
    // Marks only ever go on, so those of before belong to what the server has now.
    room.on('replaced', this.#merge)
  }

  /** What was read is known, from this browser or from the server. Before that everything would look unread. */
  get isKnown(): boolean {
    return this.#room.synced || this.#room.doc.store.clients.size > 0 || this.#room.status.kind === 'stopped'
  }

  /** Whether a message of somebody else is new to the reader, by what all of their devices have said; asked of the server first. */
  async isUnread(channel: string, shown: Shown, self: string): Promise<boolean> {
    // Where the server says nothing of it, what is known here has to do.
    await this.#room.whenSynced().catch(() => undefined)
    return unreadAmong([{ page: shown.page, shown: [shown] }], this.marker(channel), self).length > 0
  }

  marker(channel: string): Marker | null {
    return readMarker(this.#room.doc, channel)
  }

  markRead(channel: string, page: number, shown: readonly Shown[]): void {
    markRead(this.#room.doc, channel, page, shown)
  }

  isMuted(channel: string): boolean {
    return isMuted(this.#room.doc, channel)
  }

  setMuted(channel: string, muted: boolean): void {
    setMuted(this.#room.doc, channel, muted)
  }

  close(): void {
    this.#room.off('replaced', this.#merge)
    this.#stop()
  }

  readonly #merge = () => this.#room.reconcile('merge')
}
