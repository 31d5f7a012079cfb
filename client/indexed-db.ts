/**
 * Keeps rooms in the browser's IndexedDB: one database per app, used by all its rooms and tabs at once.
 *
 * Object stores: `updates` with the content, `unsaved`, `parked` (each with a counted key and an index by room), and
 * `rooms` with one record per room. A count goes on after its records are gone, so that no key comes twice.
 */

import * as Y from 'yjs'
import type { Kept, Parked, RoomStorage, Unsaved } from './storage.ts'

const VERSION = 1
const COUNTED = ['updates', 'unsaved', 'parked'] as const
const STORES = [...COUNTED, 'rooms'] as const
/** A few hundred keystrokes: loading stays fast, while a large room is not rewritten all the time. */
const MERGE_AFTER = 300

export interface DatabaseOptions {
  /** How long the browser may take to open the database, in milliseconds. */
  readonly withinMs: number
  readonly clock: { after(delayMs: number, run: () => void): { cancel(): void } }
  /** A room's records could not be merged. Nothing is lost; it is tried again after the next load or more adds. */
  readonly mergeFailed: (error: unknown, room: string) => void
  /** With more records than this, those of a room are merged into one. Default 300. */
  readonly mergeAfter?: number
}

type Counted = (typeof COUNTED)[number]
type Garbage = Pick<Y.Doc, 'gc' | 'gcFilter'>
/** Issues requests, and awaits nothing but their answers: with anything else, the transaction would end under it. */
type Work<T> = (tx: IDBTransaction) => Promise<T>

/**
 * One connection of this page to the app's database. It ends when another page upgrades or deletes the database, or
 * the browser withdraws it: from then on everything rejects, and what was under way finishes or rejects.
 */
export class Database {
  readonly options: DatabaseOptions
  readonly #connection: IDBDatabase
  /** Resolves when every transaction so far is over. */
  #settled: Promise<void> = Promise.resolve()
  /** Why nothing more can be asked; null while it can. */
  #ended: string | null = null

  private constructor(connection: IDBDatabase, options: DatabaseOptions) {
    this.options = options
    this.#connection = connection
    // Holding on would block a newer version of the app, or the deletion, in every other tab.
    connection.onversionchange = () => this.#end('Another page has upgraded or deleted the database')
    connection.onclose = () => this.#end('The browser has withdrawn the database')
  }

  /**
   * Opens the database called `name`, which is made if there is none. Rejects with a `DOMException` where the browser
   * keeps nothing: its `name` is `NotSupportedError` without IndexedDB, `TimeoutError` when no answer came within
   * `withinMs` (or another tab blocked the upgrade for so long), `VersionError` when a newer version of the app has
   * upgraded it, `InvalidStateError` when the database is not of this module, or what the browser gave, such as
   * `SecurityError`. An answer that comes too late is closed at once.
   */
  static open(name: string, options: DatabaseOptions): Promise<Database> {
    return new Promise((resolve, reject) => {
      // Where storage is forbidden, this line or the next throws, and the promise rejects.
      if (!globalThis.indexedDB) throw new DOMException('This browser has no IndexedDB', 'NotSupportedError')
      const request = indexedDB.open(name, VERSION)
      let problem = 'IndexedDB did not answer'
      const timer = options.clock.after(options.withinMs, () => {
        request.onsuccess = () => request.result.close()
        reject(new DOMException(`${problem} within ${options.withinMs} ms`, 'TimeoutError'))
      })
      request.onupgradeneeded = () => createStores(request.result)
      // Not refused at once: the other tab closes on `versionchange`, but only when its last transaction is over.
      request.onblocked = () => {
        problem = 'Another tab did not let go of the older database'
      }
      request.onerror = () => {
        timer.cancel()
        reject(request.error)
      }
      request.onsuccess = () => {
        timer.cancel()
        const connection = request.result
        if (STORES.every(store => connection.objectStoreNames.contains(store))) {
          resolve(new Database(connection, options))
        } else {
          connection.close()
          reject(invalidState(`The database "${name}" belongs to something else`))
        }
      }
    })
  }

