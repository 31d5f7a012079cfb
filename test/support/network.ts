import * as Y from 'yjs'
import { compact } from '../../server/document/compact.ts'
import { Document, mergeRecords } from '../../server/document/document.ts'
import type { Taken } from '../../server/document/gate.ts'
import { edit } from './editing.ts'
import { quietDoc } from './oracle.ts'
import type { Random } from './random.ts'

interface Client {
  doc: Y.Doc
  undo: Y.UndoManager
  connected: boolean
  /** Updates on their way to the server, and frames on their way from it. */
  outbox: Uint8Array[]
  inbox: Uint8Array[]
}

/** The part of a room that stands around a `Document`, on a network that delays, drops, doubles and reorders. */
export class Network {
  readonly oracle = quietDoc()
  readonly clients: Client[] = []
  /** What is on disk. */
  snapshot: { seq: number; parts: Uint8Array[]; index: Uint8Array } | null = null
  readonly records: Uint8Array[] = []
  document = Document.open(null)
  compactions = 0

  readonly #random: Random
  #inFlight: Taken[] = []
  #judging = false
  #unsent: Taken[] = []
  #held: Uint8Array[] = []
  #compacting: { seq: number; updates: Uint8Array[] } | null = null

  constructor(random: Random, clientCount: number) {
    this.#random = random
    for (let i = 0; i < clientCount; i++) this.#addClient(i)
  }

  /** One random event. */
  step(): void {
    const random = this.#random
    const client = random.pick(this.clients)
    const event = random.next()
    if (event < 0.35) this.#edit(client)
    else if (event < 0.4) random.pick([() => client.undo.undo(), () => client.undo.redo()])()
    else if (event < 0.55) this.#deliverToServer(client)
    else if (event < 0.65) this.#deliverToClient(client)
    else if (event < 0.75) this.commitSome()
    else if (event < 0.82) this.#fanOut()
    else if (event < 0.86) client.connected = false
    else if (event < 0.95) this.#reconnect(client)
    else if (event < 0.98) this.#compactOrRebase()
    else this.#loseWhatIsInFlight()
  }

  /** Everybody reconnects until everybody has everything. */
  settle(): void {
    for (let round = 0; round < 2; round++) {
      for (const client of this.clients) {
        client.outbox = []
        this.receive(Y.encodeStateAsUpdate(client.doc, this.document.encodedStateVector()))
        this.commitAll()
      }
    }
    this.#unsent = []
    for (const client of this.clients) {
      client.inbox = []
      for (const part of this.answer(stateVectorOf(client.doc))) Y.applyUpdate(client.doc, part)
    }
  }

  answer(known: ReadonlyMap<number, number>): Uint8Array[] {
    return partsOf(this.document, known)
  }

  /** What a restart would load. */
  reload(): Document {
    const document = Document.open(this.snapshot)
    document.load(this.records.map((update, i) => ({ seq: i + 1, update })).slice(document.seq))
    return document
  }

  receive(update: Uint8Array): void {
    let waiting = [...this.#held, update]
    for (let progress = true; progress; ) {
      progress = false
      const still: Uint8Array[] = []
      for (const one of waiting) {
        const { taken, missing } = this.#judge(one)
        for (const record of taken) {
          this.document.accept(record)
          this.#inFlight.push(record)
          progress = true
        }
        if (missing.size > 0) still.push(one)
      }
      waiting = still
    }
    this.#held = waiting.slice(-20)
  }

  /** At once, or in slices between which other things happen. */
  #judge(update: Uint8Array): { taken: Taken[]; missing: ReadonlyMap<number, number> } {
    const random = this.#random
    if (this.#judging || random.chance(0.7)) {
      const { taken, missing } = this.document.judge(update)
      return { taken: taken === null ? [] : [taken], missing }
    }
    this.#judging = true
    const sliceStructs = 1 + random.below(4)
    const work = this.document.judging(update, { sliceStructs, partBytes: random.pick([1, 40, 1_000]) })
    for (;;) {
      const { done, value } = work.next()
      if (done === true) {
        this.#judging = false
        return value
      }
      const event = random.next()
      if (event < 0.2) this.#deliverToServer(random.pick(this.clients))
      else if (event < 0.3) this.commitSome()
      else if (event < 0.35) this.#compactOrRebase()
    }
  }

