import * as Y from 'yjs'
import { kinds } from '../../protocol/native.ts'
import { encodePresence } from '../../protocol/presence.ts'
import { edit } from '../support/editing.ts'
import { mutateBytes, mutateStructs } from '../support/mutate.ts'
import { docOf } from '../support/oracle.ts'
import type { Random } from '../support/random.ts'
import { traffic } from '../support/traffic.ts'
import type { Attacker } from './attacker.ts'
import { crafted } from './crafted.ts'
import { mutateFrame, randomBytes } from './mutations.ts'
import type { Recording } from './recording.ts'
import { CELLAR, ROOM, type Scene } from './scene.ts'
import type { Place, Word } from './tongues.ts'

/** Rooms whose names are like something else. */
export const ODD_NAMES = ['__proto__', 'constructor', 'hasOwnProperty', '../../etc/passwd', 'a/b', '%00', '💥', ' ', '']
const ODD_STATES = [
  'null',
  ' null ',
  '0',
  '""',
  '[]',
  '{"user":{"__proto__":{"x":1}}}',
  '{"identity":{"id":"ada"}}',
  '1e999',
]
const ODD_CLOCKS = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 46, 2 ** 46 + 1, 2 ** 53 - 1]
const ODD_STRINGS = ['', 'x', '\0', '__proto__', '💥', 'null', '{"a":', '[[[[[[[[', 'x'.repeat(300)]

/** What one input is made of: tells which kinds a run has seen. */
export type Kind = 'mutated frame' | 'mutated update' | 'wrong structs' | 'crafted' | 'honest' | 'odd word' | 'random'

/** Makes inputs, the same for the same random numbers. */
export class Arsenal {
  readonly #random: Random
  readonly #recording: Recording
  readonly #all: readonly Uint8Array[]
  /** What four people would write in a room together; the honest pair's ids are among theirs. */
  readonly #traffic: readonly Uint8Array[]
  #sent = 0

  constructor(random: Random, recording: Recording) {
    this.#random = random
    this.#recording = recording
    this.#all = Object.values(recording).flat()
    this.#traffic = traffic(random, 4, 60)
  }

  next(attacker: Attacker, scene: Scene): { kind: Kind; frames: Uint8Array[] } {
    const random = this.#random
    const event = random.next()
    if (event < 0.02) return { kind: 'random', frames: [randomBytes(random)] }
    if (event < 0.32) return { kind: 'mutated frame', frames: [this.#mutatedFrame(attacker)] }
    const place = random.chance(0.98) ? random.pick(attacker.places) : { room: ROOM, address: random.below(4) }
    if (place === undefined) return { kind: 'random', frames: [randomBytes(random)] }
    const { kind, word } = this.#word(attacker, scene, place, event)
    const frames = attacker.frames(word, place)
    return { kind, frames: attacker.name === 'native' && random.chance(0.05) ? this.#inFragments(frames) : frames }
  }

  #word(attacker: Attacker, scene: Scene, place: Place, event: number): { kind: Kind; word: Word } {
    const random = this.#random
    const clocks = scene.clocks(place.room)
    const update = random.chance(0.25) ? this.#freshUpdate(scene, place) : this.#update()
    if (event < 0.48) return { kind: 'mutated update', word: this.#offer(attacker, mutateBytes(random, update)) }
    if (event < 0.68) {
      return { kind: 'wrong structs', word: this.#offer(attacker, mutateStructs(random, update, clocks)) }
    }
    if (event < 0.73) return { kind: 'crafted', word: this.#offer(attacker, random.pick(crafted(clocks)).update) }
    if (event < 0.82) return { kind: 'honest', word: this.#offer(attacker, update) }
    return { kind: 'odd word', word: this.#oddWord(clocks) }
  }

  /** The next that somebody would send, or one near it. */
  #update(): Uint8Array {
    const near = Math.min(this.#traffic.length - 1, Math.floor(this.#sent++ / 6)) + this.#random.below(4) - 1
    return this.#traffic[Math.max(0, Math.min(near, this.#traffic.length - 1))]
  }

  /** What somebody who has everything would write now. */
  #freshUpdate(scene: Scene, { room }: Place): Uint8Array {
    const random = this.#random
    const doc = docOf([Y.encodeStateAsUpdate(scene.onDisk(room).doc)], false)
    doc.clientID = 30 + random.below(3)
    const before = Y.encodeStateVector(doc)
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    edit(random, doc)
    return updates[0] ?? Y.encodeStateAsUpdate(doc, before)
  }

  #offer(attacker: Attacker, update: Uint8Array): Word {
    const id = this.#random.chance(0.98) ? ++attacker.lastId : this.#random.below(attacker.lastId + 2)
    return { type: this.#random.chance(0.85) ? 'update' : 'step2', update, id }
  }

  #oddWord(clocks: ReadonlyMap<number, number>): Word {
    const random = this.#random
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
        return { type: 'presence', update: encodePresence(this.#oddEntries()) }
      case 3:
        return { type: 'presence', update: mutateFrame(random, encodePresence(this.#oddEntries()), this.#all) }
      case 4:
        return { type: 'step1', vector: Y.encodeStateVector(new Map(clocks)) }
      case 5:
        return { type: 'step1', vector: mutateFrame(random, Y.encodeStateVector(new Map(clocks)), this.#all) }
      case 6:
        return { type: 'signal', name: random.pick(ODD_STRINGS), data: JSON.stringify(random.pick(ODD_STRINGS)) }
      case 7:
        return { type: 'signal', name: random.pick(ODD_STRINGS), data: random.pick(ODD_STRINGS) }
      case 8:
        return { type: 'token', token: random.pick(['mallory', 'eve', 'ada?', '', 'x'.repeat(2_000)]) }
      case 9:
        return { type: 'ping' }
      case 10:
        return random.chance(0.3) ? { type: 'leave' } : { type: 'presence-query' }
      default:
        return { type: 'presence-query' }
    }
  }

  #oddEntries() {
    const random = this.#random
    return Array.from({ length: random.below(5) }, () => ({
      client: random.chance(0.5) ? 1 + random.below(8) : random.pick(ODD_CLOCKS),
      clock: random.pick(ODD_CLOCKS),
      state: random.pick(ODD_STATES),
    }))
  }

  /** A frame of the recording, addressed to where the attacker is, with something wrong. */
  #mutatedFrame(attacker: Attacker): Uint8Array {
    const random = this.#random
    const frame = Uint8Array.from(random.pick(this.#recording[random.chance(0.97) ? attacker.name : 'native']))
    const place = attacker.places[0]
    if (attacker.name === 'native' && frame[0] >= kinds.leave && frame[0] <= kinds.signal && place !== undefined) {
      frame[1] = Number(place.address)
    } else if (attacker.name === 'hocuspocus' && place?.room === CELLAR) {
      frame.set(Buffer.from(CELLAR), 1)
    }
    return random.chance(0.98) ? mutateFrame(random, frame, this.#all) : frame
  }

  #inFragments(frames: readonly Uint8Array[]): Uint8Array[] {
    const random = this.#random
    return frames.flatMap(frame => {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < frame.length; ) {
        const length = 1 + random.below(frame.length)
        const isLast = at + length >= frame.length && random.chance(0.9)
        pieces.push(Uint8Array.from([kinds.fragment, isLast ? 0 : 1, ...frame.subarray(at, at + length)]))
        at += length
      }
      return random.chance(0.05) ? random.shuffle(pieces) : pieces
    })
  }
}