  /**
   * The storage of one room; the name may be any string. Merging drops deleted content as `doc` does, the document of
   * the room; without it, all of it goes. Two storages of a room are like two tabs.
   */
  room(name: string, doc?: Garbage): RoomStorage {
    return new KeptRoom(this, name, doc)
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  /** Ends every room; resolves when what was under way is over. Idempotent, never rejects. */
  close(): Promise<void> {
    this.#end('The database was closed')
    return this.#settled
  }

  /** Resolves when what is under way now is over. Never rejects. */
  settled(): Promise<void> {
    return this.#settled
  }

  /**
   * One transaction. Each takes all stores, so that they run one after the other, as they were called. Resolves when
   * all that `work` asked for is kept; rejects when nothing of it is.
   */
  async run<T>(mode: IDBTransactionMode, work: Work<T>, durability?: IDBTransactionDurability): Promise<T> {
    if (this.#ended !== null) throw invalidState(this.#ended)
    const tx = this.#connection.transaction(STORES, mode, { durability })
    const over = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve()
      tx.onabort = () => reject(tx.error ?? new DOMException('The transaction was aborted', 'AbortError'))
    })
    const worked = work(tx).catch(error => {
      tx.abort()
      throw error
    })
    this.#settled = Promise.allSettled([this.#settled, over]).then(() => undefined)
    const [result] = await Promise.all([worked, over])
    return result
  }

  #end(why: string): void {
    this.#ended ??= why
    this.#connection.close()
  }
}

class KeptRoom implements RoomStorage {
  readonly #database: Database
  readonly #name: string
  readonly #doc: Garbage | undefined
  #closed = false
  /** Adds by this storage since it last tried to merge. */
  #adds = 0

  constructor(database: Database, name: string, doc: Garbage | undefined) {
    this.#database = database
    this.#name = name
    this.#doc = doc
  }

