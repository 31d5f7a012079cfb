import { ObservableV2 } from 'lib0/observable'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { closings } from '../protocol/close.ts'
import type { Access } from '../protocol/message.ts'
import { SIGNAL_LENGTH } from '../protocol/native.ts'
import type { Hearing, Saying } from '../protocol/native-client.ts'
import type { Clock } from './clock.ts'
import type { ConnectionState } from './connection-state.ts'
import { Keeping, type KeepingParts, type Persistence } from './keeping.ts'
import { isOwnOrigin, STORAGE, TAB } from './origins.ts'
import { Presence } from './presence.ts'
import { Promises, RoomError } from './promises.ts'
import { changes, type RefusedEdits, RefusedList } from './refused.ts'
import { renamed } from './renamed.ts'
import { type RoomStatus, sameStatus, statusOf } from './status.ts'
import type { Kept } from './storage.ts'
import { type RebuildReason, Sync } from './sync.ts'
import { Tabs } from './tabs.ts'
import { type Fate, type Numbered, stretchesOf, UnsavedEdits } from './unsaved.ts'

export interface RoomEvents {
  status(status: RoomStatus): void
  /** Everything the server had has arrived, or that is no longer known. */
  synced(synced: boolean): void
  /** The same, under the name that bindings made for y-websocket listen to. */
  sync(synced: boolean): void
  /** `room.doc` and `room.awareness` are others: bind to them anew. Follows only on refused or discarded edits. */
  doc(doc: Y.Doc): void
  /** Edits were refused, and are now among `room.refused`. */
  rejected(edits: RefusedEdits): void
  /** `room.refused` is another list. */
  refused(edits: readonly RefusedEdits[]): void
  /** The room on the server is another than the one whose content is here: see `Room.reconcile`. */
  replaced(): void
  /** The server lets us do something else than before. */
  access(access: Access): void
  signal(name: string, data: unknown): void
  persistence(persistence: Persistence): void
  /** Something went wrong that is not the end of it: the storage failed, a token could not be had. */
  problem(error: unknown): void
  destroy(): void
}

export interface RoomParts {
  name: string
  doc: Y.Doc
  clock: Clock
  /** In [0, 1). */
  random: () => number
  keeping: Pick<KeepingParts, 'storage' | 'keepAlone'>
  /** The name of the channel that tabs share; null when there are no other tabs. */
  channel: string | null
  connection(): ConnectionState
  say(saying: Saying): void
  listen(room: Room, number: number | null): void
  /** Tries to connect now. */
  retry(): void
  destroyed(room: Room): void
}

/** Yjs slows down in transactions of many more updates than this. */
const UPDATES_PER_TRANSACTION = 1_000

/**
 * A shared document, who is in it, and what is known of its copy on the server. A drop-in for editor bindings that want
 * a provider: `doc`, `awareness`, `synced`, `on`, `off`, `destroy`.
 */
export class Room extends ObservableV2<RoomEvents> {
  readonly name: string
  readonly #parts: RoomParts
  readonly #unsaved = new UnsavedEdits()
  readonly #keeping: Keeping
  readonly #sync: Sync
  readonly #tabs: Tabs | null
  readonly #savedPromises = new Promises()
  readonly #syncedPromises = new Promises()
  readonly #refused: RefusedList
  readonly #loaded: Promise<void>
  #doc: Y.Doc
  #presence: Presence
  #status: RoomStatus
  #isSynced = false
  #access: Access | null = null
  #epoch: number | null = null
  /** Another number whenever the content was replaced. */
  #generation = 0
  #isDestroyed = false
  #closed: Promise<void> = Promise.resolve()

