import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { remove } from './annotations.ts'
import { append } from './log.ts'
import { PageLog } from './page-log.ts'
import {
  isMuted,
  markRead,
  mentionsOf,
  readMarker,
  readMarkers,
  readMarksOf,
  setMuted,
  unreadAmong,
} from './read-state.ts'
import type { Shown } from './shown.ts'

const shownIn = (doc: Y.Doc, page: number): readonly Shown[] => {
  const log = new PageLog(doc, page)
  log.destroy()
  return log.get()
}

function send(doc: Y.Doc, id: string, at: number, by = 'lin', mentions: { id: string; name: string }[] = []): void {
  append(doc, { id, author: { id: by, name: by }, text: id, at, mentions })
}

const unreadIn = (user: Y.Doc, ...pages: Y.Doc[]) =>
  unreadAmong(
    pages.map((doc, page) => ({ page, shown: shownIn(doc, page) })),
    readMarker(user, 'c'),
    'ada',
  ).map(({ message }) => message.id)

describe('unread is', () => {
  test('everything by others that is not deleted, when nothing was ever read', () => {
    const [doc, user] = [new Y.Doc(), new Y.Doc()]
    for (const [id, by] of [
      ['a', 'lin'],
      ['b', 'ada'],
      ['c', 'lin'],
    ] as const)
      send(doc, id, 1, by)
    remove(doc, shownIn(doc, 0)[2] as Shown, 'lin', 2)
    expect(readMarker(user, 'c')).toBeNull()
    expect(unreadIn(user, doc)).toEqual(['a'])
  })

  test('what came after, however old it says it is', () => {
    const [doc, offline, user] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
    send(doc, 'new', 100)
    send(offline, 'old', 1)
    markRead(user, 'c', 0, shownIn(doc, 0))
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(offline))
    expect(unreadIn(user, doc)).toEqual(['old'])
  })

  test('nothing in the pages before the newest that was marked, and all in later ones', () => {
    const [first, second, third, user] = [new Y.Doc(), new Y.Doc(), new Y.Doc(), new Y.Doc()]
    send(first, 'a', 1)
    markRead(user, 'c', 1, shownIn(second, 1))
    send(second, 'b', 2)
    send(third, 'd', 3)
    expect(unreadIn(user, first, second, third)).toEqual(['b', 'd'])
    expect(readMarker(user, 'other')).toBeNull()
  })

  test('what follows the last that was seen, also when its client wrote it before', () => {
    const [doc, user] = [new Y.Doc(), new Y.Doc()]
    for (const [id, at] of [
      ['a', 1],
      ['late', 9],
      ['b', 2],
    ] as const)
      send(doc, id, at)
    markRead(user, 'c', 0, shownIn(doc, 0), 2)
    expect(unreadIn(user, doc)).toContain('late')
    markRead(user, 'c', 0, shownIn(doc, 0))
    expect(unreadIn(user, doc)).toEqual([])
  })

  test('of those, a mention is what names one', () => {
    const [doc] = [new Y.Doc()]
    send(doc, 'a', 1, 'lin', [{ id: 'ada', name: 'Ada' }])
    send(doc, 'b', 2, 'lin', [{ id: 'eve', name: 'Eve' }])
    expect(mentionsOf(shownIn(doc, 0), 'ada').map(({ message }) => message.id)).toEqual(['a'])
  })
})

test('what was marked already is not written again, and marks of pages before are dropped', () => {
  const [first, second, user] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
  for (let i = 0; i < 5; i++) send(first, `a${i}`, i)
  send(second, 'b', 9)
  markRead(user, 'c', 0, shownIn(first, 0))
  const once = Y.getState(user.store, user.clientID)
  markRead(user, 'c', 0, shownIn(first, 0), 3)
  expect(Y.getState(user.store, user.clientID)).toBe(once)
  markRead(user, 'c', 1, shownIn(second, 1))
  markRead(user, 'c', 0, shownIn(first, 0))
  expect(readMarksOf(user).size).toBe(1)
})

test('a device that marks one writer’s messages does not drop what another device marked of another’s', () => {
  const [doc, phone, desk] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
  send(doc, 'a', 1)
  markRead(phone, 'c', 0, shownIn(doc, 0))
  Y.applyUpdate(desk, Y.encodeStateAsUpdate(phone))
  doc.clientID++
  send(doc, 'b', 2)
  markRead(desk, 'c', 0, shownIn(doc, 0))
  expect(unreadIn(desk, doc)).toEqual([])
})

