// @vitest-environment happy-dom
import { render } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { describe, expect, test } from 'vitest'
import type { Harbor, Room } from '../index.ts'
import { GRACE_MS, UNSEEN_MS } from './holders.ts'
import { useHarbor, useRoom } from './index.ts'
import { Stage, settle, show } from './test-support/stage.tsx'

/** What components rendered: the rooms, in order. */
class Log {
  readonly rooms: Room[] = []
  harbor: Harbor | null = null

  get last(): Room {
    return this.rooms[this.rooms.length - 1]
  }

  get isOpen(): boolean {
    return this.harbor?.rooms.get(this.last.name) === this.last
  }
}

function Show({ name = 'room', log }: { name?: string; log: Log }) {
  log.harbor = useHarbor()
  const room = useRoom(name)
  log.rooms.push(room)
  return room.name
}

function Wait({ log, until }: { log: Log; until: () => Promise<void> | null }) {
  log.harbor = useHarbor()
  log.rooms.push(useRoom('room'))
  const promise = until()
  if (promise !== null) throw promise
  return null
}

/** The app opens the room before the hook does. */
function Own({ log }: { log: Log }) {
  useHarbor().room('room')
  return <Show log={log} />
}

/** So long passes after the first render, and before its effects. */
function Pass({ stage, log, ms }: { stage: Stage; log: Log; ms: number }) {
  if (log.rooms.length === 1) stage.clock.advance(ms)
  return null
}

describe('a room is open as long as a component uses it', () => {
  test('StrictMode’s double mount opens one room, once', async () => {
    const stage = new Stage()
    const log = new Log()
    await show(stage.provide(<Show log={log} />))
    await stage.advance(UNSEEN_MS * 2)
    expect(stage.server.comings).toEqual(['room'])
    expect(log.isOpen).toBe(true)
    expect(log.last.status.kind).toBe('saved')
  })

  test('two components share it, and it ends after the second is gone', async () => {
    const stage = new Stage()
    const [one, two] = [new Log(), new Log()]
    const page = (children: ReactNode) => stage.provide(children)
    const { rerender } = await show(page([<Show key="1" log={one} />, <Show key="2" log={two} />]))
    expect(one.last).toBe(two.last)
    rerender(page([<Show key="2" log={two} />]))
    await stage.advance(GRACE_MS * 2)
    expect(two.isOpen).toBe(true)
    rerender(page([]))
    await stage.advance(GRACE_MS)
    expect(two.isOpen).toBe(false)
    expect(stage.server.comings).toEqual(['room', 'left room'])
  })

  test('it is destroyed a grace period after the last unmount, and not before', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show log={log} />))
    rerender(stage.provide(null))
    await stage.advance(GRACE_MS - 1)
    expect(log.isOpen).toBe(true)
    await stage.advance(1)
    expect(log.isOpen).toBe(false)
  })

  test('a component that comes within the grace period gets the same room', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show key="1" log={log} />))
    rerender(stage.provide(null))
    await stage.advance(GRACE_MS - 1)
    rerender(stage.provide(<Show key="2" log={log} />))
    await stage.advance(UNSEEN_MS * 2)
    expect(new Set(log.rooms).size).toBe(1)
    expect(log.isOpen).toBe(true)
  })

  test('a component that comes after it gets a new one', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show key="1" log={log} />))
    rerender(stage.provide(null))
    await stage.advance(GRACE_MS)
    rerender(stage.provide(<Show key="2" log={log} />))
    await settle()
    expect(new Set(log.rooms).size).toBe(2)
    expect(log.isOpen).toBe(true)
    expect(log.last.status.kind).toBe('saved')
  })

  test('another name is another room, and the first ends', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender, container } = await show(stage.provide(<Show name="one" log={log} />))
    rerender(stage.provide(<Show name="two" log={log} />))
    expect(container.textContent).toBe('two')
    await stage.advance(GRACE_MS)
    expect(log.last.name).toBe('two')
    expect([...(log.harbor?.rooms.keys() ?? [])]).toEqual(['two'])
    expect(stage.server.open).toHaveLength(1)
  })
})