  constructor(parts: RoomParts) {
    super()
    this.name = parts.name
    this.#parts = parts
    this.#doc = parts.doc
    this.#presence = new Presence(parts.doc, update => this.#sayHere(room => ({ type: 'presence', room, update })))
    this.#refused = this.#openRefused()
    this.#keeping = this.#openKeeping()
    this.#sync = this.#openSync()
    this.#status = this.#statusNow()
    this.#doc.on('afterTransactionCleanup', this.#listen)
    // What the app has put in already is as unsaved as what it will.
    if (parts.doc.store.clients.size > 0) this.#edited(Y.encodeStateAsUpdate(parts.doc))
    this.#tabs = parts.channel === null ? null : this.#openTabs(parts.channel)
    this.#loaded = this.#load()
  }

  /** The document. Another one, announced by a `doc` event, only after edits were refused or discarded. */
  get doc(): Y.Doc {
    return this.#doc
  }

  get awareness(): Awareness {
    return this.#presence.awareness
  }

  get status(): RoomStatus {
    return this.#status
  }

  /** What the server lets us do here; null until it has said so for the first time. */
  get access(): Access | null {
    return this.#access
  }

  /** Whether everything the server had has arrived, and the rest arrives as it comes. */
  get synced(): boolean {
    return this.#isSynced
  }

  /** Whether this browser keeps the room across visits. */
  get persistence(): Persistence {
    return this.#keeping.persistence
  }

  /** Edits that the server refused, and on which somebody has to decide. Oldest first. */
  get refused(): readonly RefusedEdits[] {
    return this.#refused.all
  }

  /** Resolves when what the browser kept is in the document, or when it is known that there is nothing. */
  get loaded(): Promise<void> {
    return this.#loaded
  }