  commitAll(): void {
    for (const taken of this.#inFlight.splice(0)) this.#commit(taken)
  }

  commitSome(): void {
    for (const taken of this.#inFlight.splice(0, 1 + this.#random.below(4))) this.#commit(taken)
  }

  #commit(taken: Taken): void {
    this.records.push(taken.update)
    this.document.commit(taken, this.records.length)
    this.#unsent.push(taken)
  }

  #addClient(i: number): void {
    const random = this.#random
    // Small, neighbouring, 32-bit and 53-bit ids.
    const id = random.pick([i + 1, 4294967295 - i, 9007199254740991 - i, 1000 + random.below(1e9) * 8 + i])
    const doc = quietDoc(id, random.chance(0.8))
    const roots = [doc.getText('text'), doc.getArray('list'), doc.getMap('map'), doc.getXmlFragment('xml')]
    const undo = new Y.UndoManager(roots, { trackedOrigins: new Set(['me']), captureTimeout: 0 })
    const client: Client = { doc, undo, connected: random.chance(0.8), outbox: [], inbox: [] }
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'me' && origin !== undo) return
      Y.applyUpdate(this.oracle, update)
      if (client.connected) client.outbox.push(update)
    })
    this.clients.push(client)
  }

  #edit({ doc }: Client): void {
    const edits = 1 + this.#random.below(3)
    doc.transact(() => {
      for (let i = 0; i < edits; i++) edit(this.#random, doc)
    }, 'me')
  }

  #deliverToServer(client: Client): void {
    if (!client.connected || client.outbox.length === 0) return
    const at = this.#random.chance(0.7) ? 0 : this.#random.below(client.outbox.length)
    const [update] = client.outbox.splice(at, 1)
    const fate = this.#random.next()
    if (fate < 0.1) return // lost
    if (fate < 0.2) client.outbox.push(update) // and once more later
    this.receive(update)
  }

  #deliverToClient(client: Client): void {
    if (!client.connected || client.inbox.length === 0) return
    const at = this.#random.chance(0.7) ? 0 : this.#random.below(client.inbox.length)
    const [update] = client.inbox.splice(at, 1)
    const fate = this.#random.next()
    if (fate < 0.1) return
    if (fate < 0.2) client.inbox.push(update)
    Y.applyUpdate(client.doc, update)
  }

  #fanOut(): void {
    if (this.#unsent.length === 0) return
    const frame = mergeRecords(this.#unsent)
    this.#unsent = []
    for (const client of this.clients) if (client.connected) client.inbox.push(frame)
  }

  #reconnect(client: Client): void {
    client.connected = true
    client.outbox = []
    client.inbox = []
    const random = this.#random
    const known = lowered(random, this.document.stateVector())
    this.receive(Y.encodeStateAsUpdate(client.doc, Y.encodeStateVector(new Map(known))))
    for (const part of this.answer(lowered(random, stateVectorOf(client.doc)))) {
      if (random.chance(0.95)) client.inbox.push(part)
    }
  }

  /** Compaction takes its contents at one moment and is done at a later one. */
  #compactOrRebase(): void {
    if (this.#compacting === null) {
      this.#compacting = this.document.contents()
      return
    }
    const { seq, updates } = this.#compacting
    this.#compacting = null
    this.snapshot = { seq, ...compact(updates, this.#random.pick([50, 300, 100_000])) }
    this.document.rebase(this.snapshot)
    this.compactions++
  }

  /** As after a failed append: the document is dropped and loaded again, and everybody has to reconnect. */
  #loseWhatIsInFlight(): void {
    this.document = this.reload()
    this.#inFlight = []
    this.#unsent = []
    this.#held = []
    this.#compacting = null
    for (const client of this.clients) client.connected = false
  }
}

export function partsOf(document: Document, known: ReadonlyMap<number, number>): Uint8Array[] {
  return [...{ [Symbol.iterator]: () => document.answer(known) }]
}

export function stateVectorOf(doc: Y.Doc): Map<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(doc))
}

/** The vector of somebody who knows less: what they say is as it is, is lower, or is missing. */
export function lowered(random: Random, vector: ReadonlyMap<number, number>): Map<number, number> {
  const low = new Map<number, number>()
  const faithful = random.chance(0.5)
  for (const [client, clock] of vector) {
    if (faithful || random.chance(0.4)) low.set(client, clock)
    else if (random.chance(0.7)) low.set(client, random.below(clock + 1))
  }
  return low
}
