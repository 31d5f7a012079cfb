import type { Random } from '../support/random.ts'

/** Numbers at the edges of what a varUint can hold, and some that are written wrongly. */
const EDGES: readonly (readonly number[])[] = [
  [0],
  [1],
  [127],
  [0x80, 1],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x20],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x00],
]

type Mutation = (random: Random, bytes: number[], others: readonly Uint8Array[]) => void

const MUTATIONS: readonly Mutation[] = [
  (random, bytes) => {
    const at = random.below(bytes.length)
    bytes[at] ^= 1 << random.below(8)
  },
  (random, bytes) => {
    bytes[random.below(bytes.length)] = random.below(256)
  },
  // Cut off.
  (random, bytes) => {
    bytes.length = random.below(bytes.length)
  },
  // Another number, often where a length, a count, a clock or an id stands.
  (random, bytes) => {
    bytes.splice(random.below(bytes.length), 1, ...random.pick(EDGES))
  },
  (random, bytes) => {
    bytes.splice(random.below(bytes.length + 1), 0, ...random.pick(EDGES))
  },
  // A length that says more, or less.
  (random, bytes) => {
    const at = random.below(Math.min(bytes.length, 12))
    bytes[at] = (bytes[at] + random.pick([1, 255, 64, 127])) & 255
  },
  // A stretch twice, elsewhere, or not at all.
  (random, bytes) => {
    const at = random.below(bytes.length)
    const stretch = bytes.slice(at, at + 1 + random.below(8))
    bytes.splice(random.chance(0.5) ? at : random.below(bytes.length + 1), 0, ...stretch)
  },
  (random, bytes) => {
    const at = random.below(bytes.length)
    const stretch = bytes.splice(at, 1 + random.below(8))
    if (random.chance(0.5)) bytes.splice(random.below(bytes.length + 1), 0, ...stretch)
  },
  // The head of one message on the body of another.
  (random, bytes, others) => {
    const other = random.pick(others)
    bytes.splice(random.below(bytes.length), bytes.length, ...other.slice(random.below(other.length)))
  },
  // Another kind of message.
  (random, bytes) => {
    bytes[0] = random.below(16)
  },
  (random, bytes) => {
    if (bytes.length > 1) bytes[1] = random.below(12)
  },
  (random, bytes) => {
    for (let n = random.below(6); n >= 0; n--) bytes.push(random.below(256))
  },
]

/** A frame with one to three things wrong. `others` are what it may be spliced with. */
export function mutateFrame(random: Random, frame: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const bytes = [...frame]
  for (let edits = 1 + random.below(3); edits > 0 && bytes.length > 0; edits--) {
    random.pick(MUTATIONS)(random, bytes, others)
  }
  return Uint8Array.from(bytes)
}

export function randomBytes(random: Random): Uint8Array {
  const length = random.pick([0, 1, 2, 5, 20, 100, 1_000])
  const limit = random.pick([2, 16, 256])
  return Uint8Array.from({ length: random.below(length + 1) }, () => random.below(limit))
}