  /**
   * Resolves when everything written here so far is on the server's disk. Waits while there is no network. Rejects with
   * `RoomError` when the server refuses it or puts us out for good, and when the room is destroyed.
   */
  async saved(): Promise<void> {
    await this.#loaded
    const n = this.#unsaved.last
    if (this.#unsaved.first > n) return
    if (this.#isDestroyed) throw destroyed()
    if (this.#status.kind === 'stopped') throw new RoomError(this.#status.code, this.#status.reason)
    await this.#savedPromises.wait(n)
  }

  /**
   * Resolves when everything the server has has arrived. Waits while there is no network. Rejects with `RoomError` when the
   * server does not let us in, and when the room is destroyed.
   */
  whenSynced(): Promise<void> {
    if (this.#isSynced) return Promise.resolve()
    if (this.#isDestroyed) return Promise.reject(destroyed())
    if (this.#status.kind === 'stopped') {
      return Promise.reject(new RoomError(this.#status.code, this.#status.reason))
    }
    return this.#syncedPromises.wait(0)
  }

  /** Where the piece of content with that Yjs id is: waiting here, on its way, or on the server's disk. */
  fateOf({ client, clock }: { client: number; clock: number }): Fate {
    return this.#refused.has(client, clock) ? 'refused' : this.#unsaved.fateOf(client, clock)
  }

  /**
   * Says something to everyone who is here now; never stored, and lost without a connection or the right to write. Throws `RangeError` when
   * the name and the JSON of `data` have more than 16,384 characters.
   */
  signal(name: string, data: unknown = null): void {
    const json = JSON.stringify(data) ?? 'null'
    if (name.length + json.length > SIGNAL_LENGTH) {
      throw new RangeError(
        `A signal has at most ${SIGNAL_LENGTH} characters; this one has ${name.length + json.length}.`,
      )
    }
    this.#sayHere(room => ({ type: 'signal', room, name, data: json }))
  }

  /**
   * After a `replaced` event: the room was deleted, restored or made anew on the server, and content of the old one is
   * here. `merge` brings that into the new room, `discard` drops it. Until then it is kept, and nothing is sent.
   */
  reconcile(choice: 'merge' | 'discard'): void {
    const { phase } = this.#sync
    if (phase.kind !== 'stopped' || phase.epoch === null) return
    // At once, not when the new one has arrived: what is written from now on belongs to that.
    if (choice === 'discard') this.#rebuilt(new Y.Doc({ gc: this.#doc.gc }), { kind: 'discarded' }, phase.epoch)
    // Whoever comes without an epoch merges, and learns the one that is there with its content.
    else this.#epoch = null
    this.#sync.start()
  }

  /** Tries again now: after the server put us out for good, or without waiting for the next attempt to connect. */
  retry(): void {
    this.#parts.retry()
    if (this.#sync.phase.kind === 'stopped') this.#sync.start()
  }

  /** Ends it. What is not saved stays in the browser for the next visit; the document stays as it is. */
  override destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.#presence.destroy()
    this.#unlisten(this.#doc)
    this.#sync.stop()
    this.#tabs?.close()
    this.#closed = this.#keeping.close()
    this.#breakPromises(destroyed())
    this.#parts.destroyed(this)
    this.emit('destroy', [])
    super.destroy()
  }

  /** Resolves when nothing of it is being written any more, after it was destroyed. */
  get closed(): Promise<void> {
    return this.#closed
  }

  /** The connection's state is another. */
  connectionChanged(state: ConnectionState): void {
    if (state.kind === 'open') this.#sync.connected()
    else this.#sync.disconnected()
    this.#refresh()
    if (state.kind === 'stopped') this.#breakPromises(new RoomError(state.code, state.reason))
  }

  /** The server says something about this room. */
  hear(hearing: Hearing): void {
    if (hearing.type === 'presence') this.#presence.hear(hearing.update)
    else if (hearing.type === 'signal') this.emit('signal', [hearing.name, JSON.parse(hearing.data)])
    else this.#sync.hear(hearing)
  }

  #openKeeping(): Keeping {
    const { keeping, clock } = this.#parts
    return new Keeping({
      ...keeping,
      clock,
      merge: Y.mergeUpdates,
      whole: () => Y.encodeStateAsUpdate(this.#doc),
      changed: () => this.emit('persistence', [this.persistence]),
      failed: error => this.emit('problem', [error]),
    })
  }

  #openSync(): Sync {
    const { name, clock, random, connection, say, listen } = this.#parts
    return new Sync({
      name,
      clock,
      random,
      unsaved: this.#unsaved,
      doc: () => this.#doc,
      epoch: () => this.#epoch,
      isConnected: () => connection().kind === 'open',
      say,
      listen: number => listen(this, number),
      events: {
        phase: () => this.#phaseChanged(),
        entered: access => this.#entered(access),
        took: update => this.#keeping.keepOthers(update),
        lacking: update => this.#lacking(update),
        shared: epoch => this.#shared(epoch),
        saved: edits => this.#saved(edits),
        postponed: generation => this.#tabs?.postpone(generation),
        rebuilt: (doc, reason, epoch) => this.#rebuilt(doc, reason, epoch),
      },
    })
  }

  #openTabs(channel: string): Tabs {
    return new Tabs({
      channel,
      clock: this.#parts.clock,
      unsaved: this.#unsaved,
      doc: () => this.#doc,
      send: (n, update) => this.#sync.send(n, update),
      saved: edits => this.#saved(edits),
      keepAgain: () => this.#keepAgain(),
      lineage: () => ({ epoch: this.#epoch, generation: this.#generation }),
      follow: generation => this.#sync.rebuild({ kind: 'followed', generation }),
      changed: () => this.#refresh(),
    })
  }

  #openRefused(): RefusedList {
    return new RefusedList({
      document: () => this.#doc,
      decided: key => void this.#keeping.unpark(key),
      changed: () => {
        this.emit('refused', [this.refused])
        this.#refresh()
      },
    })
  }

  async #load(): Promise<void> {
    const kept = await this.#keeping.load()
    if (this.#isDestroyed) return
    if (kept !== null) await this.#remember(kept)
    if (this.#isDestroyed) return
    this.#tabs?.greet()
    this.#sync.start()
    this.#refresh()
  }

  /**
   * Yjs encodes every transaction anew as soon as somebody listens to updates: for a first sync that is as much work again
   * as taking it in. It looks for listeners right after this event, so there is one when the transaction was made here.
   */
  #listen = ({ origin }: Y.Transaction, doc: Y.Doc): void => {
    if (isOwnOrigin(origin)) doc.on('update', this.#docChanged)
    else doc.off('update', this.#docChanged)
  }

  #unlisten(doc: Y.Doc): void {
    doc.off('afterTransactionCleanup', this.#listen)
    doc.off('update', this.#docChanged)
  }

  /** What was kept: of content, whatever can be read. */
  async #remember({ updates, unsaved, parked, epoch, generation }: Kept): Promise<void> {
    for (let at = 0; at < updates.length; at += UPDATES_PER_TRANSACTION) {
      this.#doc.transact(() => {
        for (const update of updates.slice(at, at + UPDATES_PER_TRANSACTION)) this.#applyKept(update)
      }, STORAGE)
    }
    this.#epoch = epoch
    this.#generation = generation
    // What was written here while this was read has its mark among them.
    const own = new Set(await Promise.all(this.#unsaved.all().map(({ edit }) => edit.key)))
    for (const { key, at, stretches } of unsaved) {
      if (!own.has(key)) this.#unsaved.add({ at, stretches, update: null, tab: null, key: Promise.resolve(key) })
    }
    for (const { key, ...edits } of parked) this.#refused.add(edits, Promise.resolve(key))
  }

  #applyKept(update: Uint8Array): void {
    try {
      Y.applyUpdate(this.#doc, update)
    } catch (error) {
      // The server has what it had of it; the rest is not to be read.
      this.emit('problem', [error])
    }
  }

  #docChanged = (update: Uint8Array): void => this.#edited(update)

  #edited(update: Uint8Array): void {
    const mark = { at: this.#parts.clock.now(), stretches: stretchesOf(update) }
    const n = this.#unsaved.add({ ...mark, update, tab: null, key: this.#keeping.keepEdit(update, mark) })
    this.#tabs?.edited(update, { n, ...mark })
    this.#sync.send(n, update)
    this.#refresh()
  }

  /** What was saved and is lacking there is unsaved again: the server lost it, or is another that it is brought to. */
  #lacking(update: Uint8Array): void {
    const stretches = this.#unsaved.beyond(stretchesOf(update))
    if (stretches.length === 0) return
    const mark = { at: this.#parts.clock.now(), stretches }
    this.#unsaved.add({ ...mark, update, tab: null, key: this.#keeping.keepEdit(update, mark) })
    this.#refresh()
  }

  #phaseChanged(): void {
    const { phase } = this.#sync
    if (this.#sync.number === null) this.#presence.loseOthers()
    if (this.#isSynced !== (phase.kind === 'live')) {
      this.#isSynced = phase.kind === 'live'
      this.emit('synced', [this.#isSynced])
      this.emit('sync', [this.#isSynced])
      if (this.#isSynced) this.#syncedPromises.keep(1)
    }
    this.#refresh()
    if (phase.kind !== 'stopped') return
    this.#breakPromises(new RoomError(phase.code, phase.reason))
    if (phase.code === closings['other-epoch'].code) this.emit('replaced', [])
  }

  #entered(access: Access): void {
    this.#presence.announce()
    if (this.#access === access) return
    this.#access = access
    this.emit('access', [access])
  }

  #shared(epoch: number): void {
    if (this.#epoch === epoch) return
    this.#epoch = epoch
    this.#keeping.setEpoch(epoch, this.#generation)
  }

  /** These are on the server's disk. */
  #saved(edits: readonly Numbered[]): void {
    if (edits.length === 0) return
    void this.#keeping.saved(edits.map(({ edit }) => edit.key))
    this.#refresh()
    this.#savedPromises.keep(this.#unsaved.first)
    this.#tabs?.saved(edits)
  }

  /** The server's state replaces the document; what is missing in it is set aside or dropped. */
  #rebuilt(fresh: Y.Doc, reason: RebuildReason, epoch: number): void {
    // The epoch of a room that nobody has written to is another tomorrow.
    this.#epoch = fresh.store.clients.size > 0 ? epoch : null
    const old = this.#doc
    this.#unlisten(old)
    const lost = this.#unsaved.clear()
    const kept = lost.filter(({ n, edit }) => {
      // What was sent before the refusal is on its way to the server's disk.
      return edit.update !== null && reason.kind === 'refused' && reason.taken.some(taken => taken.n === n)
    })
    for (const { edit } of kept) if (edit.update !== null) Y.applyUpdate(fresh, edit.update, TAB)
    this.#unsaved.restore(kept)
    const state = Y.encodeStateAsUpdate(fresh)
    const rest =
      reason.kind === 'refused' && reason.code === closings.equivocation.code
        ? this.#displaced(
            lost.filter(numbered => !kept.includes(numbered)),
            fresh,
            reason.offer,
          )
        : Y.encodeStateAsUpdate(old, Y.encodeStateVector(fresh))
    this.#doc = fresh
    fresh.on('afterTransactionCleanup', this.#listen)
    this.#presence = this.#presence.moveTo(fresh)
    let refused: RefusedEdits | null = null
    if (reason.kind === 'followed') {
      this.#generation = reason.generation
      // The tab that went before may have written more since.
      this.#tabs?.greet()
    } else {
      this.#generation += 1 + Math.floor(this.#parts.random() * 2 ** 40)
      const at = this.#parts.clock.now()
      const { code, message } = reason.kind === 'refused' ? reason : DISCARDED
      const parked = reason.kind === 'refused' && changes(state, rest) ? { at, code, message, update: rest } : null
      const key = this.#keeping.replace(state, this.#epoch, parked, this.#generation)
      if (parked !== null) refused = this.#refused.add(parked, key)
      this.#tabs?.rebuilt()
      this.#keepAgain()
      for (const { n, edit } of kept) if (edit.update !== null) this.#sync.send(n, edit.update)
    }
    const { code, message } = reason.kind === 'refused' ? reason : DISCARDED
    this.#savedPromises.break(new RoomError(code, message), kept.at(-1)?.n)
    this.emit('doc', [fresh])
    if (refused !== null) this.emit('rejected', [refused])
  }

  /**
   * Edits in whose place the server has something else. The document is no source of them any more: what it has heard since
   * builds on the other, and may have changed them.
   */
  #displaced(lost: readonly Numbered[], fresh: Y.Doc, offer: Uint8Array | null): Uint8Array {
    const updates = [offer, ...lost.map(({ edit }) => edit.update)].filter(update => update !== null)
    const own = lost.flatMap(({ edit }) => edit.stretches)
    return renamed(Y.mergeUpdates(updates), fresh, own)
  }

  /** Another tab has emptied the storage that both share: what is unsaved here goes in again. */
  #keepAgain(): void {
    for (const { edit } of this.#unsaved.all()) {
      const { at, stretches, update, tab } = edit
      if (tab === null && update !== null) edit.key = this.#keeping.keepEdit(update, { at, stretches })
    }
  }

  #breakPromises(error: RoomError): void {
    this.#savedPromises.break(error)
    this.#syncedPromises.break(error)
  }

  /** Says it when we are in the room, and forgets it otherwise. */
  #sayHere(saying: (room: number) => Saying): void {
    const room = this.#sync.number
    if (room !== null) this.#parts.say(saying(room))
  }

  #statusNow(): RoomStatus {
    const { count: pending, since } = this.#unsaved
    return statusOf({
      phase: this.#sync.phase,
      connection: this.#parts.connection(),
      pending,
      since,
      refused: this.#refused.all.length,
    })
  }

  #refresh(): void {
    const status = this.#statusNow()
    if (sameStatus(status, this.#status)) return
    this.#status = status
    this.emit('status', [status])
  }
}

const DISCARDED = { code: closings['other-epoch'].code, message: 'What was here was discarded.' }

function destroyed(): RoomError {
  return new RoomError(0, 'The room was destroyed before that could happen.')
}
