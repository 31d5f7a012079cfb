import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { Base } from '../server/document/base.ts'
import { compact } from '../server/document/compact.ts'
import { Cursor, MalformedError, TooManyClientsError } from '../server/document/cursor.ts'
import { Document } from '../server/document/document.ts'
import { childPlace, isKeyed, NOWHERE, nestingOf, Places, rootPlace } from '../server/document/place.ts'
import { addRange, addRanges, type Ranges, uncovered } from '../server/document/ranges.ts'
import { encodeStateVector, parseStateVector } from '../server/document/state-vector.ts'
import { readStruct, sliceStruct, splitsSurrogate } from '../server/document/struct.ts'
import { type Addition, Tables } from '../server/document/tables.ts'
import { parseUpdate, readRuns } from '../server/document/update.ts'
import { docOf, viewOf } from './support/oracle.ts'
import { forSeeds, Random } from './support/random.ts'
import { any, gc, type RoughStruct, read, string, struct, text, uint, write } from './support/rough.ts'
import { traffic } from './support/traffic.ts'

describe('ranges', () => {
  const points = (ranges: Ranges): Set<number> => {
    const all = new Set<number>()
    for (let i = 0; i < ranges.length; i += 2) for (let at = ranges[i]; at < ranges[i + 1]; at++) all.add(at)
    return all
  }
  const isTidy = (ranges: Ranges): boolean => ranges.every((clock, i) => i === 0 || ranges[i - 1] < clock)

  test('are the set of what was added, sorted, and never touch', () => {
    forSeeds(500, random => {
      const ranges: Ranges = []
      const model = new Set<number>()
      for (let i = 0; i < 30; i++) {
        const start = random.below(60)
        const end = start + 1 + random.below(8)
        addRange(ranges, start, end)
        for (let at = start; at < end; at++) model.add(at)
        expect(isTidy(ranges)).toBe(true)
        expect(points(ranges)).toEqual(model)
        const [from, to] = [random.below(60), 60 + random.below(10)]
        const open = uncovered(ranges, from, to)
        for (let at = from; at < to; at++) expect(points(open).has(at)).toBe(!model.has(at))
      }
    })
  })

  test('are merged alike one by one and in one pass', () => {
    forSeeds(300, random => {
      const make = (count: number): Ranges => {
        const ranges: Ranges = []
        for (let i = 0; i < count; i++) {
          const start = random.below(200)
          addRange(ranges, start, start + 1 + random.below(4))
        }
        return ranges
      }
      const [ranges, added] = [make(20), make(1 + random.below(30))]
      const model = points(ranges)
      for (const at of points(added)) model.add(at)
      addRanges(ranges, added)
      expect(isTidy(ranges)).toBe(true)
      expect(points(ranges)).toEqual(model)
    })
  })

  test('of nothing leave everything uncovered', () => {
    expect(uncovered(undefined, 3, 5)).toEqual([3, 5])
    expect(uncovered([], 3, 5)).toEqual([3, 5])
    expect(uncovered([0, 10], 3, 5)).toEqual([])
  })
})

describe('a cursor', () => {
  test('reads what lib0 reads, or refuses', () => {
    forSeeds(3000, random => {
      const bytes = Uint8Array.from({ length: 1 + random.below(14) }, () =>
        random.chance(0.5) ? 128 + random.below(128) : random.below(256),
      )
      const readers: [(cursor: Cursor) => unknown, (decoder: decoding.Decoder) => unknown][] = [
        [cursor => cursor.uint(), decoder => decoding.readVarUint(decoder)],
        [cursor => cursor.skipInt(), decoder => void decoding.readVarInt(decoder)],
        [cursor => cursor.string(), decoder => decoding.readVarString(decoder)],
        [cursor => cursor.skipString(true), decoder => decoding.readVarString(decoder).length],
        [cursor => cursor.skipBytes(), decoder => void decoding.readVarUint8Array(decoder)],
      ]
      const [ours, theirs] = random.pick(readers)
      const cursor = new Cursor(bytes)
      let value: unknown
      try {
        value = ours(cursor)
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError)
        return
      }
      const decoder = decoding.createDecoder(bytes)
      expect(value).toEqual(theirs(decoder))
      expect(cursor.pos).toBe(decoder.pos)
    })
  })

  test('reads every integer that lib0 writes', () => {
    for (const value of [0, 127, 128, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 49, 2 ** 53 - 1]) {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, value)
      encoding.writeVarInt(encoder, -value)
      const cursor = new Cursor(encoding.toUint8Array(encoder))
      expect(cursor.uint()).toBe(value)
      cursor.skipInt()
      expect(cursor.done).toBe(true)
    }
  })

  test('stays within its bounds', () => {
    const cursor = new Cursor(Uint8Array.from([3, 97, 98, 99]), 0, 3)
    expect(() => cursor.string()).toThrow(MalformedError)
    expect(() => new Cursor(new Uint8Array()).byte()).toThrow(MalformedError)
  })
})

