import { deleted, gc, type RoughStruct, skip, struct, text, type, write } from '../support/rough.ts'

/** Updates put together by hand, each wrong in its own way. */
export interface Crafted {
  name: string
  update: Uint8Array
  /** Nothing of it may be taken, whatever the room holds. */
  isRefused: boolean
}

/** The author of what is crafted; nobody else uses these ids. */
const MALLORY = 7_001
const TRUDY = 7_002
/** The honest pair's. */
const ADA = 1

function section(client: number, clock: number, ...structs: RoughStruct[]) {
  return { client, clock, structs }
}

/** All of them, for a room in which so much is known of each client. */
export function crafted(clocks: ReadonlyMap<number, number>): Crafted[] {
  const at = clocks.get(MALLORY) ?? 0
  const trudyAt = clocks.get(TRUDY) ?? 0
  const adaAt = clocks.get(ADA) ?? 0
  const bad = (name: string, ...sections: ReturnType<typeof section>[]): Crafted => ({
    name,
    update: write({ sections, deletes: [] }),
    isRefused: true,
  })
  const legal = (name: string, ...sections: ReturnType<typeof section>[]): Crafted => ({
    ...bad(name, ...sections),
    isRefused: false,
  })
  const deletes = (name: string, isRefused: boolean, client: number, ...ranges: [number, number][]): Crafted => ({
    name,
    update: write({ sections: [], deletes: [{ client, ranges }] }),
    isRefused,
  })
  return [
    {
      name: 'seven bytes that claim 33,554,431 structs',
      update: Uint8Array.from([1, 0xff, 0xff, 0xff, 0x0f, 1, 0]),
      isRefused: true,
    },
    { name: 'a claim of 2^53 sections', update: Uint8Array.from([...Array(7).fill(0xff), 0x0f, 0]), isRefused: true },
    bad('a GC struct of 2^40 clocks under somebody else’s id', section(ADA, adaAt, gc(2 ** 40))),
    legal('a GC struct of 1,000 clocks under somebody else’s id', section(ADA, adaAt, gc(1_000))),
    legal('deleted content under somebody else’s id', section(ADA, adaAt, deleted(1_000))),
    bad('an item that is its own origin', section(MALLORY, at, text('x', { origin: [MALLORY, at] }))),
    bad('an item that is its own right origin', section(MALLORY, at, text('x', { rightOrigin: [MALLORY, at] }))),
    bad('an item that is its own parent', section(MALLORY, at, text('x', { parent: [MALLORY, at] }))),
    bad(
      'an item whose origin comes later',
      section(MALLORY, at, text('x', { origin: [MALLORY, at + 5] }), text('yyyyyy')),
    ),
    bad(
      'an item with the same origin on both sides',
      section(MALLORY, at, text('a'), text('x', { origin: [MALLORY, at], rightOrigin: [MALLORY, at] })),
    ),
    legal(
      'a cycle of two clients',
      section(MALLORY, at, text('x', { origin: [TRUDY, trudyAt] })),
      section(TRUDY, trudyAt, text('y', { origin: [MALLORY, at] })),
    ),
    legal(
      'a cycle of parents',
      section(MALLORY, at, type(0, { parent: [TRUDY, trudyAt] })),
      section(TRUDY, trudyAt, type(0, { parent: [MALLORY, at] })),
    ),
    bad('a client in two sections', section(MALLORY, at, text('x')), section(MALLORY, at + 1, text('y'))),
    bad('a client twice in one section', section(MALLORY, at, text('x')), section(MALLORY, at, text('x'))),
    bad('a GC struct of no length', section(MALLORY, at, gc(0))),
    bad('a deleted struct of no length', section(MALLORY, at, deleted(0))),
    bad('a skip of no length', section(MALLORY, at, skip(0))),
    bad('text of no length', section(MALLORY, at, text(''))),
    bad('a clock of 2^53 - 1', section(MALLORY, 2 ** 53 - 1, text('x'))),
    legal('a word', section(MALLORY, at, text('word'))),
    bad('another in its place', section(MALLORY, at - 4, text('ward'))),
    bad('another in its place, and much more', section(MALLORY, at - 4, text(`ward${'x'.repeat(70_000)}`))),
    legal('a gap', section(MALLORY, at + 10, text('x'))),
    legal('a gap under somebody else’s id', section(ADA, adaAt + 10, text('x'))),
    legal('a skip before something', section(MALLORY, at, skip(3), text('x'))),
    legal('a section of nothing', section(MALLORY, at)),
    deletes('a deletion of no length', true, 12_345, [0, 0]),
    deletes('a deletion up to 2^53', true, ADA, [0, 2 ** 53 - 1]),
    deletes('a deletion of what nobody has written', false, 12_345, [0, 100]),
    deletes('a deletion ahead of somebody', false, ADA, [adaAt, 1_000]),
    deletes('overlapping deletions', false, 12_345, [5, 10], [0, 7], [3, 1]),
    {
      name: 'deletions of one client in two lists',
      update: write({
        sections: [],
        deletes: [
          { client: 5, ranges: [[0, 1]] },
          { client: 5, ranges: [[1, 1]] },
        ],
      }),
      isRefused: true,
    },
    bad('an unknown kind of content', section(MALLORY, at, struct(11, new Uint8Array([0])))),
    bad('an unknown type', section(MALLORY, at, struct(7, new Uint8Array([9])))),
    bad(
      'a value that changes its prototype',
      section(MALLORY, at, struct(8, bytes(1, 118, 1, '__proto__', 118, 1, 'x', 120))),
    ),
    bad(
      'a nested value that changes its prototype',
      section(MALLORY, at, struct(8, bytes(1, 117, 1, 118, 1, '__proto__', 118, 0))),
    ),
    bad('a subdocument without options', section(MALLORY, at, struct(9, bytes('guid', 126)))),
    bad('a subdocument that is named twice', section(MALLORY, at, struct(9, bytes('guid', 118, 1, 'guid', 125, 1)))),
    bad('an embed that is not JSON', section(MALLORY, at, struct(5, bytes('{')))),
    bad('a format that is not JSON', section(MALLORY, at, struct(6, bytes('bold', 'tru')))),
    bad('text that is not UTF-8', section(MALLORY, at, struct(4, new Uint8Array([2, 0xc3, 0x28])))),
    bad(
      'an array nested 200 deep',
      section(MALLORY, at, struct(8, Uint8Array.from([1, ...Array(200).fill([117, 1]).flat(), 126]))),
    ),
    bad('JSON nested 200 deep', section(MALLORY, at, struct(5, bytes('['.repeat(200) + ']'.repeat(200))))),
    bad('a reserved flag on a GC struct', section(MALLORY, at, { ref: 0x80, content: new Uint8Array([1]) })),
    bad('an entry of a map with two clocks', section(MALLORY, at, text('ab', { parent: 'map', parentSub: 'k' }))),
    legal('a format without an end', section(MALLORY, at, struct(6, bytes('bold', 'true'), { parent: 'text' }))),
    bad(
      'an item that hangs in two places',
      section(
        MALLORY,
        at,
        text('a', { parent: 'text' }),
        text('b', { parent: 'other' }),
        text('x', { origin: [MALLORY, at], rightOrigin: [MALLORY, at + 1] }),
      ),
    ),
    legal('a tower of types', section(MALLORY, at, ...tower(MALLORY, at, 100))),
    bad('a tower of types too high', section(MALLORY, at, ...tower(MALLORY, at, 600))),
    legal(
      'a hundred roots',
      section(MALLORY, at, ...Array.from({ length: 100 }, (_, i) => text('x', { parent: `root ${at + i}` }))),
    ),
    legal('a root named __proto__', section(MALLORY, at, text('x', { parent: '__proto__' }))),
    legal('a key named __proto__', section(MALLORY, at, text('x', { parent: 'map', parentSub: '__proto__' }))),
  ]
}

/** Types in types. */
function tower(client: number, clock: number, height: number): RoughStruct[] {
  return Array.from({ length: height }, (_, i) => type(0, { parent: i === 0 ? 'list' : [client, clock + i - 1] }))
}

function bytes(...fields: (number | string)[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(field => {
      if (typeof field === 'number') return [field]
      const text = Buffer.from(field)
      if (text.length < 128) return [text.length, ...text]
      return [0x80 | (text.length & 127), text.length >> 7, ...text]
    }),
  )
}
