import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { append, messagesOf, readLog } from './log.ts'
import {
  afterHearing,
  decodeVector,
  encodeProbe,
  encodeVector,
  type Heard,
  isWaiting,
  nothingHeld,
  readHeard,
  type StateVector,
} from './receipts.ts'

function sync(step: 0 | 1 | 2, payload: Uint8Array): decoding.Decoder {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, payload)
  return decoding.createDecoder(encoding.toUint8Array(encoder))
}

function hear(decoder: decoding.Decoder): Heard {
  const heard = readHeard(decoder)
  if (heard === null) throw new Error('nothing was heard')
  return heard
}

/** A page with three messages, the updates they were sent as, and a view of which of them wait. */
function page() {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', update => updates.push(update))
  for (const at of [1, 2, 3]) append(doc, { id: `m${at}`, author: { id: 'a', name: 'Ada' }, text: '', at })
  const waiting = (held: StateVector) =>
    readLog(messagesOf(doc)).flatMap(entry => (isWaiting(entry, held) ? [entry.message.id] : []))
  return { doc, updates, waiting, entries: readLog(messagesOf(doc)) }
}

describe('a message waits', () => {
  test('until the server has shown that it holds it', () => {
    const { waiting } = page()
    expect(waiting(nothingHeld)).toEqual(['m1', 'm2', 'm3'])
  })

  test('no longer once the server echoed it', () => {
    const { updates, waiting } = page()
    const held = afterHearing(nothingHeld, hear(sync(2, updates[1] as Uint8Array)), false)
    expect(waiting(held)).toEqual(['m3'])
  })

  test('no longer once the state vector of a new connection covers it', () => {
    const { updates, waiting } = page()
    const server = new Y.Doc()
    Y.applyUpdate(server, updates[0] as Uint8Array)
    const held = afterHearing(nothingHeld, hear(sync(0, Y.encodeStateVector(server))), true)
    expect(waiting(held)).toEqual(['m2', 'm3'])
  })

  test('again when a server returns that no longer holds it', () => {
    const { doc, waiting } = page()
    const all = afterHearing(nothingHeld, hear(sync(1, Y.encodeStateAsUpdate(doc))), false)
    expect(waiting(all)).toEqual([])
    const restored = afterHearing(all, hear(sync(0, Y.encodeStateVector(new Y.Doc()))), true)
    expect(waiting(restored)).toEqual(['m1', 'm2', 'm3'])
  })

  test('not again for a later state vector of the same connection', () => {
    const { doc, waiting } = page()
    const all = afterHearing(nothingHeld, hear(sync(1, Y.encodeStateAsUpdate(doc))), false)
    const later = afterHearing(all, hear(sync(0, Y.encodeStateVector(new Y.Doc()))), false)
    expect(waiting(later)).toEqual([])
    expect(later).toBe(all)
  })
})

test('reading along leaves the message for the provider, and a malformed one proves nothing', () => {
  const { updates } = page()
  const decoder = sync(2, updates[0] as Uint8Array)
  readHeard(decoder)
  expect(decoder.pos).toBe(0)
  for (const step of [0, 1, 2] as const) expect(readHeard(sync(step, new Uint8Array([255, 255, 255])))).toBeNull()
  expect(readHeard(decoding.createDecoder(new Uint8Array([2, 200])))).toBeNull()
})

test('a probe is answered with exactly what is not yet known to be held', () => {
  const { doc, updates, entries, waiting } = page()
  const first = afterHearing(nothingHeld, hear(sync(2, updates[0] as Uint8Array)), false)
  const probe = decoding.createDecoder(
    encodeProbe(
      Y.decodeStateVector(Y.encodeStateVector(doc)),
      first,
      entries.filter(entry => isWaiting(entry, first)),
    ),
  )
  expect([decoding.readVarUint(probe), decoding.readVarUint(probe)]).toEqual([0, 0])
  const asked = decoding.readVarUint8Array(probe)

  const server = new Y.Doc()
  for (const update of updates.slice(0, 2)) Y.applyUpdate(server, update)
  const answer = Y.encodeStateAsUpdate(server, asked)
  expect(waiting(afterHearing(first, hear(sync(1, answer)), false))).toEqual(['m3'])
})

test('what is held survives being stored, and anything else in its place counts as nothing', () => {
  const held = new Map([
    [1, 2],
    [4_294_967_295, 7],
  ])
  expect(decodeVector(encodeVector(held))).toEqual(held)
  for (const stored of [undefined, 'text', new Uint8Array([9]), {}]) expect(decodeVector(stored)).toEqual(nothingHeld)
})