describe('a struct', () => {
  /** The bytes of one struct of client 7 at clock 10. */
  const bytesOf = (one: RoughStruct): Uint8Array => {
    const bytes = write({ sections: [{ client: 7, clock: 10, structs: [one] }], deletes: [] })
    return bytes.subarray(4, bytes.length - 1)
  }
  const sliced = (one: RoughStruct, offset: number): RoughStruct => {
    const bytes = bytesOf(one)
    const rest = sliceStruct(new Cursor(bytes), 7, 10, offset)
    const update = Uint8Array.from([1, 1, 7, ...uint(10 + offset), ...rest, 0])
    return read(update).sections[0].structs[0]
  }

  test('without its beginning hangs on the clock before', () => {
    const at = { origin: [7, 13] as [number, number], rightOrigin: [3, 1] as [number, number] }
    const whole = { origin: [2, 5] as [number, number], rightOrigin: [3, 1] as [number, number] }
    expect(sliced(text('hello 漢字', whole), 4)).toEqual(text('o 漢字', at))
    expect(sliced(struct(8, Uint8Array.from([5, 126, 126, 120, 121, ...any({ a: [1] })]), whole), 4)).toEqual(
      struct(8, Uint8Array.from([1, ...any({ a: [1] })]), at),
    )
    const json = Uint8Array.from([5, ...Array(4).fill([1, 49]).flat(), ...string('"x"')])
    expect(sliced(struct(2, json, whole), 4)).toEqual(struct(2, Uint8Array.from([1, ...string('"x"')]), at))
    expect(sliced(struct(1, uint(9), whole), 4)).toEqual(struct(1, uint(5), at))
  })

  test('without its beginning has no parent of its own', () => {
    expect(sliced(text('hello', { parent: 'text' }), 1)).toEqual(text('ello', { origin: [7, 10] }))
    expect(sliced(text('hello', { parent: [1, 2], parentSub: 'key' }), 1).parent).toBeUndefined()
    expect(sliced(gc(9), 4)).toEqual(gc(5))
  })

  test('is sliced as Yjs slices it', () => {
    forSeeds(300, random => {
      const updates = traffic(random, 2, 12)
      const whole = Y.encodeStateAsUpdate(docOf(updates))
      for (const { client, structs } of parseUpdate(whole).sections) {
        for (const { kind, clock, length, start, end } of structs) {
          if (kind !== 'item' || length < 2) continue
          const offset = 1 + random.below(length - 1)
          const cursor = new Cursor(whole, start, end)
          if (splitsSurrogate(cursor, client, clock, offset)) continue
          const ours = sliceStruct(cursor, client, clock, offset)
          const vector = Y.encodeStateVector(new Map([[client, clock + offset]]))
          const [theirs] = parseUpdate(Y.diffUpdate(whole, vector)).sections.filter(s => s.client === client)
          const first = theirs.structs[0]
          const bytes = Y.diffUpdate(whole, vector).subarray(first.start, first.end)
          // Yjs forgets here that the item is an entry of a map; nobody reads it from an item with an origin.
          expect(ours[0] & 0xdf).toBe(bytes[0] & 0xdf)
          expect(ours.subarray(1)).toEqual(bytes.subarray(1))
          expect(cursor.pos).toBe(end)
        }
      }
    })
  })

  test('of one clock cannot be sliced', () => {
    expect(() => sliceStruct(new Cursor(bytesOf(struct(3, uint(0)))), 7, 10, 1)).toThrow('cannot be sliced')
  })

  test('says where an emoji would be split', () => {
    const bytes = bytesOf(text('a😀b'))
    expect([1, 2, 3].map(offset => splitsSurrogate(new Cursor(bytes), 7, 10, offset))).toEqual([false, true, false])
  })

  test('is measured in UTF-16 units, with and without a check', () => {
    for (const value of ['abc', 'ünïcode', '漢字', '😀', 'x😀ÿ漢']) {
      for (const check of [true, false]) {
        expect(readStruct(new Cursor(bytesOf(text(value))), 7, 10, check).length).toBe(value.length)
      }
    }
  })
})