test('two devices that mark the same at once do not drop each other’s mark', () => {
  const [doc, phone, desk] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
  for (const id of ['a', 'b']) send(doc, id, 1)
  for (const user of [phone, desk]) markRead(user, 'c', 0, shownIn(doc, 0), 1)
  Y.applyUpdate(desk, Y.encodeStateAsUpdate(phone))
  Y.applyUpdate(phone, Y.encodeStateAsUpdate(desk))
  for (const user of [phone, desk]) markRead(user, 'c', 0, shownIn(doc, 0))
  Y.applyUpdate(desk, Y.encodeStateAsUpdate(phone))
  expect(unreadIn(desk, doc)).toEqual([])
})

test('a channel is muted until it is not', () => {
  const user = new Y.Doc()
  setMuted(user, 'c', true)
  expect([isMuted(user, 'c'), isMuted(user, 'd')]).toEqual([true, false])
  setMuted(user, 'c', false)
  expect(isMuted(user, 'c')).toBe(false)
})

test('reading never throws, whatever lies in the document', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (key, value) => {
      const user = new Y.Doc()
      const plain = JSON.parse(JSON.stringify(value))
      for (const name of [key, '["c",0,1,2]', '["c",-1,1,2]', '[{},0,1,2]']) {
        readMarksOf(user).set(name, plain)
        user.getMap('muted').set(name, plain)
      }
      readMarkers(user)
      isMuted(user, key)
    }),
  )
})

const step = fc.record({
  device: fc.nat(2),
  what: fc.constantFrom('mark', 'mark', 'mark', 'sync', 'send', 'send', 'page', 'restart'),
  index: fc.nat(12),
})

test('what any device has read stays read, and what none has seen stays unread', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const pages = [new Y.Doc()]
      const writers = [1, 2, 3]
      const devices = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
      /** What each device knows to be read: by itself or by those it heard of. */
      const read = devices.map(() => ({ page: -1, ids: new Set<string>() }))
      let count = 0
      for (const { device, what, index } of steps) {
        const user = devices[device] as Y.Doc
        const known = read[device] as (typeof read)[number]
        const other = index % devices.length
        if (what === 'page') pages.push(new Y.Doc())
        else if (what === 'restart') devices[device] = again(user)
        else if (what === 'send') {
          // Each message by one of three writers, with a time that says nothing.
          const doc = pages.at(-1) as Y.Doc
          doc.clientID = writers[index % 3] as number
          send(doc, `m${count++}`, index)
        } else if (what === 'sync') {
          Y.applyUpdate(user, Y.encodeStateAsUpdate(devices[other] as Y.Doc))
          union(known, read[other] as (typeof read)[number])
        } else {
          const page = index % pages.length
          const shown = shownIn(pages[page] as Y.Doc, page)
          const seen = index % (shown.length + 1)
          const before = unread(user, pages)
          markRead(user, 'c', page, shown, seen)
          const after = unread(user, pages)
          const allowed = new Set(shown.slice(0, seen).map(({ message }) => message.id))
          for (const id of before) {
            const isBefore = (pageOf(pages, id) as number) < page
            if (!after.has(id)) expect(isBefore || allowed.has(id), `${id} was not seen`).toBe(true)
          }
          for (const id of after) expect(before.has(id), `${id} had been read`).toBe(true)
          if (seen === shown.length) expect([...allowed].filter(id => after.has(id))).toEqual([])
          union(known, { page, ids: new Set([...before].filter(id => !after.has(id))) })
        }
        const still = unread(devices[device] as Y.Doc, pages)
        for (const id of known.ids) expect(still.has(id), `${id} was read here`).toBe(false)
      }
      for (const user of devices) for (const other of devices) Y.applyUpdate(user, Y.encodeStateAsUpdate(other))
      const [first, ...others] = devices.map(user => unread(user, pages))
      for (const one of others) expect(one).toEqual(first)
      const everRead = new Set(read.flatMap(({ ids }) => [...ids]))
      for (const id of everRead) expect(first?.has(id), `${id} was read by some device`).toBe(false)
      for (const page of pages) {
        for (const { message } of shownIn(page, 0)) {
          const isRead = !first?.has(message.id)
          const newest = Math.max(...read.map(({ page: reached }) => reached))
          if (isRead) expect(everRead.has(message.id) || (pageOf(pages, message.id) as number) < newest).toBe(true)
        }
      }
    }),
    { numRuns: 300 },
  )
})

function unread(user: Y.Doc, pages: readonly Y.Doc[]): Set<string> {
  return new Set(unreadIn(user, ...pages))
}

function pageOf(pages: readonly Y.Doc[], id: string): number | undefined {
  return pages.findIndex(doc => shownIn(doc, 0).some(({ message }) => message.id === id))
}

function union(into: { page: number; ids: Set<string> }, from: { page: number; ids: Set<string> }): void {
  into.page = Math.max(into.page, from.page)
  for (const id of from.ids) into.ids.add(id)
}

function again(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
