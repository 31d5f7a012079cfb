/** Keeps a document and what is known of the server's copy in this browser's IndexedDB. */

import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'
import { decodeVector, encodeVector, nothingHeld, type StateVector } from '../chat/receipts.ts'

/** How long opening may take before the room goes on without waiting for it. */
const openWithinMs = 4_000

export interface Keeping {
  /** What the server was last known to hold. May lag behind; never runs ahead. */
  readonly held: StateVector
  saveHeld(held: StateVector): void
  close(): void
}

/** Loads what was kept into `doc` and keeps every change from then on; null where the browser cannot. */
export async function keep(name: string, doc: Y.Doc, aborted: AbortSignal): Promise<Keeping | null> {
  // y-indexeddb leaves a failed opening unanswered, so it is only asked where opening works.
  if (!(await canOpen(`${name}?`)) || aborted.aborted) return null
  const persistence = new IndexeddbPersistence(name, doc)
  const loaded = await within(openWithinMs, persistence.whenSynced)
  const stored: unknown = loaded === null ? undefined : await persistence.get('held')
  let newest: StateVector | null = null
  let saving = false

  // One save at a time, of the newest: a busy room costs no queue.
  const save = async () => {
    if (saving) return
    saving = true
    while (newest !== null) {
      const bytes = encodeVector(newest)
      newest = null
      // The type of `set` forgets typed arrays; IndexedDB stores them as they are. A save that fails only lags.
      await persistence.set('held', bytes as unknown as ArrayBuffer).catch(() => undefined)
    }
    saving = false
  }
  return {
    held: stored === undefined ? nothingHeld : decodeVector(stored),
    saveHeld(held) {
      newest = held
      void save()
    },
    close() {
      void persistence.destroy()
    },
  }
}

function canOpen(name: string): Promise<boolean> {
  return new Promise(resolve => {
    try {
      const request = indexedDB.open(name)
      request.onerror = () => resolve(false)
      request.onsuccess = () => {
        request.result.close()
        indexedDB.deleteDatabase(name)
        resolve(true)
      }
    } catch {
      resolve(false)
    }
  })
}

function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