describe('a state vector', () => {
  test('comes back as it was written', () => {
    const vector = new Map([
      [1, 5],
      [2 ** 53 - 1, 2 ** 32 - 1],
      [0, 0],
    ])
    expect(parseStateVector(encodeStateVector(vector), 10)).toEqual(vector)
    expect(Y.decodeStateVector(encodeStateVector(vector))).toEqual(vector)
  })

  test('is refused when it is cut, too long, followed by something or out of range', () => {
    const bytes = encodeStateVector(
      new Map([
        [1, 500],
        [2, 600],
      ]),
    )
    for (let i = 0; i < bytes.length; i++) {
      expect(() => parseStateVector(bytes.subarray(0, i), 10)).toThrow(MalformedError)
    }
    expect(() => parseStateVector(bytes, 1)).toThrow(TooManyClientsError)
    expect(() => parseStateVector(Uint8Array.from([...bytes, 0]), 10)).toThrow(/after/)
    expect(() => parseStateVector(Uint8Array.from([1, 1, ...uint(2 ** 32)]), 10)).toThrow(/range/)
    expect(() => parseStateVector(uint(2 ** 40), 2 ** 50)).toThrow(MalformedError)
  })

  test('that names a client twice means the further clock', () => {
    expect(parseStateVector(Uint8Array.from([2, 1, 9, 1, 3]), 10)).toEqual(new Map([[1, 9]]))
  })
})

describe('a base', () => {
  const made = (seed: number): ReturnType<typeof compact> => compact(traffic(new Random(seed), 4, 60), 200)

  test('knows the clocks and bytes of every client', () => {
    forSeeds(50, (_, seed) => {
      const { parts, index } = made(seed)
      const base = Base.decode(parts.slice(0, -1), index)
      const doc = docOf(parts)
      expect(new Map(base.entries())).toEqual(Y.decodeStateVector(Y.encodeStateVector(doc)))
      for (const [client, clock] of base.entries()) expect(base.clock(client)).toBe(clock)
      expect(base.clock(77)).toBe(0)
      for (const run of base.runs()) {
        const cursor = new Cursor(run.bytes, run.start, run.stop)
        let clock = run.clock
        for (let i = 0; i < run.count; i++) clock += readStruct(cursor, run.client, clock, true).length
        expect([clock, cursor.pos]).toEqual([run.end, run.stop])
      }
      expect(base.encodeIndex()).toEqual(index)
    })
  })

  test('refuses an index that is cut, followed by something, or does not fit', () => {
    const { parts, index } = made(1)
    const structs = parts.slice(0, -1)
    for (let i = 0; i < index.length; i++) {
      expect(() => Base.decode(structs, index.subarray(0, i))).toThrow(MalformedError)
    }
    expect(() => Base.decode(structs, Uint8Array.from([...index, 0]))).toThrow(/does not fit/)
    expect(() => Base.decode([], index)).toThrow(/does not fit/)
    expect(() => Base.decode(structs.toReversed(), index)).toThrow(/does not fit/)
    // A run that starts late, ends early, holds nothing, and a client out of order.
    for (const entry of [
      [1, 1, 2, 0, 3, 5, 1],
      [1, 0, 0, 0, 3, 5, 1],
      [1, 0, 1, 0, 5, 5, 1],
      [1, 0, 1, 0, 3, 5, 0],
    ]) {
      const bytes = Uint8Array.from([1, ...entry, 0])
      expect(() => Base.decode(structs, bytes)).toThrow(/does not fit/)
    }
    const disorder = Uint8Array.from([2, 2, 0, 1, 0, 3, 5, 1, 1, 0, 1, 0, 3, 5, 1, 0])
    expect(() => Base.decode(structs, disorder)).toThrow(/does not fit/)
  })

  test('is never taken for sound when a byte of its index changed, unless it still means something', () => {
    const { parts, index } = made(2)
    const random = new Random(2)
    for (let i = 0; i < 2000; i++) {
      const bytes = index.slice()
      bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      try {
        Base.decode(parts.slice(0, -1), bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError)
      }
    }
  })
})

