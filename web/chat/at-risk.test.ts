import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { edit, editsOf, finishDeletions, remove, toggleReaction } from './annotations.ts'
import { type AtRisk, carryForward, lateMessages, latePages, readAtRisk, riskAfterSend, settle } from './at-risk.ts'
import { mergePages } from './channel-log.ts'
import { encodeKey } from './key.ts'
import { append, messagesOf, readElements } from './log.ts'
import { PageLog } from './page-log.ts'
import { newestPage, openings, openPage, pageToWrite } from './pages.ts'
import type { Shown } from './shown.ts'

/** Messages after which a page of the tests is full. */
const full = 3

class Replica {
  head = new Y.Doc()
  pages = new Map<number, Y.Doc>()

  page(number: number): Y.Doc {
    const doc = this.pages.get(number) ?? new Y.Doc()
    this.pages.set(number, doc)
    return doc
  }

  shown(): readonly Shown[] {
    return mergePages([...this.pages].map(([number, doc]) => shownIn(doc, number)))
  }
}

class Server extends Replica {
  /** The ids of all messages that somebody saw who looks at nothing but the newest page, all the time. */
  readonly seenInNewest = new Set<string>()

  changed(): void {
    const page = newestPage(this.head)
    for (const { message } of shownIn(this.page(page), page)) this.seenInNewest.add(message.id)
  }
}

/** A browser of one person, with what it keeps. */
class Browser extends Replica {
  risks: readonly AtRisk[] = []
  isOnline = true

  constructor(
    readonly self: string,
    readonly server: Server,
    readonly world: World,
  ) {
    super()
  }

  send(): void {
    const newest = newestPage(this.head)
    const count = messagesOf(this.page(newest)).length
    const { page, opens } = pageToWrite(this.head, count >= full ? 500 : 0, this.isSettled(newest))
    if (opens) {
      openPage(this.head, page, this.world.now, this.page(newest))
      const seen = readElements(messagesOf(this.page(newest))).map(({ message }) => message.id)
      this.world.openings.push({ page, seen: new Set(seen) })
    }
    const id = `m${this.world.written.size}`
    append(this.page(page), { id, author: { id: this.self, name: this.self }, text: id, at: this.world.now++ })
    this.risks = riskAfterSend(this.risks, page, this.page(page))
    this.world.written.set(id, { by: this.self, page })
  }

  isSettled(page: number): boolean {
    // Also what it wrote in a sitting before and has not sent since.
    const isAcknowledged = (mine: Y.Doc, there: Y.Doc) =>
      [...Y.decodeStateVector(Y.encodeStateVector(mine))].every(
        ([client, clock]) => Y.getState(there.store, client) >= clock,
      )
    const { server } = this
    return this.isOnline && isAcknowledged(this.head, server.head) && isAcknowledged(this.page(page), server.page(page))
  }

  sync(page: number | 'head'): void {
    if (!this.isOnline) return
    if (page === 'head') exchange(this.head, this.server.head)
    else exchange(this.page(page), this.server.page(page))
    this.server.changed()
  }

  carry(crash: 'none' | 'list lost' | 'pages lost' = 'none'): void {
    if (!this.isOnline) return
    this.sync('head')
    const newest = newestPage(this.head)
    const needed = new Set([...latePages(this.risks, this.head), newest])
    for (const page of needed) this.sync(page)
    const pages = new Map(
      [...needed].map(number => {
        const [doc, there] = [this.page(number), this.server.page(number)]
        const isSaved = (id: { client: number; clock: number }) => Y.getState(there.store, id.client) > id.clock
        return [number, { doc, isSaved }]
      }),
    )
    const before = new Map(this.pages)
    if (crash === 'pages lost') for (const number of needed) pages.set(number, copyOf(pages.get(number)))
    const risks = carryForward({ head: this.head, pages, risks: this.risks, self: this.self })
    if (crash !== 'list lost') this.risks = risks
    if (crash === 'pages lost') this.pages = before
    if (crash !== 'none') this.restart()
  }

  restart(): void {
    this.head = again(this.head)
    for (const [number, doc] of this.pages) this.pages.set(number, again(doc))
  }

  /** A message and a page where it is here. */
  find(index: number, isOwn: boolean): { page: number; shown: Shown } | null {
    const found = [...this.pages].flatMap(([page, doc]) => shownIn(doc, page).map(shown => ({ page, shown })))
    const fit = found.filter(({ shown }) => !shown.isDeleted && (shown.message.author.id === this.self) === isOwn)
    return fit[index % fit.length] ?? null
  }
}

interface World {
  now: number
  readonly written: Map<string, { by: string; page: number }>
  readonly deleted: Set<string>
  readonly openings: { page: number; seen: Set<string> }[]
}

