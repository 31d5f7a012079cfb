import { expect } from 'vitest'
import * as Y from 'yjs'
import type { Authenticate } from '../../server/auth.ts'
import type { Limits } from '../../server/limits.ts'
import { edit } from '../support/editing.ts'
import { assertNothingPending, deletionsOf, quietDoc, viewOf } from '../support/oracle.ts'
import type { Random } from '../support/random.ts'
import { Stage } from '../support/stage.ts'
import { isUnordered } from '../support/unordered.ts'
import { Attacker } from './attacker.ts'
import { Honest } from './honest.ts'
import { Harbour } from './line.ts'
import { type TongueName, tongueNames, tongues } from './tongues.ts'

/** The room of the honest pair, and one that attackers have for themselves. */
export const ROOM = 'room'
export const CELLAR = 'cave'

/** The token is the name: Mallory may write, Eve may read. */
const authenticate: Authenticate = ({ token }) => {
  if (token === 'mallory' || token === 'ada' || token === 'lin') return { access: 'write', user: { id: token } }
  return token === 'eve' ? { access: 'read', user: { id: token } } : null
}

/** A room as the disk has it. */
class OnDisk {
  readonly doc = quietDoc(null, false)
  /** Whether something is in it that stands elsewhere for whoever loads it in another order. */
  unordered = false

  take(record: Uint8Array): void {
    Y.applyUpdate(this.doc, record)
    assertNothingPending(this.doc)
    this.unordered ||= isUnordered(this.doc, record)
  }

  /**
   * Whether everything that an update claims is there: every clock, and every deletion. Applying it would not tell: Yjs
   * parks what is there already when the copy refers to something that is not.
   */
  has(update: Uint8Array): boolean {
    const { store } = this.doc
    const { structs, ds } = Y.decodeUpdate(update)
    const known = structs.every(
      one => one instanceof Y.Skip || one.id.clock + one.length <= clockOf(store, one.id.client),
    )
    // Where order decides what an entry of a map replaces, a compaction may have found more to be deleted than is seen here.
    if (!known || this.unordered) return known
    return [...ds.clients].every(([client, items]) => items.every(item => isDeleted(store, client, item)))
  }
}

function clockOf(store: Y.Doc['store'], client: number): number {
  return Y.getState(store, client)
}

function isDeleted(store: Y.Doc['store'], client: number, { clock, len }: { clock: number; len: number }): boolean {
  const end = clock + len
  if (end > clockOf(store, client)) return false
  const structs = store.clients.get(client) ?? []
  for (let i = Y.findIndexSS(structs, clock); i < structs.length && structs[i].id.clock < end; i++) {
    if (!structs[i].deleted) return false
  }
  return true
}

/** Two honest people in a room, and others who are not, on one server. */
export class Scene {
  readonly stage: Stage
  readonly harbour: Harbour
  readonly honest: [Honest, Honest]
  readonly attackers: Attacker[]
  readonly #random: Random
  readonly #onDisk = new Map<string, OnDisk>()
  #appendsSeen = 0
  #checks = 0
  acknowledged = 0
  /** Documents that were compared with what is on disk, and those of them whose order could be compared as well. */
  looks = 0
  looksAtOrder = 0

  private constructor(stage: Stage, random: Random, pair: readonly [TongueName, TongueName]) {
    this.stage = stage
    this.#random = random
    this.harbour = new Harbour(stage, authenticate)
    this.honest = [
      new Honest(this.harbour, tongues[pair[0]], { token: 'ada', id: 1 }),
      new Honest(this.harbour, tongues[pair[1]], { token: 'lin', id: 2 }),
    ]
    this.attackers = tongueNames.flatMap(name => [
      new Attacker(this.harbour, name, 'mallory', ROOM),
      new Attacker(this.harbour, name, 'mallory', CELLAR),
      new Attacker(this.harbour, name, 'eve', ROOM),
    ])
  }

  static async set(random: Random, limits: Partial<Limits> = {}): Promise<Scene> {
    const stage = await Stage.set({ compactBytes: 2_000, ...limits })
    const scene = new Scene(stage, random, ['y-websocket', random.pick(['native', 'hocuspocus'])])
    for (const person of scene.honest) {
      await person.enter()
      person.doc.getText('text').insert(0, 'we were here first. ')
    }
    await scene.othersGoOn()
    return scene
  }

  /** What is on disk of a room. */
  onDisk(room: string): OnDisk {
    this.#readDisk()
    return this.#diskOf(room)
  }