describe('tables', () => {
  const nothing: Addition = { runs: [], deletes: new Map(), places: new Places() }
  const run = (client: number, clock: number, end: number): Addition => {
    const bytes = new Uint8Array()
    return { ...nothing, runs: [{ client, clock, end, count: 1, bytes, start: 0, stop: 0 }] }
  }
  const deletion = (client: number, ...ranges: number[]): Addition => ({
    ...nothing,
    deletes: new Map([[client, ranges]]),
  })

  test('keep what is accepted apart from what is committed', () => {
    const tables = new Tables(Base.empty, new Map())
    tables.accept(run(1, 0, 5))
    tables.accept(run(1, 5, 8))
    tables.accept(deletion(1, 2, 4))
    expect(tables.acceptedClock(1)).toBe(8)
    expect(tables.committedClock(1)).toBe(0)
    expect(tables.undeleted(1, 0, 8)).toEqual([0, 2, 4, 8])
    expect(tables.committedDeletes.size).toBe(0)

    tables.commit(run(1, 0, 5))
    expect([tables.acceptedClock(1), tables.committedClock(1)]).toEqual([8, 5])
    tables.commit(run(1, 5, 8))
    tables.commit(deletion(1, 2, 4))
    expect([tables.acceptedClock(1), tables.committedClock(1)]).toEqual([8, 8])
    expect(tables.committedDeletes).toEqual(new Map([[1, [2, 4]]]))
    expect(tables.undeleted(1, 0, 8)).toEqual([0, 2, 4, 8])
    expect(tables.committedStateVector()).toEqual(new Map([[1, 8]]))
  })

  test('move onto a new base while something is in flight', () => {
    const document = Document.open(null)
    const updates = traffic(new Random(4), 3, 30)
    const takens = updates.flatMap(update => {
      const { taken } = document.judge(update)
      if (taken !== null) document.accept(taken)
      return taken === null ? [] : [taken]
    })
    takens.forEach((taken, i) => {
      if (i === 20) {
        const { seq, updates } = document.contents()
        document.rebase({ seq, ...compact(updates) })
      }
      for (const update of updates) expect(document.judge(update).taken).toBeNull()
      document.commit(taken, i + 1)
    })
    const parts = [...{ [Symbol.iterator]: () => document.answer(new Map()) }]
    expect(viewOf(docOf(parts))).toBe(viewOf(docOf(updates)))
  })
})

describe('places', () => {
  test('are kept where they change', () => {
    const places = new Places()
    const [a, b] = [rootPlace(1, false), rootPlace(2, true)]
    places.add(1, 0, a)
    places.add(1, 5, a)
    places.add(1, 6, b)
    places.add(1, 9, NOWHERE)
    expect([...places.entries()]).toEqual([
      [1, 0, a],
      [1, 6, b],
      [1, 9, NOWHERE],
    ])
    expect([0, 5, 6, 8, 9, 100].map(clock => places.of(1, clock))).toEqual([a, a, b, b, NOWHERE, NOWHERE])
    expect(places.of(2, 0)).toBe(NOWHERE)
  })

  test('tell nesting and entries of maps, for the largest ids too', () => {
    let place = rootPlace(0xffffffff, true)
    expect([nestingOf(place), isKeyed(place)]).toEqual([0, true])
    for (let depth = 1; depth < 300; depth++) {
      place = childPlace(place, 2 ** 53 - depth, 2 ** 32 - depth, depth % 2 === 0)
      expect([nestingOf(place), isKeyed(place)]).toEqual([depth, depth % 2 === 0])
    }
    expect(childPlace(NOWHERE, 1, 1, false)).toBe(NOWHERE)
    expect(childPlace(rootPlace(1, false), 1, 1, false)).not.toBe(
      childPlace(rootPlace(1, false), 1 + 2 ** 32, 1, false),
    )
  })

  test('are the same for a base and for the records it was made of', () => {
    forSeeds(100, random => {
      const document = Document.open(null)
      const tables = new Tables(Base.empty, new Map())
      for (const update of traffic(random, 4, 40)) {
        const { taken } = document.judge(update)
        if (taken === null) continue
        document.accept(taken)
        document.commit(taken, document.seq + 1)
        tables.load(taken)
      }
      const { parts, index } = compact(document.contents().updates, 300)
      const base = Base.decode(parts.slice(0, -1), index)
      for (const [client, end] of tables.committedStateVector()) {
        for (let clock = 0; clock < end; clock++) {
          const place = base.place(client, clock)
          if (place !== NOWHERE) expect(place).toBe(tables.acceptedPlace(client, clock))
        }
      }
    })
  })
})

describe('readRuns', () => {
  test('cuts at the size it is told, between structs', () => {
    const update = Y.encodeStateAsUpdate(docOf(traffic(new Random(8), 3, 60)))
    const whole = readRuns(update).runs
    const pieces = readRuns(update, 30).runs
    expect(pieces.length).toBeGreaterThan(whole.length)
    expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(whole.reduce((sum, { count }) => sum + count, 0))
    for (const [i, piece] of pieces.entries()) {
      const next = pieces[i + 1]
      if (next?.client === piece.client) expect([next.clock, next.start]).toEqual([piece.end, piece.stop])
    }
  })
})
