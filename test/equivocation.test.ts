import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../server/document/compact.ts'
import { EquivocationError } from '../server/document/comparison.ts'
import { Document } from '../server/document/document.ts'
import type { Taken } from '../server/document/gate.ts'
import { docOf, quietDoc } from './support/oracle.ts'
import { forSeeds, type Random, seeds, seedsTimeoutMs } from './support/random.ts'
import {
  any,
  deleted,
  gc,
  lengthOf,
  type RoughSection,
  type RoughStruct,
  read,
  skip,
  string,
  struct,
  text,
  type,
  uint,
  write,
} from './support/rough.ts'
import { traffic } from './support/traffic.ts'

/** A document that takes, commits, compacts and restarts when it is told to. */
class Room {
  document = Document.open(null)
  readonly records: Uint8Array[] = []
  #snapshot: { seq: number; parts: Uint8Array[]; index: Uint8Array } | null = null
  readonly #ahead: Taken[] = []

  /** Takes what is new. Returns how many records that makes. */
  send(update: Uint8Array, sliceStructs = 0): number {
    return this.take(update, sliceStructs).length
  }

  /** The same, in slices of so many structs when that is said. Returns the records. */
  take(update: Uint8Array, sliceStructs: number): Taken[] {
    const taken = sliceStructs > 0 ? this.#judgeSlowly(update, sliceStructs) : this.#judge(update)
    for (const record of taken) {
      this.document.accept(record)
      this.#ahead.push(record)
    }
    return taken
  }

  /** The oldest records that wait reach the disk. */
  commit(count = Number.POSITIVE_INFINITY): void {
    for (const record of this.#ahead.splice(0, count)) {
      this.records.push(record.update)
      this.document.commit(record, this.records.length)
    }
  }

  compact(partBytes?: number): void {
    const { seq, updates } = this.document.contents()
    this.#snapshot = { seq, ...compact(updates, partBytes) }
    this.document.rebase(this.#snapshot)
  }

  restart(): void {
    this.commit()
    this.document = Document.open(this.#snapshot)
    this.document.load(this.records.map((update, i) => ({ seq: i + 1, update })).slice(this.document.seq))
  }

  /** Everything that was taken, as one who has been there all the time. */
  doc(isCollecting: boolean): Y.Doc {
    const accepted = [...this.document.contents().updates, ...this.#ahead.map(record => record.update)]
    return docOf(accepted, isCollecting)
  }

  #judge(update: Uint8Array): Taken[] {
    const { taken } = this.document.judge(update)
    return taken === null ? [] : [taken]
  }

  #judgeSlowly(update: Uint8Array, sliceStructs: number): Taken[] {
    const work = this.document.judging(update, { sliceStructs, partBytes: 100 })
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return value.taken
    }
  }
}

/** A room in some state: parts of it compacted, loaded, in records or on its way to disk. */
function lived(random: Random, updates: readonly Uint8Array[]): Room {
  const room = new Room()
  for (const update of updates) {
    room.send(update, random.pick([0, 0, 1, 7]))
    const event = random.next()
    if (event < 0.5) room.commit(random.below(4))
    else if (event < 0.53) room.compact(random.pick([undefined, 50]))
    else if (event < 0.56) room.restart()
  }
  return room
}

describe('R11: what is known is compared', () => {
  test(
    'nobody is refused for what they honestly have, however it was cut, merged, compacted or collected',
    () => {
      forSeeds(100, random => {
        const updates = traffic(random, 1 + random.below(4), 40)
        const room = lived(random, updates)
        for (let i = 0; i < 30; i++) {
          const again = honest(random, updates, room)
          // Whoever collects garbage knows that what hung in something deleted is deleted, too.
          expect(room.take(again, random.pick([0, 0, 0, 1, 5])).flatMap(({ runs }) => runs)).toEqual([])
          expect(room.send(again, random.pick([0, 0, 0, 1, 5]))).toBe(0)
          if (random.chance(0.1)) room.commit(random.below(5))
        }
      })
    },
    seedsTimeoutMs,
  )

  test(
    'whatever is changed in something that counts is refused whole',
    () => {
      let tries = 0
      forSeeds(100, random => {
        const room = lived(random, traffic(random, 1 + random.below(3), 30))
        const whole = Y.encodeStateAsUpdate(room.doc(true))
        for (let i = 0; i < 20; i++) {
          const lie = changed(random, whole)
          if (lie === null) continue
          tries++
          const before = JSON.stringify([...room.document.stateVector()])
          expect(() => room.send(lie.update, random.pick([0, 0, 3])), lie.what).toThrow(EquivocationError)
          expect(JSON.stringify([...room.document.stateVector()])).toBe(before)
        }
      })
      expect(tries).toBeGreaterThan(seeds(100).length)
    },
    seedsTimeoutMs,
  )
})

