import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { MalformedError } from '../server/document/cursor.ts'
import { MAX_NESTING } from '../server/document/place.ts'
import { GateRoom, type Outcome } from './support/gate-room.ts'
import { assertNothingPending, docOf, quietDoc, viewOf } from './support/oracle.ts'
import {
  any,
  deleted,
  gc,
  type RoughDeletes,
  type RoughSection,
  type RoughStruct,
  skip,
  string,
  struct,
  text,
  type,
  uint,
  write,
} from './support/rough.ts'

/** Client 1 wrote 'hello' and a list of one text; client 2 deleted the 'h'. */
function room(): GateRoom {
  const made = new GateRoom()
  const author = quietDoc(1)
  author.getText('text').insert(0, 'hello')
  author.getArray('list').insert(0, [new Y.Text('in')])
  const other = docOf([Y.encodeStateAsUpdate(author)], true, quietDoc(2))
  other.getText('text').delete(0, 1)
  made.send(Y.encodeStateAsUpdate(other))
  return made
}

/** The clock of client 1 in `room`, and the id of its nested text. */
const NEXT = 8
const NESTED: [number, number] = [1, 5]

const section = (client: number, clock: number, ...structs: RoughStruct[]): RoughSection => ({ client, clock, structs })
const only = (...sections: RoughSection[]): Uint8Array => write({ sections, deletes: [] })
const deletes = (...lists: RoughDeletes[]): Uint8Array => write({ sections: [], deletes: lists })
const bytes = (...parts: (number | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(part => (typeof part === 'number' ? [part] : [...part])))
const nestedAny = (depth: number): Uint8Array =>
  bytes(...Array.from({ length: depth }, () => bytes(117, 1)).flat(), 126)

/** An item of ContentAny with one value, given as bytes. */
const value = (content: Uint8Array): RoughStruct => struct(8, bytes(1, content))

const CASES: Record<string, [expected: Outcome, update: Uint8Array]> = {
  'an honest edit': ['taken', only(section(3, 0, text('x', { origin: [1, 4] })))],
  'nothing at all': ['nothing new', bytes(0, 0)],
  'no bytes': ['refused', bytes()],
  'a byte after the update': ['refused', bytes(only(section(3, 0, text('x'))), 0)],

  'an item whose origin is itself': ['refused', only(section(3, 0, text('x', { origin: [3, 0] })))],
  'an item whose origin lies in itself': ['refused', only(section(3, 0, text('xyz', { origin: [3, 1] })))],
  'an item whose origin lies ahead': ['refused', only(section(3, 0, text('x', { origin: [3, 1] }), text('y')))],
  'an item whose right origin is itself': ['refused', only(section(3, 0, text('x', { rightOrigin: [3, 0] })))],
  'an item whose parent is itself': ['refused', only(section(3, 0, type(0, { parent: [3, 0] })))],
  'an item whose parent lies ahead': ['refused', only(section(3, 0, text('x', { parent: [3, 1] }), type(2)))],
  'an item between an id and itself': [
    'refused',
    only(section(3, 0, text('x', { origin: [1, 1], rightOrigin: [1, 1] }))),
  ],
  'two clients that each wait for the other': [
    'held',
    only(section(4, 0, text('x', { origin: [3, 0] })), section(3, 0, text('y', { origin: [4, 0] }))),
  ],
  'two clients that wait for the other by turns': [
    'taken',
    only(
      section(4, 0, text('x', { origin: [3, 0] }), text('z', { origin: [3, 1] })),
      section(3, 0, text('y'), text('w', { origin: [4, 0] })),
    ),
  ],
  'three clients in a circle': [
    'held',
    only(
      section(5, 0, text('x', { origin: [4, 0] })),
      section(4, 0, text('y', { origin: [3, 0] })),
      section(3, 0, text('z', { origin: [5, 0] })),
    ),
  ],
  'a parent in a circle': [
    'held',
    only(section(4, 0, type(0, { parent: [3, 0] })), section(3, 0, type(0, { parent: [4, 0] }))),
  ],

  'a client in two sections that follow each other': [
    'refused',
    only(section(3, 0, text('x')), section(3, 1, text('y'))),
  ],
  'a client in two sections apart': [
    'refused',
    only(section(3, 0, text('x')), section(4, 0, text('z')), section(3, 1, text('y'))),
  ],
  'a client in two lists of deletions': [
    'refused',
    deletes({ client: 1, ranges: [[1, 1]] }, { client: 1, ranges: [[2, 1]] }),
  ],

  'a GC struct without length': ['refused', only(section(3, 0, gc(0)))],
  'a Skip without length': ['refused', only(section(3, 0, skip(0), text('x')))],
  'a deleted item without length': ['refused', only(section(3, 0, deleted(0)))],
  'a text without characters': ['refused', only(section(3, 0, text('')))],
  'a list of no values': ['refused', only(section(3, 0, struct(8, bytes(0))))],
  'a deletion without length of a known client': ['refused', deletes({ client: 1, ranges: [[1, 0]] })],
  'a deletion without length of an unknown client': ['refused', deletes({ client: 77, ranges: [[1, 0]] })],
  'a client without deletions': ['nothing new', deletes({ client: 1, ranges: [] })],
  'a section without structs': ['nothing new', only(section(3, 0))],
  'a section without structs far ahead': ['nothing new', only(section(3, 500))],
  'a section of Skips': ['nothing new', only(section(3, 0, skip(4), skip(4)))],
  'a GC struct with the flags of an item': ['refused', bytes(1, 1, 3, 0, 0x80, 1, 0)],

  'seven bytes that claim 33554431 structs': ['refused', bytes(1, uint(33554431), 3, 0)],
  'a claim of 33554431 clients': ['refused', bytes(uint(33554431), 0)],
  'a claim of 33554431 deletions': ['refused', bytes(0, 1, 1, uint(33554431))],
  'a claim of 33554431 values': ['refused', only(section(3, 0, struct(8, uint(33554431))))],
  'a GC struct of length 2^40': ['refused', only(section(3, 0, gc(2 ** 40)))],
  'a deleted item of length 2^40': ['refused', only(section(3, 0, deleted(2 ** 40)))],
  'a deletion of length 2^40': ['refused', deletes({ client: 1, ranges: [[1, 2 ** 40]] })],
  'a section that starts at 2^40': ['refused', only(section(3, 2 ** 40, text('x')))],
  'a section that starts at 2^53 - 1': ['refused', only(section(3, 2 ** 53 - 1, text('x')))],
  'structs that add up to more than 2^32': ['refused', only(section(3, 0, gc(2 ** 31), gc(2 ** 31)))],
  'an origin at 2^53 - 1': ['held', only(section(3, 0, text('x', { origin: [1, 2 ** 53 - 1] })))],
  'a client id of 2^53 - 1': ['taken', only(section(2 ** 53 - 1, 0, text('x', { origin: [1, 4] })))],
  'a client id of 2^53': ['refused', bytes(1, 1, 128, 128, 128, 128, 128, 128, 128, 16, 0)],
  'an integer of nine bytes': ['refused', bytes(1, 1, 3, 128, 128, 128, 128, 128, 128, 128, 128, 0)],
  'an integer with a needless zero': ['taken', bytes(1, 1, 3, 128, 0, 4, 1, string('text'), 1, 120, 0)],

  'text that is not UTF-8': ['refused', only(section(3, 0, struct(4, bytes(2, 0xc3, 0x28))))],
  'half an emoji in UTF-8': ['refused', only(section(3, 0, struct(4, bytes(3, 0xed, 0xa0, 0xbd))))],
  'an over-long UTF-8 sequence': ['refused', only(section(3, 0, struct(4, bytes(2, 0xc0, 0x80))))],
  'a root name that is not UTF-8': ['refused', bytes(1, 1, 3, 0, 4, 1, 1, 0xff, 1, 120, 0)],
  'a parent that is neither name nor id': ['refused', bytes(1, 1, 3, 0, 4, 2, 1, 1, 1, 120, 0)],
  'content of type 11': ['refused', only(section(3, 0, struct(11, bytes(1))))],
  'content of type 31': ['refused', only(section(3, 0, struct(31, bytes(1))))],
  'a shared type of kind 7': ['refused', only(section(3, 0, type(7)))],
  'an embed that is not JSON': ['refused', only(section(3, 0, struct(5, string('{"a":'))))],
  'an embed of undefined': ['refused', only(section(3, 0, struct(5, string('undefined'))))],
  'a format that is not JSON': ['refused', only(section(3, 0, struct(6, bytes(string('bold'), string('yes')))))],
  'a JSON value of undefined': ['taken', only(section(3, 0, struct(2, bytes(1, string('undefined')))))],
  'a JSON value that is not JSON': ['refused', only(section(3, 0, struct(2, bytes(1, string('undefine')))))],
  'a value of an unknown type': ['refused', only(section(3, 0, value(bytes(100))))],
  'a value nested 128 deep': ['taken', only(section(3, 0, value(nestedAny(128))))],
  'a value nested 129 deep': ['refused', only(section(3, 0, value(nestedAny(129))))],
  'JSON nested 128 deep': [
    'taken',
    only(section(3, 0, struct(5, string('['.repeat(128) + ']'.repeat(128)), { parent: 'text' }))),
  ],
  'JSON nested 129 deep': ['refused', only(section(3, 0, struct(5, string('['.repeat(129) + ']'.repeat(129)))))],
  'brackets in a JSON string': ['taken', only(section(3, 0, struct(5, string(`"${'['.repeat(500)}"`))))],
  'a value that changes its prototype': [
    'refused',
    only(section(3, 0, value(bytes(118, 1, string('__proto__'), 118, 0)))),
  ],
  'a value with a field called constructor': ['taken', only(section(3, 0, value(any({ constructor: 1 }))))],
  'a map entry called __proto__': ['taken', only(section(3, 0, text('x', { parent: 'map', parentSub: '__proto__' })))],
  'a root called __proto__': ['taken', only(section(3, 0, text('x', { parent: '__proto__' })))],

  'a subdocument': ['taken', only(section(3, 0, struct(9, bytes(string('guid'), any({ autoLoad: true })))))],
  'a subdocument without options': ['refused', only(section(3, 0, struct(9, bytes(string('guid'), any(null)))))],
  'a subdocument whose options are a list': ['refused', only(section(3, 0, struct(9, bytes(string('g'), any([])))))],
  'a subdocument whose options name it again': [
    'refused',
    only(section(3, 0, struct(9, bytes(string('guid'), any({ guid: { toString: 1 } }))))),
  ],

  'an item in a text that is not a type': ['taken', only(section(3, 0, text('x', { parent: [1, 2] })))],
  'an item in a type that was deleted': [
    'taken',
    write({
      sections: [section(3, 0, text('x', { parent: NESTED }))],
      deletes: [{ client: 1, ranges: [[NESTED[1], 1]] }],
    }),
  ],
  'an item between two texts': ['refused', only(section(3, 0, text('x', { origin: [1, 4], rightOrigin: [1, 6] })))],
  'an item between a list and a map entry': [
    'refused',
    only(
      section(3, 0, text('k', { parent: 'text', parentSub: 'a' }), text('x', { origin: [1, 4], rightOrigin: [3, 0] })),
    ),
  ],
  'an entry of a map that is two clocks long': [
    'refused',
    only(section(3, 0, text('xy', { parent: 'map', parentSub: 'a' }))),
  ],
  'an entry of a map that is two clocks long and says so nowhere': [
    'refused',
    only(section(3, 0, text('x', { parent: 'map', parentSub: 'a' }), text('yz', { origin: [3, 0] }))),
  ],
  'entries of a map that were deleted, kept and merged': [
    'taken',
    write({
      sections: [section(3, 0, text('xy', { parent: 'map', parentSub: 'a' }), text('z', { origin: [3, 1] }))],
      deletes: [{ client: 3, ranges: [[0, 2]] }],
    }),
  ],
  'an entry of a map that is two clocks long, one of them deleted': [
    'refused',
    write({
      sections: [section(3, 0, text('xy', { parent: 'map', parentSub: 'a' }))],
      deletes: [{ client: 3, ranges: [[0, 1]] }],
    }),
  ],
  'entries of a map that were deleted and merged': [
    'taken',
    only(section(3, 0, deleted(3, { parent: 'map', parentSub: 'a' }), text('y', { origin: [3, 2] }))),
  ],

  'a deletion of what is not there yet': ['held', deletes({ client: 1, ranges: [[NEXT, 1]] })],
  'a deletion that reaches past what is there': ['held', deletes({ client: 1, ranges: [[3, 100]] })],
  'a deletion of an unknown client': ['held', deletes({ client: 99, ranges: [[0, 1]] })],
  'a deletion of what is deleted': ['nothing new', deletes({ client: 1, ranges: [[0, 1]] })],
  'deletions that overlap and stand in disorder': [
    'taken',
    deletes({
      client: 1,
      ranges: [
        [3, 2],
        [1, 1],
        [2, 2],
      ],
    }),
  ],
  'a gap': ['held', only(section(1, NEXT + 1, text('x', { origin: [1, 4] })))],
  'a gap that a Skip admits': ['held', only(section(3, 0, text('x'), skip(2), text('y')))],
  'a Skip over what is known': ['taken', only(section(1, 0, skip(NEXT), text('y', { origin: [1, 4] })))],
}

describe('one update', () => {
  for (const [name, [expected, update]] of Object.entries(CASES)) {
    test(`${name}: ${expected}`, () => {
      const target = room()
      const before = viewOf(target.live[0])
      expect(target.send(update)).toBe(expected)
      const after = viewOf(target.live[0])
      if (expected === 'refused' || expected === 'nothing new') expect(after).toBe(before)
      const { fresh, compacted } = target.loads()
      for (const doc of [...target.live, ...fresh, ...compacted]) expect(viewOf(doc)).toBe(after)
    })
  }

  test('cut anywhere is refused', () => {
    const whole = Y.encodeStateAsUpdate(room().live[0])
    for (let length = 0; length < whole.length; length++) {
      expect(() => new GateRoom().document.judge(whole.subarray(0, length))).toThrow(MalformedError)
    }
  })

  test('known in part hangs where its beginning does, whatever it says', () => {
    const target = room()
    const entry = text('x', { parent: 'map', parentSub: 'a' })
    expect(target.send(only(section(3, 0, entry), section(4, 0, text('x'))))).toBe('taken')
    expect(target.send(only(section(3, 0, text('xyz'))))).toBe('refused')
    // What is deleted is not compared.
    const elsewhere = only(section(4, 0, text('xyz', { parent: 'map', parentSub: 'a' })))
    expect(target.send(elsewhere)).toBe('refused')
    expect(target.send(deletes({ client: 4, ranges: [[0, 1]] }))).toBe('taken')
    expect(target.send(elsewhere)).toBe('taken')
    const { fresh, compacted } = target.loads()
    for (const doc of [...fresh, ...compacted]) expect(viewOf(doc)).toBe(viewOf(target.live[0]))
  })

  test('that is a Buffer is kept as a copy', () => {
    const buffer = Buffer.from(only(section(3, 0, text('x'))))
    const target = new GateRoom()
    const { taken } = target.document.judge(buffer)
    buffer.fill(0)
    expect(taken?.update).toEqual(only(section(3, 0, text('x'))))
  })
})

describe('types nested in each other', () => {
  /** Texts in texts, each level an update of its own, or all in one. */
  const level = (client: number, clock: number): RoughStruct =>
    type(2, clock === 0 ? { parent: 'text' } : { parent: [client, clock - 1] })

  test('are taken up to a depth that everybody can delete', () => {
    const target = new GateRoom()
    const structs = Array.from({ length: MAX_NESTING + 1 }, (_, i) => level(3, i))
    expect(target.send(only(section(3, 0, ...structs)))).toBe('taken')
    expect(target.send(only(section(3, structs.length, level(3, structs.length))))).toBe('refused')
    expect(target.send(deletes({ client: 3, ranges: [[0, 1]] }))).toBe('taken')
    target.loads()
  })

  test('are counted across updates, clients, neighbours, compaction and restart', () => {
    const target = new GateRoom()
    let taken = 0
    let parent: [number, number] | null = null
    for (let i = 0; i < 2 * MAX_NESTING; i++) {
      // Every level is a text character and, behind it, a type that names its neighbour only.
      const client = 3 + (i % 3)
      const clock = 2 * Math.floor(i / 3)
      const first = text('x', parent === null ? { parent: 'text' } : { parent })
      const update = only(section(client, clock, first, type(2, { origin: [client, clock] })))
      if (target.send(update) === 'taken') taken++
      parent = [client, clock + 1]
      if (i % 100 === 50) target.compact()
      if (i % 100 === 99) target.restart()
    }
    expect(taken).toBe(MAX_NESTING + 1)
    target.send(deletes({ client: 3, ranges: [[1, 1]] }))
    for (const doc of target.live) assertNothingPending(doc)
    target.loads()
  })

  test('side by side are not nested', () => {
    const target = new GateRoom()
    const structs = Array.from({ length: 1000 }, (_, i) => type(1, i === 0 ? {} : { origin: [3, i - 1] }))
    expect(target.send(only(section(3, 0, ...structs)))).toBe('taken')
  })
})
