import type { Random } from './random.ts'
import {
  any,
  deleted,
  gc,
  lengthOf,
  type RoughId,
  type RoughSection,
  type RoughStruct,
  type RoughUpdate,
  read,
  skip,
  struct,
  text,
  type,
  write,
} from './rough.ts'

/** An update with a few bytes changed, lost or added. */
export function mutateBytes(random: Random, update: Uint8Array): Uint8Array {
  const bytes = [...update]
  for (let edits = 1 + random.below(2); edits > 0; edits--) {
    const at = random.below(bytes.length)
    const action = random.below(5)
    if (action === 0) bytes[at] ^= 1 << random.below(8)
    else if (action === 1) bytes[at] = random.below(256)
    else if (action === 2 && bytes.length > 1) bytes.splice(at, 1)
    else if (action === 3) bytes.splice(at, 0, random.below(256))
    else bytes[at] = (bytes[at] + random.pick([255, 1])) & 255
  }
  return Uint8Array.from(bytes)
}

/** What a mutation of structs may refer to: clients of the room and how far their clocks go. */
export type Clocks = ReadonlyMap<number, number>

/** A well-formed update with something wrong, or at least unheard of, in its structs or deletions. */
export function mutateStructs(random: Random, update: Uint8Array, clocks: Clocks): Uint8Array {
  const rough = read(update)
  for (let edits = 1 + random.below(3); edits > 0; edits--) random.pick(MUTATIONS)(random, rough, clocks)
  return write(rough)
}

type Mutation = (random: Random, update: RoughUpdate, clocks: Clocks) => void

/** An id of the room, or of the update itself, or one that nobody has. */
function anyId(random: Random, { sections }: RoughUpdate, clocks: Clocks): RoughId {
  const known = [...clocks]
  if (sections.length > 0 && random.chance(0.4)) {
    const { client, clock } = random.pick(sections)
    return [client, Math.max(0, clock + random.below(6) - 2)]
  }
  if (known.length === 0 || random.chance(0.05)) return [random.below(9), random.below(9)]
  const [client, clock] = random.pick(known)
  return [client, random.below(clock + (random.chance(0.05) ? 2 : 0))]
}

function onStruct(
  change: (struct: RoughStruct, random: Random, update: RoughUpdate, clocks: Clocks) => void,
): Mutation {
  return (random, update, clocks) => {
    if (update.sections.length === 0) return
    change(random.pick(random.pick(update.sections).structs), random, update, clocks)
  }
}

function onSection(change: (section: RoughSection, random: Random, update: RoughUpdate) => void): Mutation {
  return (random, update) => {
    if (update.sections.length > 0) change(random.pick(update.sections), random, update)
  }
}

const MUTATIONS: Mutation[] = [
  onStruct((one, random, update, clocks) => {
    one.origin = anyId(random, update, clocks)
  }),
  onStruct((one, random, update, clocks) => {
    one.rightOrigin = anyId(random, update, clocks)
  }),
  onStruct((one, random, update, clocks) => {
    one.origin = undefined
    one.rightOrigin = undefined
    one.parent = random.chance(0.3) ? random.pick(['text', 'list', 'map', 'xml', '']) : anyId(random, update, clocks)
    one.parentSub = random.pick([undefined, 'a', 'b'])
  }),
  onStruct((one, random, update, clocks) => {
    one.origin = anyId(random, update, clocks)
    one.rightOrigin = random.chance(0.3) ? one.origin : anyId(random, update, clocks)
  }),
  onStruct(one => {
    if (one.rightOrigin !== undefined) one.origin = undefined
  }),
  onStruct((one, random) => {
    Object.assign(one, anyContent(random))
  }),
  onSection((section, random) => {
    const { structs } = section
    structs.splice(random.below(structs.length), 0, random.pick(structs))
  }),
  onSection((section, random) => {
    if (section.structs.length > 1) section.structs.splice(random.below(section.structs.length), 1)
  }),
  onSection((section, random) => {
    random.shuffle(section.structs)
  }),
  onSection((section, random) => {
    section.clock = Math.max(0, section.clock + random.pick([-3, -1, 1, 5]))
  }),
  onSection((section, random, update) => {
    section.client = random.chance(0.5) ? random.pick(update.sections).client : 1 + random.below(5)
  }),
  onSection((section, random, update) => {
    // Another client says something that builds on this.
    const client = 50 + random.below(3)
    const last = section.structs.reduce((clock, one) => clock + lengthOf(one), section.clock) - 1
    update.sections.push({ client, clock: 0, structs: [text('new', { origin: [section.client, Math.max(0, last)] })] })
  }),
  onSection((section, random) => {
    section.structs.push(random.pick([gc, skip, deleted])(random.pick([0, 1, 2, 40])))
  }),
  onSection((section, random, update) => {
    update.sections.push(random.chance(0.5) ? section : { ...section, client: section.client + 1 })
  }),
  (random, update, clocks) => {
    const [client, clock] = anyId(random, update, clocks)
    update.deletes.push({ client, ranges: [[clock, random.pick([0, 1, 1, 2, 5])]] })
  },
  (random, update, clocks) => {
    if (update.deletes.length === 0) return
    const { ranges } = random.pick(update.deletes)
    const [, clock] = anyId(random, update, clocks)
    if (random.chance(0.3)) ranges.pop()
    else if (random.chance(0.5)) ranges.push([clock, 1 + random.below(4)])
    else random.shuffle(ranges)
  },
]

function anyContent(random: Random): Pick<RoughStruct, 'ref' | 'content'> {
  return random.pick([
    text('ab'),
    text('😀'),
    deleted(3),
    gc(2),
    type(random.below(3)),
    struct(8, Uint8Array.from([2, ...any('x'), ...any({ y: [1] })])),
    struct(2, Uint8Array.from([2, 1, 49, 4, 110, 117, 108, 108])),
    struct(6, Uint8Array.from([1, 98, 4, 116, 114, 117, 101])),
    struct(9, Uint8Array.from([1, 103, 118, 0])),
  ])
}