/** What somebody may send who has never done anything wrong. */
function honest(random: Random, updates: readonly Uint8Array[], room: Room): Uint8Array {
  const some = (): Uint8Array[] => updates.filter(() => random.chance(0.3))
  switch (random.below(6)) {
    case 0:
      return random.pick(updates)
    case 1: {
      const chosen = some()
      return chosen.length === 0 ? random.pick(updates) : Y.mergeUpdates(chosen)
    }
    case 2:
      return Y.encodeStateAsUpdate(room.doc(random.chance(0.5)))
    case 3:
      return Y.diffUpdate(random.pick(updates), anyVector(random, room))
    case 4:
      return Y.encodeStateAsUpdate(room.doc(random.chance(0.5)), anyVector(random, room))
    default: {
      // Somebody who had a part of it only, and in another order.
      const doc = quietDoc(null, random.chance(0.5))
      for (const update of random.shuffle(some())) Y.applyUpdate(doc, update)
      return Y.encodeStateAsUpdate(doc)
    }
  }
}

/** Some clock for every client: in the middle of words, of lists and of emoji. */
function anyVector(random: Random, room: Room): Uint8Array {
  const vector = Y.decodeStateVector(Y.encodeStateVector(room.doc(true)))
  return Y.encodeStateVector(new Map([...vector].map(([client, clock]) => [client, random.below(clock + 1)])))
}

type Place = { section: RoughSection; index: number; clock: number }

/** An update in which one live thing is another. */
function changed(random: Random, whole: Uint8Array): { update: Uint8Array; what: string } | null {
  const { sections, deletes } = read(whole)
  const isDeleted = (client: number, clock: number): boolean =>
    deletes.some(one => one.client === client && one.ranges.some(([at, length]) => at <= clock && clock < at + length))
  const places: Place[] = []
  for (const section of sections) {
    let clock = section.clock
    section.structs.forEach((one, index) => {
      const isItem = one.ref > 1 && one.ref < 10
      if (isItem && !isDeleted(section.client, clock)) places.push({ section, index, clock })
      clock += lengthOf(one)
    })
  }
  if (places.length === 0) return null
  const { section, index, clock } = random.pick(places)
  const { client, structs } = section
  const lie = random.pick(LIES)
  const other = lie(structs[index], clock > 0 ? [client, random.below(clock)] : null)
  if (other === null || same(other, structs[index])) return null
  structs[index] = other
  const only = { client, clock, structs: structs.slice(index, index + 1 + random.below(3)) }
  const update = write(random.chance(0.5) ? { sections, deletes: [] } : { sections: [only], deletes: [] })
  return { update, what: `${lie.name} of ${client}:${clock}` }
}

function same(a: RoughStruct, b: RoughStruct): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Lie = (one: RoughStruct, earlier: [number, number] | null) => RoughStruct | null

const LIES: Lie[] = [
  function anotherContent(one) {
    return { ...one, content: otherContent(one) }
  },
  function anotherOrigin(one, earlier) {
    const isBetweenItself = JSON.stringify(one.rightOrigin) === JSON.stringify(earlier)
    return one.origin === undefined || earlier === null || isBetweenItself ? null : { ...one, origin: earlier }
  },
  function noOrigin(one) {
    return one.origin === undefined ? null : { ...one, origin: undefined, parent: one.parent ?? 'text' }
  },
  function noRightOrigin(one) {
    return one.rightOrigin === undefined ? null : { ...one, rightOrigin: undefined, parent: one.parent ?? 'text' }
  },
  function anotherRoot(one) {
    if (one.origin !== undefined || one.rightOrigin !== undefined) return null
    return { ...one, parent: one.parent === 'list' ? 'text' : 'list' }
  },
  function anotherKey(one) {
    return one.parentSub === undefined || one.origin !== undefined ? null : { ...one, parentSub: `${one.parentSub}?` }
  },
]