  #diskOf(room: string): OnDisk {
    const known = this.#onDisk.get(room)
    if (known !== undefined) return known
    const fresh = new OnDisk()
    this.#onDisk.set(room, fresh)
    return fresh
  }

  clocks(room: string): ReadonlyMap<number, number> {
    return this.stage.rooms.find(room)?.document.stateVector() ?? new Map()
  }

  /** Everything that an input has set off is over. */
  async pass(): Promise<void> {
    this.stage.clock.flushTurns()
    await new Promise(setImmediate)
    this.stage.clock.flushTurns()
    await new Promise(setImmediate)
  }

  /** What was just acknowledged is on disk, to the last bit. */
  checkAcknowledged(attacker: Attacker): void {
    attacker.listen()
    if (attacker.acknowledged.length === 0) return
    for (const { room, update } of attacker.acknowledged.splice(0)) {
      this.acknowledged++
      if (!this.onDisk(room).has(update)) {
        throw new Error(`${attacker.name}: acknowledged in ${room}, and not on disk: ${[...update]}`)
      }
    }
  }

  /** The honest pair writes, each sees what the other does, nobody closed them, and a newcomer loads the same. */
  async othersGoOn(): Promise<void> {
    const { honest, stage } = this
    this.#checks++
    for (const person of honest) {
      edit(this.#random, person.doc)
      person.doc.getText('text').insert(0, '.')
      person.awareness.setLocalStateField('check', this.#checks)
    }
    await this.#settle()
    for (const person of honest) expect([person.closing, person.wasPutOut]).toEqual([null, false])
    // Yjs takes another id when it hears what it did not say in its own name.
    expect(honest.map(({ doc }) => doc.clientID)).toEqual([1, 2])
    const [ada, lin] = honest
    for (const [one, other] of [[ada, lin] as const, [lin, ada] as const]) {
      expect(one.awareness.getStates().get(other.doc.clientID)?.check).toBe(this.#checks)
    }
    const room = stage.rooms.find(ROOM)
    expect(room?.problem).toBe(null)
    for (const person of honest) {
      expect(room?.stateVector().get(person.doc.clientID)).toBe(Y.getState(person.doc.store, person.doc.clientID))
    }
    await this.everyoneHas(
      ROOM,
      honest.map(({ doc }) => doc),
    )
  }

  /** These documents and a newcomer's are what is on disk. */
  async everyoneHas(room: string, docs: readonly Y.Doc[] = []): Promise<void> {
    const newcomer = new Honest(this.harbour, tongues['y-websocket'], { token: 'eve', room })
    await newcomer.enter()
    for (let round = 0; round < 3; round++) {
      newcomer.speak()
      await this.pass()
      newcomer.listen()
    }
    const { doc: truth, unordered } = this.onDisk(room)
    for (const doc of [...docs, newcomer.doc]) {
      assertNothingPending(doc)
      expect(clocksOf(doc)).toEqual(clocksOf(truth))
      this.looks++
      if (unordered) continue
      this.looksAtOrder++
      expect(sorted(deletionsOf(doc))).toEqual(sorted(deletionsOf(truth)))
      expect(viewOf(doc)).toBe(viewOf(truth))
    }
    newcomer.leave()
  }

  /** Everybody goes. */
  leave(): void {
    for (const one of [...this.honest, ...this.attackers]) one.leave()
  }

  async #settle(): Promise<void> {
    for (let round = 0; ; round++) {
      if (round > 100) throw new Error('the honest pair never falls silent')
      const busy = this.honest.some(person => person.isBusy)
      for (const person of this.honest) person.speak()
      await this.pass()
      this.stage.clock.advance(this.stage.limits.longestRestMs)
      await this.pass()
      for (const person of this.honest) person.listen()
      if (!busy && round > 1) return
    }
  }

  #readDisk(): void {
    const { appends } = this.stage.store
    for (; this.#appendsSeen < appends.length; this.#appendsSeen++) {
      const { room, records } = appends[this.#appendsSeen]
      for (const { update } of records) this.#diskOf(room).take(update)
    }
  }
}

function clocksOf(doc: Y.Doc): [number, number][] {
  return sorted(Y.decodeStateVector(Y.encodeStateVector(doc)))
}

function sorted<T>(map: ReadonlyMap<number, T>): [number, T][] {
  return [...map].sort(([a], [b]) => a - b)
}