describe('nothing that was written is lost with it', () => {
  test('a room with edits under way stays until they are on the server’s disk', async () => {
    const stage = new Stage()
    stage.server.isReachable = false
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show log={log} />))
    log.last.doc.getText('text').insert(0, 'mine')
    rerender(stage.provide(null))
    await stage.advance(GRACE_MS * 5)
    expect(log.isOpen).toBe(true)
    stage.server.isReachable = true
    await settle(() => log.harbor?.retry())
    await stage.advance(60_000)
    expect(stage.server.doc('room').getText('text').toString()).toBe('mine')
    await stage.advance(GRACE_MS)
    expect(log.isOpen).toBe(false)
  })

  test('a room with refused edits that the browser does not keep stays until they are decided on', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show log={log} />))
    await stage.refuse(() => log.last.doc.getText('text').insert(0, 'mine'))
    rerender(stage.provide(null))
    await stage.advance(GRACE_MS * 5)
    expect(log.isOpen).toBe(true)
    log.last.refused[0].discard()
    await stage.advance(GRACE_MS)
    expect(log.isOpen).toBe(false)
  })
})

describe('rooms of the app', () => {
  test('a room that the app opened before is used, and left open', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Own log={log} />))
    rerender(stage.provide(null))
    await stage.advance(UNSEEN_MS * 2)
    expect(log.isOpen).toBe(true)
  })

  test('a room that the app destroyed is not opened behind its back, and followed when the app opens it', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender } = await show(stage.provide(<Show log={log} />))
    const first = log.last
    first.destroy()
    rerender(stage.provide(<Show log={log} />))
    expect(log.last).toBe(first)
    expect(log.harbor?.rooms.size).toBe(0)
    const second = log.harbor?.room('room')
    rerender(stage.provide(<Show log={log} />))
    expect(log.last).toBe(second)
    rerender(stage.provide(null))
    await stage.advance(UNSEEN_MS * 2)
    expect(log.isOpen).toBe(true)
  })

  test('a Harbor that the app destroyed is not connected again', async () => {
    const stage = new Stage()
    const log = new Log()
    const { rerender, unmount } = await show(stage.provide(<Show log={log} />))
    log.harbor?.destroy()
    rerender(stage.provide(<Show log={log} />))
    unmount()
    await stage.advance(UNSEEN_MS * 2)
    expect(stage.server.sockets).toHaveLength(1)
    expect(stage.server.open).toHaveLength(0)
  })
})

describe('renders that never came on screen', () => {
  test('leave no room behind', async () => {
    const stage = new Stage()
    const log = new Log()
    const never = new Promise<void>(() => undefined)
    const page = (children: ReactNode) => stage.provide(<Suspense fallback="…">{children}</Suspense>)
    const { rerender } = await show(page(<Wait log={log} until={() => never} />))
    expect(log.isOpen).toBe(true)
    rerender(page(null))
    await stage.advance(UNSEEN_MS)
    expect(log.isOpen).toBe(false)
    // The connection stays a little, for whoever goes from one room to the next.
    await stage.advance(UNSEEN_MS)
    expect(stage.server.open).toHaveLength(0)
  })

  test('wait for a promise as long as the browser’s storage may take, without opening a second room', async () => {
    const stage = new Stage()
    const log = new Log()
    let isThere = false
    let arrive: () => void = () => undefined
    const arrives = new Promise<void>(resolve => {
      arrive = resolve
    })
    const until = () => (isThere ? null : arrives)
    await show(stage.provide(<Suspense fallback="…">{<Wait log={log} until={until} />}</Suspense>))
    await stage.advance(15_000)
    isThere = true
    await settle(arrive)
    expect(log.rooms.length).toBeGreaterThan(1)
    expect(new Set(log.rooms).size).toBe(1)
    await stage.advance(UNSEEN_MS * 2)
    expect(log.isOpen).toBe(true)
    expect(stage.server.comings).toEqual(['room'])
  })

  test('that come on screen after their room has ended get a new one', async () => {
    const stage = new Stage()
    const log = new Log()
    render(stage.provide([<Show key="1" log={log} />, <Pass key="2" stage={stage} log={log} ms={UNSEEN_MS} />]))
    await settle()
    expect(new Set(log.rooms).size).toBe(2)
    expect(log.isOpen).toBe(true)
    await stage.advance(UNSEEN_MS * 2)
    expect(log.isOpen).toBe(true)
    expect(log.last.status.kind).toBe('saved')
  })
})

test('renders anew when the document is replaced, and not when the document or the status change', async () => {
  const stage = new Stage()
  const log = new Log()
  render(stage.provide(<Show log={log} />))
  await settle()
  const { doc } = log.last
  const before = log.rooms.length
  await settle(() => doc.getText('text').insert(0, 'saved'))
  expect(log.rooms).toHaveLength(before)
  await stage.refuse(() => doc.getText('text').insert(0, 'not '))
  expect(log.rooms).toHaveLength(before + 1)
  expect(log.last.doc).not.toBe(doc)
  expect(log.last.doc.getText('text').toString()).toBe('saved')
})