function otherContent(one: RoughStruct): Uint8Array {
  const { ref, content } = one
  if (ref === 4)
    return string(`${Buffer.from(content.subarray(1)).toString().startsWith('!') ? '?' : '!'}`.repeat(lengthOf(one)))
  if (ref === 8)
    return Uint8Array.from([
      ...uint(lengthOf(one)),
      ...Array(lengthOf(one))
        .fill([...any('another')])
        .flat(),
    ])
  if (ref === 3) return Uint8Array.from([3, 1, 2, 3])
  if (ref === 5) return string('{"another":1}')
  if (ref === 6) return Uint8Array.from([...string('another'), ...string('true')])
  if (ref === 7) return content[0] === 0 ? uint(1) : uint(0)
  throw new Error(`there is no other content for ${ref}`)
}

describe('R11: one thing is another', () => {
  const only = (clock: number, ...structs: RoughStruct[]): Uint8Array =>
    write({ sections: [{ client: 1, clock, structs }], deletes: [] })
  const first = { parent: 'list' }
  const json = (...values: string[]): RoughStruct =>
    struct(2, Uint8Array.from([...uint(values.length), ...values.flatMap(value => [...string(value)])]), first)
  const values = (...encoded: Uint8Array[]): RoughStruct =>
    struct(8, Uint8Array.from([...uint(encoded.length), ...encoded.flatMap(bytes => [...bytes])]), first)
  const float64 = (value: number): Uint8Array => {
    const bytes = Buffer.alloc(9, 123)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  const subdocument = (guid: string, options: object): RoughStruct =>
    struct(9, Uint8Array.from([...string(guid), ...any(options)]), first)
  const long = (char: string): string => `${'x'.repeat(9_000)}${char}${'ü😀'.repeat(3_000)}`

  const CASES: [what: string, kept: RoughStruct, offered: RoughStruct, isSame: boolean][] = [
    ['a word and itself', text('word'), text('word'), true],
    ['a word and another', text('word'), text('wart'), false],
    ['a word and a value', text('w'), values(any('w')), false],
    ['a word and U+FFFD', text('word'), text('wor\uFFFD'), false],
    ['an emoji and its halves', text('a😀b'), text('a\uFFFD\uFFFDb'), true],
    ['the halves of an emoji and it', text('a\uFFFD\uFFFDb'), text('a😀b'), true],
    ['an emoji and another', text('a😀b'), text('a😁b'), false],
    ['a word and something deleted', text('word'), deleted(4), true],
    ['a word and something deleted elsewhere', text('word'), deleted(4, { parent: 'list' }), false],
    ['a word and garbage', text('word'), gc(4), true],
    ['garbage and a word', gc(4), text('word'), true],
    ['something deleted and a word', deleted(4), text('word'), true],
    ['a long text and itself', text(long('a')), text(long('a')), true],
    ['a long text and another', text(long('a')), text(long('b')), false],
    ['numbers in two encodings', values(any(5), any(-0)), values(float64(5), any(0)), true],
    ['a large integer of another kind', values(any(2n ** 40n)), values(float64(2 ** 40)), true],
    ['one number and another', values(any(5), any(6)), values(any(5), any(7)), false],
    ['an object in another order', values(any({ a: 1, b: 2 })), values(any({ b: 2, a: 1 })), true],
    ['an object with something more', values(any({ a: 1 })), values(any({ a: 1, b: 2 })), false],
    ['bytes and their text', values(any(new Uint8Array([1]))), values(any('bytes AQ==')), false],
    ['null and undefined', values(any(null)), values(any(undefined)), false],
    ['a large value and itself', values(any([long('a')]), any(1)), values(any([long('a')]), any(1)), true],
    ['a large value and another', values(any([long('a')]), any(1)), values(any([long('b')]), any(1)), false],
    ['what is behind a large value', values(any([long('a')]), any(1)), values(any([long('a')]), any(2)), false],
    ['a large object in another order', values(any({ a: long('a'), b: 1 })), values(any({ b: 1, a: long('a') })), true],
    ['many values', values(...Array(9_000).fill(any(1))), values(...Array(8_999).fill(any(1)), any(2)), false],
    ['JSON with and without spaces', json('{"a": [1,\n2]}'), json('{"a":[1,2]}'), true],
    ['JSON padded to another size', json(`${' '.repeat(9_000)}1`), json('1'), true],
    ['JSON and other JSON', json('{"a":1}'), json('{"a":2}'), false],
    ['JSON too large for a number', json('1e999'), json('null'), true],
    ['undefined among JSON', json('undefined', '1'), json('undefined', '1'), true],
    ['undefined and other JSON', json('undefined'), json('null'), false],
    [
      'a mark and itself',
      struct(6, Buffer.concat([string('b'), string('{"x": 1}')]), first),
      struct(6, Buffer.concat([string('b'), string('{"x":1}')]), first),
      true,
    ],
    [
      'a mark and another',
      struct(6, Buffer.concat([string('b'), string('true')]), first),
      struct(6, Buffer.concat([string('i'), string('true')]), first),
      false,
    ],
    [
      'a mark of another value',
      struct(6, Buffer.concat([string('b'), string('true')]), first),
      struct(6, Buffer.concat([string('b'), string('null')]), first),
      false,
    ],
    [
      'an element and one of another name',
      struct(7, Buffer.concat([uint(3), string('p')]), first),
      struct(7, Buffer.concat([uint(3), string('q')]), first),
      false,
    ],
    ['a list and a map', type(0), type(1), false],
    ['a subdocument with other options', subdocument('a', { meta: 1 }), subdocument('a', {}), true],
    ['another subdocument', subdocument('a', {}), subdocument('b', {}), false],
    ['bytes and others', struct(3, uint(2, 1, 2), first), struct(3, uint(2, 1, 3), first), false],
    ['an embed and another', struct(5, string('{"a":1}'), first), struct(5, string('{"a":2}'), first), false],
    ['one root and another', text('x', { parent: 'a' }), text('x', { parent: 'b' }), false],
    [
      'one key and another',
      struct(8, uint(1, 126), { parent: 'map', parentSub: 'a' }),
      struct(8, uint(1, 126), { parent: 'map', parentSub: 'b' }),
      false,
    ],
  ]

  for (const [what, kept, offered, isSame] of CASES) {
    test(`${what}: ${isSame ? 'nothing new' : 'refused'}`, () => {
      for (const life of [() => undefined, commit, compacted, restarted]) {
        const room = new Room()
        expect(room.send(only(0, kept))).toBe(1)
        life(room)
        const more = only(0, offered, text('and more', { origin: [1, lengthOf(kept) - 1] }))
        if (isSame) expect(room.send(only(0, offered))).toBe(0)
        else expect(() => room.send(more)).toThrow(EquivocationError)
      }
    })
  }

  const commit = (room: Room): void => room.commit()
  const compacted = (room: Room): void => {
    room.commit()
    room.compact()
  }
  const restarted = (room: Room): void => room.restart()

  test('a part of a word is compared where it belongs', () => {
    const room = new Room()
    room.send(only(0, text('one two')))
    room.commit()
    const at = (clock: number, word: string): Uint8Array => only(0, skip(clock), text(word, { origin: [1, clock - 1] }))
    expect(room.send(at(4, 'two'))).toBe(0)
    expect(() => room.send(at(4, 'six'))).toThrow(EquivocationError)
    expect(() => room.send(at(3, 'two'))).toThrow(EquivocationError)
    // What is new behind another beginning is not taken either.
    expect(() => room.send(only(0, text('one six and seven')))).toThrow(EquivocationError)
    expect(room.send(only(0, text('one two and three')))).toBe(1)
  })

  test('a text between others is, too', () => {
    const room = new Room()
    room.send(only(0, text('ab'), text('c', { origin: [1, 0], rightOrigin: [1, 1] })))
    expect(() => room.send(only(2, text('c', { origin: [1, 0] })))).toThrow(EquivocationError)
    expect(() => room.send(only(2, text('c', { origin: [1, 1] })))).toThrow(EquivocationError)
  })

  test('somebody’s deletion in the middle leaves the rest to be compared', () => {
    const room = new Room()
    room.send(only(0, text('abcdef')))
    room.send(write({ sections: [], deletes: [{ client: 1, ranges: [[2, 2]] }] }))
    expect(room.send(only(0, text('ab??ef')))).toBe(0)
    expect(() => room.send(only(0, text('ab??e!')))).toThrow(EquivocationError)
    expect(() => room.send(only(0, text('!b??ef')))).toThrow(EquivocationError)
  })
})