const action = fc.record({
  who: fc.nat(2),
  index: fc.nat(20),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('send' as const) },
    { weight: 5, arbitrary: fc.constantFrom('sync head' as const, 'sync page' as const) },
    { weight: 3, arbitrary: fc.constantFrom('go' as const, 'come' as const) },
    { weight: 3, arbitrary: fc.constant('carry' as const) },
    { weight: 1, arbitrary: fc.constantFrom('edit' as const, 'forge' as const, 'react' as const, 'delete' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('restart' as const, 'lose list' as const, 'lose pages' as const),
    },
  ),
})

test('whoever looks at the newest page sees every message arrive, and whoever loads all pages sees each once', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 80 }), actions => {
      const server = new Server()
      const world: World = { now: 1, written: new Map(), deleted: new Set(), openings: [] }
      // Ada has two devices.
      const browsers = ['ada', 'ada', 'lin'].map(self => new Browser(self, server, world))
      for (const { who, what, index } of actions) act(browsers[who] as Browser, what, index)

      for (const browser of browsers) browser.isOnline = true
      settleAll(browsers)
      const everything = stateOf(server)
      settleAll(browsers)
      expect(stateOf(server)).toEqual(everything)
      expect(browsers.flatMap(({ risks, head }) => latePages(risks, head))).toEqual([])

      for (const browser of browsers) for (const page of server.pages.keys()) browser.sync(page)
      const log = server.shown()
      for (const browser of browsers) expect(browser.shown()).toEqual(log)
      expect(log.map(({ message }) => message.id).sort()).toEqual([...world.written.keys()].sort())
      for (const { message, text, isDeleted } of log) {
        expect(isDeleted, message.id).toBe(world.deleted.has(message.id))
        expect(text).not.toContain('forged')
      }
      const missed = [...world.written.keys()].filter(id => !world.deleted.has(id) && !server.seenInNewest.has(id))
      expect(missed).toEqual([])

      for (const [page, doc] of server.pages) {
        const ids = readElements(messagesOf(doc)).map(({ message }) => message.id)
        expect(new Set(ids).size, 'copies in one page').toBe(ids.length)
        for (const id of ids) {
          const first = world.written.get(id)?.page ?? page
          const saw = world.openings.filter(opening => opening.page === first + 1).map(({ seen }) => seen.has(id))
          expect(page === first || saw.includes(false), `${id} was carried though everybody saw it`).toBe(true)
        }
      }
      const newest = newestPage(server.head)
      for (const { message, isDeleted } of shownIn(server.page(newest), newest)) {
        expect(isDeleted).toBe(world.deleted.has(message.id))
      }
      // Once a browser of theirs has loaded all pages, nothing of what they deleted is left in any.
      for (const self of ['ada', 'lin']) finishDeletions([...server.pages.values()], self)
      for (const doc of server.pages.values()) {
        const left = readElements(messagesOf(doc)).map(({ message }) => message.id)
        expect(left.filter(id => world.deleted.has(id))).toEqual([])
        for (const id of world.deleted) expect([...editsOf(doc).keys()].join()).not.toContain(`"${id}"`)
      }
    }),
    { numRuns: 100 },
  )
})

describe('what came late', () => {
  test('is what some opener had not seen, whatever the clocks say', () => {
    const { head, page } = closedPage()
    const offline = again(page)
    const before = readElements(messagesOf(offline)).length
    openPage(head, 1, 5, page)
    append(offline, { id: 'late', author: ada, text: 'late', at: 1 })
    const risks = riskAfterSend([], 0, offline)
    expect(settle(risks, head)).toEqual(risks)
    const late = lateMessages({ head, page: offline, number: 0, risks, self: 'ada' })
    expect(late.map(({ message }) => message.id)).toEqual(['late'])
    expect(before).toBe(full)
  })

  test('is nothing that the opener had', () => {
    const { head, page, risks } = closedPage()
    openPage(head, 1, 5, page)
    expect(settle(risks, head)).toEqual([])
    expect(latePages(risks, head)).toEqual([])
  })

  test('is everything at risk when the opener did not say what it had', () => {
    const { head, page, risks } = closedPage()
    head.getMap('pages').set(encodeKey(1, 7), { at: 5, seen: new Uint8Array([255, 1]) })
    expect(settle(risks, head)).toEqual(risks)
    expect(lateMessages({ head, page, number: 0, risks, self: 'ada' })).toHaveLength(full)
  })

  test('is carried once, with the edits of its author, and stays on the list until the server has the copy', () => {
    const { head, page, risks } = closedPage()
    const first = shownIn(page, 0)[0] as Shown
    edit(page, first, 'edited', [], 'ada', 9)
    openPage(head, 1, 5, new Y.Doc())
    const newest = new Y.Doc()
    const saved = { page: true, newest: false }
    const pages = new Map([
      [0, { doc: page, isSaved: () => saved.page }],
      [1, { doc: newest, isSaved: () => saved.newest }],
    ])
    const carried = carryForward({ head, pages, risks, self: 'ada' })
    expect(carried.map(risk => risk.page)).toEqual([0, 1])
    expect(carryForward({ head, pages, risks: carried, self: 'ada' })).toEqual(carried)
    expect(shownIn(newest, 1).map(({ text }) => text)).toEqual(['edited', 'm1', 'm2'])
    saved.newest = true
    expect(carryForward({ head, pages, risks: carried, self: 'ada' }).map(risk => risk.page)).toEqual([1])
    expect(messagesOf(newest)).toHaveLength(full)
  })

  test('of somebody else is not carried', () => {
    const { head, page, risks } = closedPage()
    openPage(head, 1, 5, new Y.Doc())
    expect(lateMessages({ head, page, number: 0, risks, self: 'lin' })).toEqual([])
  })
})