  async load(): Promise<Kept> {
    const [updates, unsaved, parked, room] = await this.#run('readonly', tx =>
      Promise.all([
        this.#all(tx, 'updates'),
        this.#all(tx, 'unsaved'),
        this.#all(tx, 'parked'),
        answer<unknown>(tx.objectStore('rooms').get(this.#name)),
      ]),
    )
    this.#mergeIfMany(updates.length)
    return {
      updates: updates.filter(isContent).map(({ update }) => update),
      unsaved: unsaved.filter(isUnsaved).map(({ key, at, stretches }) => ({ key, at, stretches })),
      parked: parked.filter(isParked).map(({ key, at, code, message, update }) => ({ key, at, code, message, update })),
      epoch: hasNumbers(room, 'epoch') ? room.epoch : null,
      generation: hasNumbers(room, 'generation') ? room.generation : 0,
    }
  }

  async add(update: Uint8Array): Promise<void> {
    await this.#write(tx => this.#add(tx, 'updates', { update: copy(update) }))
    this.#mergeIfMany(++this.#adds)
  }

  async addUnsaved(update: Uint8Array, { at, stretches }: Omit<Unsaved, 'key'>): Promise<number> {
    const write = (tx: IDBTransaction) => {
      this.#add(tx, 'updates', { update: copy(update) })
      return this.#add(tx, 'unsaved', { at, stretches })
    }
    // There may be no other copy of what was typed: once this has resolved, a power cut must not take it.
    const key = await this.#write(write, 'strict')
    this.#mergeIfMany(++this.#adds)
    return key
  }

  async saved(keys: readonly number[]): Promise<void> {
    await this.#write(tx => {
      for (const key of keys) tx.objectStore('unsaved').delete(key)
    })
  }

  async setEpoch(epoch: number, generation = 0): Promise<void> {
    await this.#write(tx => tx.objectStore('rooms').put({ room: this.#name, epoch, generation }))
  }

  async replace(
    state: Uint8Array,
    epoch: number | null,
    parked: Omit<Parked, 'key'> | null,
    generation = 0,
  ): Promise<number | null> {
    const write = async (tx: IDBTransaction) => {
      // Asked for before anything is added, so that the new is not among them.
      const old = (['updates', 'unsaved'] as const).map(store => ({
        store: tx.objectStore(store),
        keys: answer(tx.objectStore(store).index('room').getAllKeys(this.#name)),
      }))
      this.#add(tx, 'updates', { update: copy(state) })
      tx.objectStore('rooms').put({ room: this.#name, epoch, generation })
      const key = parked && this.#park(tx, parked)
      for (const { store, keys } of old) for (const key of await keys) store.delete(key)
      return key
    }
    return this.#run('readwrite', write, 'strict')
  }

  async unpark(key: number): Promise<void> {
    await this.#write(tx => tx.objectStore('parked').delete(key))
  }

  /** Waits for this page's other rooms too; their transactions stand in the same queue. */
  close(): Promise<void> {
    this.#closed = true
    return this.#database.settled()
  }

  async #run<T>(mode: IDBTransactionMode, work: Work<T>, durability?: IDBTransactionDurability): Promise<T> {
    if (this.#closed) throw invalidState(`The storage of room "${this.#name}" was closed`)
    return this.#database.run(mode, work, durability)
  }

  /** For work that waits for no answer: it is committed even when the page goes away in this moment. */
  #write<T>(work: (tx: IDBTransaction) => T | Promise<T>, durability?: IDBTransactionDurability): Promise<T> {
    const write = async (tx: IDBTransaction) => {
      const result = work(tx)
      tx.commit()
      return result
    }
    return this.#run('readwrite', write, durability)
  }

  #all(tx: IDBTransaction, store: Counted): Promise<unknown[]> {
    return answer<unknown[]>(tx.objectStore(store).index('room').getAll(this.#name))
  }

  /** Resolves with the key. */
  #add(tx: IDBTransaction, store: Counted, record: object): Promise<number> {
    return answer(tx.objectStore(store).add({ ...record, room: this.#name }) as IDBRequest<number>)
  }

  #park(tx: IDBTransaction, { at, code, message, update }: Omit<Parked, 'key'>): Promise<number> {
    return this.#add(tx, 'parked', { at, code, message, update: copy(update) })
  }

  /** One transaction from reading to deleting: a tab that merges at the same time runs before it or after it. */
  #mergeIfMany(records: number): void {
    const { mergeAfter = MERGE_AFTER, mergeFailed } = this.#database.options
    if (records <= mergeAfter || this.#closed || !this.#database.isOpen) return
    this.#adds = 0
    const merge = async (tx: IDBTransaction) => {
      // Records of an unknown shape are not understood, so they are not deleted either.
      const found = (await this.#all(tx, 'updates')).filter(isContent)
      if (found.length <= mergeAfter) return
      this.#add(tx, 'updates', { update: merged(found, this.#doc) })
      for (const { key } of found) tx.objectStore('updates').delete(key)
    }
    this.#run('readwrite', merge).catch(error => mergeFailed(error, this.#name))
  }
}

/** One update with all of `records`, including what waits for something that has not come yet. */
function merged(records: readonly Content[], like: Garbage | undefined): Uint8Array {
  const doc = new Y.Doc({ gc: like?.gc, gcFilter: like?.gcFilter })
  // In several transactions, Yjs would delete formatting that it finds redundant after a remote change of a text. Here
  // all texts are new. Such deletions would be nobody's edit.
  doc.transact(() => {
    for (const { update } of records) Y.applyUpdate(doc, update)
  })
  return Y.encodeStateAsUpdate(doc)
}

/** The result of a request. Never settles when it fails: its transaction then aborts with the same error. */
function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise(resolve => {
    request.onsuccess = () => resolve(request.result)
  })
}

function createStores(database: IDBDatabase): void {
  for (const store of COUNTED) {
    database.createObjectStore(store, { keyPath: 'key', autoIncrement: true }).createIndex('room', 'room')
  }
  database.createObjectStore('rooms', { keyPath: 'room' })
}

/** A view of a few bytes would be kept with the whole buffer it looks at, such as a message of many updates. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

function invalidState(message: string): DOMException {
  return new DOMException(message, 'InvalidStateError')
}

type Content = Pick<Parked, 'key' | 'update'>

/** What another version of this page has written may have any shape; what is not understood is left out. */
function isContent(value: unknown): value is Content {
  return hasNumbers(value, 'key') && value.update instanceof Uint8Array
}

function isUnsaved(value: unknown): value is Unsaved {
  if (!hasNumbers(value, 'key', 'at') || !Array.isArray(value.stretches)) return false
  return value.stretches.every(stretch => hasNumbers(stretch, 'client', 'from', 'to'))
}

function isParked(value: unknown): value is Parked {
  return hasNumbers(value, 'at', 'code') && typeof value.message === 'string' && isContent(value)
}

function hasNumbers<K extends string>(
  value: unknown,
  ...keys: K[]
): value is Record<string, unknown> & Record<K, number> {
  return typeof value === 'object' && value !== null && keys.every(key => typeof Reflect.get(value, key) === 'number')
}
