/** Whether this browser has room for what is to be kept, and does not throw it away when it is short of it. */

import type { Harbor } from '../../client/index.ts'
import { Cell, type Readable } from '../chat/cell.ts'

export interface KeptStorage {
  /** The browser refused to keep something because it is full. */
  readonly isFull: Readable<boolean>
  /** Asks the browser to keep what is kept here until the person themselves clears it. Worth asking once one has written. */
  persist(): void
}

type Storages = Pick<StorageManager, 'persist' | 'persisted'>

export function watchStorage(
  harbor: Pick<Harbor, 'on'>,
  storages: Storages | undefined = navigator.storage,
): KeptStorage {
  const isFull = new Cell(false)
  let isAsked = false
  harbor.on('problem', problem => {
    if (problem instanceof DOMException && problem.name === 'QuotaExceededError') isFull.set(true)
  })
  return {
    isFull,
    persist() {
      if (isAsked || storages === undefined) return
      isAsked = true
      void storages
        .persisted()
        .then(isPersistent => isPersistent || storages.persist())
        // A browser that answers with an error keeps things as long as it likes.
        .catch(() => undefined)
    },
  }
}