test('a list of another version is read as far as it can be', () => {
  const sound = { page: 1, client: 2, end: 3 }
  expect(readAtRisk([sound, null, { page: -1 }, { ...sound, end: 'x' }])).toEqual([sound])
  expect(readAtRisk('nothing')).toEqual([])
})

test('the list has one line for each page and sitting', () => {
  const doc = new Y.Doc()
  append(doc, { id: 'a', author: ada, text: 'a', at: 1 })
  const once = riskAfterSend([], 3, doc)
  append(doc, { id: 'b', author: ada, text: 'b', at: 2 })
  expect(riskAfterSend(once, 3, doc)).toEqual([{ page: 3, client: doc.clientID, end: 2 }])
})

const ada = { id: 'ada', name: 'Ada' }

/** A full page 0 by Ada, and the list of the browser that wrote it. */
function closedPage(): { head: Y.Doc; page: Y.Doc; risks: readonly AtRisk[] } {
  const page = new Y.Doc()
  for (let i = 0; i < full; i++) append(page, { id: `m${i}`, author: ada, text: `m${i}`, at: i })
  return { head: new Y.Doc(), page, risks: riskAfterSend([], 0, page) }
}

function act(browser: Browser, what: string, index: number): void {
  const { world, self } = browser
  if (what === 'send') browser.send()
  else if (what === 'sync head') browser.sync('head')
  else if (what === 'sync page') browser.sync(newestPage(browser.head))
  else if (what === 'go' || what === 'come') browser.isOnline = what === 'come'
  else if (what === 'carry') browser.carry()
  else if (what === 'lose list') browser.carry('list lost')
  else if (what === 'lose pages') browser.carry('pages lost')
  else if (what === 'restart') browser.restart()
  else {
    const found = browser.find(index, what !== 'forge')
    if (found === null) return
    const doc = browser.page(found.page)
    const { id } = found.shown.message
    if (what === 'edit') edit(doc, found.shown, `${id} edited`, [], self, world.now++)
    if (what === 'react') toggleReaction(doc, id, '+', self, world.now++)
    if (what === 'forge') editsOf(doc).set(encodeKey(id, 'x'), { text: 'forged', mentions: [], at: 1e9, by: self })
    if (what === 'delete' && remove(doc, found.shown, self, world.now++)) {
      browser.risks = riskAfterSend(browser.risks, found.page, doc)
      world.deleted.add(id)
    }
  }
}

/** Everybody is online, and all does what there is to do. */
function settleAll(browsers: readonly Browser[]): void {
  for (let round = 0; round < 5; round++) {
    for (const browser of browsers) {
      browser.sync('head')
      for (const page of browser.pages.keys()) browser.sync(page)
      browser.carry()
    }
  }
}

function stateOf({ head, pages }: Replica): unknown {
  return [openings(head), [...pages].map(([number, doc]) => [number, Y.encodeStateAsUpdate(doc)])]
}

function shownIn(doc: Y.Doc, page: number): readonly Shown[] {
  const log = new PageLog(doc, page)
  log.destroy()
  return log.get()
}

/** Delivers twice what comes. */
function exchange(a: Y.Doc, b: Y.Doc): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const update = Y.encodeStateAsUpdate(from, Y.encodeStateVector(to))
    Y.applyUpdate(to, update)
    Y.applyUpdate(to, update)
  }
}

/** The document as the next sitting finds it. */
function again(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

function copyOf<P extends { doc: Y.Doc }>(page: P | undefined): P {
  if (page === undefined) throw new Error('not loaded')
  return { ...page, doc: again(page.doc) }
}
