import * as Y from 'yjs'
import { encodePresence } from '../../protocol/presence.ts'
import type { Random } from '../support/random.ts'
import {
  any,
  gc,
  type RoughDeletes,
  type RoughSection,
  type RoughStruct,
  struct,
  text,
  type,
  write,
} from '../support/rough.ts'
import type { Word } from './tongues.ts'

/** The largest message that is small. */
export const SMALL_BYTES = 1_024
const ROOM_FOR_HEADERS = 40
const FIRST = 100_000

/** Words of at most 1 KB of which each is as much work as that may hold, of one sort of work. */
export function dearWords(random: Random): { name: string; word: Word }[] {
  const words: { name: string; word: Word }[] = []
  const say = (name: string, make: (size: number) => Word): void => {
    words.push({ name, word: largest(make) })
  }
  const update = (
    name: string,
    make: (size: number) => { sections?: RoughSection[]; deletes?: RoughDeletes[] },
  ): void => {
    for (const kind of ['update', 'step2'] as const) {
      say(`${name}, as ${kind}`, size => ({
        type: kind,
        id: 1,
        update: write({ sections: [], deletes: [], ...make(size) }),
      }))
    }
  }
  const client = (): number => FIRST + random.below(10_000)
  say('a question of one who has nothing', () => ({ type: 'step1', vector: new Uint8Array([0]) }))
  say('a question of one who has a little', () => ({
    type: 'step1',
    vector: Y.encodeStateVector(new Map([[FIRST, 1]])),
  }))
  say('a question of many clients', size => ({
    type: 'step1',
    vector: Y.encodeStateVector(new Map(times(size, i => [FIRST + i, 1]))),
  }))
  update('many new clients', size => ({ sections: times(size, i => ({ client: i, clock: 0, structs: [gc(1)] })) }))
  update('many known clients', size => ({
    sections: times(size, i => ({ client: FIRST + i, clock: 1, structs: [text('x')] })),
  }))
  update('many clients with gaps', size => ({
    sections: times(size, i => ({ client: FIRST + i, clock: 9, structs: [text('x')] })),
  }))
  update('many structs', size => ({ sections: [{ client: 9, clock: 0, structs: times(size, () => gc(1)) }] }))
  update('many structs of one character', size => ({
    sections: [{ client: 9, clock: 0, structs: times(size, () => text('x')) }],
  }))
  update('many references', size => ({
    sections: [
      {
        client: 9,
        clock: 0,
        structs: times(size, () => text('x', { origin: [client(), 0], rightOrigin: [client(), 0] })),
      },
    ],
  }))
  update('a chain from the last client to the first', size => ({
    sections: times(size, i => ({
      client: 9 + i,
      clock: 0,
      structs: [text('x', i === 0 ? {} : { origin: [8 + i, 0] })],
    })),
  }))
  update('a chain from the first client to the last', size => ({
    sections: times(size, i => ({
      client: 9 + i,
      clock: 0,
      structs: [text('x', i + 1 === size ? {} : { origin: [10 + i, 0] })],
    })),
  }))
  update('a cycle', size => ({
    sections: times(size, i => ({
      client: 9 + i,
      clock: 0,
      structs: [text('x', { origin: [9 + ((i + 1) % size), 0] })],
    })),
  }))
  update('many deletions', size => ({ deletes: [{ client: FIRST, ranges: times(size, i => [2 * i + 1, 1]) }] }))
  update('many deletions in no order', size => ({
    deletes: [{ client: FIRST, ranges: random.shuffle(times(size, i => [2 * i + 1, 1])) }],
  }))
  update('many clients with a deletion', size => ({
    deletes: times(size, i => ({ client: FIRST + i, ranges: [[0, 1]] })),
  }))
  update('the deletion of everything', () => ({ deletes: [{ client: FIRST, ranges: [[0, 2 ** 31]] }] }))
  update('the deletion of everything there is', () => ({ deletes: [{ client: FIRST, ranges: [[0, 100_000]] }] }))
  update('types in types', size => ({
    sections: [
      { client: 9, clock: 0, structs: times(Math.min(size, 250), i => type(0, i === 0 ? {} : { parent: [9, i - 1] })) },
    ],
  }))
  update('many roots', size => ({
    sections: [{ client: 9, clock: 0, structs: times(size, i => text('x', { parent: `r${i}` })) }],
  }))
  update('a value of many values', size => ({ sections: [section(values(times(size, () => 0)))] }))
  update('a value of many keys', size => ({
    sections: [section(values(Object.fromEntries(times(size, i => [`${i}`, i]))))],
  }))
  update('a value deep in values', size => ({
    sections: [section(values(times(Math.min(size, 120), () => 0).reduce<unknown>(inner => [inner], 0)))],
  }))
  update('many values of JSON', size => ({
    sections: times(size, i => ({ client: 9 + i, clock: 0, structs: [json('[[[]]]')] })),
  }))
  say('presence of many', size => ({
    type: 'presence',
    update: encodePresence(times(size, i => ({ client: i, clock: 1, state: '0' }))),
  }))
  say('presence of many who leave', size => ({
    type: 'presence',
    update: encodePresence(times(size, i => ({ client: i, clock: 9, state: 'null' }))),
  }))
  say('presence of many with an identity', size => ({
    type: 'presence',
    update: encodePresence(times(size, i => ({ client: i, clock: 1, state: '{"identity":0}' }))),
  }))
  say('a question for everybody’s presence', () => ({ type: 'presence-query' }))
  say('a signal', size => ({ type: 'signal', name: 'n', data: `"${'x'.repeat(size)}"` }))
  say('a signal of brackets', size => ({ type: 'signal', name: 'n', data: '['.repeat(size) + ']'.repeat(size) }))
  say('a token', size => ({ type: 'token', token: 'x'.repeat(size) }))
  return words
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i))
}

function section(...structs: RoughStruct[]): RoughSection {
  return { client: 9, clock: 0, structs }
}

function values(value: unknown): RoughStruct {
  return struct(8, Uint8Array.from([1, ...any(value)]))
}

function json(text: string): RoughStruct {
  return struct(5, Uint8Array.from([text.length, ...Buffer.from(text)]))
}

/** The largest of its sort that fits. */
function largest(make: (size: number) => Word): Word {
  let [low, high] = [1, SMALL_BYTES]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (sizeOf(make(middle)) <= SMALL_BYTES - ROOM_FOR_HEADERS) low = middle
    else high = middle - 1
  }
  return make(low)
}

function sizeOf(word: Word): number {
  switch (word.type) {
    case 'step1':
      return word.vector.length
    case 'step2':
    case 'update':
    case 'presence':
      return word.update.length
    case 'signal':
      return word.name.length + word.data.length
    case 'token':
      return word.token.length
    default:
      return 1
  }
}
