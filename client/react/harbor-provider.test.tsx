// @vitest-environment happy-dom
import { render } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import type { ConnectOptions } from '../harbor.ts'
import type { Harbor } from '../index.ts'
import { GRACE_MS, UNSEEN_MS } from './holders.ts'
import { HarborProvider, useHarbor, useRoom } from './index.ts'
import { ADDRESS, Stage, settle, show } from './test-support/stage.tsx'

/** Renders a room, and remembers the Harbors that were rendered. */
function See({ seen }: { seen: Set<Harbor> }) {
  seen.add(useHarbor())
  useRoom('room')
  return null
}

test('StrictMode’s double mount makes one Harbor and one connection, and tears nothing down', async () => {
  const stage = new Stage()
  const seen = new Set<Harbor>()
  await show(stage.provide(<See seen={seen} />))
  await stage.advance(UNSEEN_MS * 2)
  expect(stage.server.sockets).toHaveLength(1)
  expect(stage.server.open).toHaveLength(1)
  expect(stage.server.comings).toEqual(['room'])
  expect([...seen].filter(harbor => harbor.rooms.size > 0)).toHaveLength(1)
})

test('a provider that is unmounted for good destroys its Harbor after the grace period', async () => {
  const stage = new Stage()
  const seen = new Set<Harbor>()
  const { unmount } = await show(stage.provide(<See seen={seen} />))
  unmount()
  await stage.advance(GRACE_MS - 1)
  expect(stage.server.open).toHaveLength(1)
  await stage.advance(1)
  expect(stage.server.open).toHaveLength(0)
  for (const harbor of seen) expect(harbor.connection.kind).toBe('idle')
})

test('a Harbor stays until edits that the browser does not keep are on the server’s disk', async () => {
  const stage = new Stage()
  stage.server.acknowledges = false
  const seen = new Set<Harbor>()
  const { unmount } = await show(stage.provide(<See seen={seen} />))
  const [harbor] = seen
  await settle(() => harbor.rooms.get('room')?.doc.getText('text').insert(0, 'mine'))
  unmount()
  await stage.advance(GRACE_MS * 5)
  expect(harbor.rooms.size).toBe(1)
  await settle(() => stage.server.tell('room', { type: 'ack', upTo: 1_000, count: 1 }))
  await stage.advance(GRACE_MS)
  expect(harbor.rooms.size).toBe(0)
  expect(stage.server.open).toHaveLength(0)
})

test('a Harbor of the app’s is used and left alone', async () => {
  const stage = new Stage()
  const harbor = stage.harbor()
  const kept = harbor.room('kept')
  const seen = new Set<Harbor>()
  const { unmount } = await show(
    <HarborProvider harbor={harbor}>
      <See seen={seen} />
    </HarborProvider>,
  )
  expect([...seen]).toEqual([harbor])
  unmount()
  await stage.advance(UNSEEN_MS * 2)
  await settle()
  expect([...harbor.rooms.values()]).toEqual([kept])
  expect(harbor.connection.kind).toBe('open')
})

test('two providers of one Harbor do not end each other’s rooms', async () => {
  const stage = new Stage()
  const harbor = stage.harbor()
  const provided = (
    <HarborProvider harbor={harbor}>
      <See seen={new Set()} />
    </HarborProvider>
  )
  const first = await show(provided)
  const room = harbor.rooms.get('room')
  const second = await show(provided)
  first.unmount()
  await stage.advance(UNSEEN_MS * 2)
  expect(harbor.rooms.get('room')).toBe(room)
  second.unmount()
  await stage.advance(GRACE_MS)
  expect(harbor.rooms.size).toBe(0)
})

test('options written inline keep the Harbor; another url or storage make another', async () => {
  const stage = new Stage()
  const seen = new Set<Harbor>()
  const provide = (url: string, storage: ConnectOptions['storage'] = false) => (
    <HarborProvider url={url} options={{ ...stage.options, storage, onRejected: () => undefined }}>
      <See seen={seen} />
    </HarborProvider>
  )
  const { rerender } = render(provide(ADDRESS))
  await settle()
  rerender(provide(ADDRESS))
  await settle()
  expect(seen.size).toBe(1)
  rerender(provide('ws://other.test'))
  await settle()
  expect(seen.size).toBe(2)
  rerender(provide('ws://other.test', { name: 'Ada' }))
  await settle()
  expect(seen.size).toBe(3)
  await stage.advance(GRACE_MS)
  expect([...seen].map(harbor => harbor.connection.kind)).toEqual(['idle', 'idle', 'open'])
  expect(stage.server.open).toHaveLength(1)
})

test('the callbacks among the options are always the newest', async () => {
  const stage = new Stage()
  const called: string[] = []
  const seen = new Set<Harbor>()
  const provide = (who: string) => {
    const token = () => {
      called.push(`token of ${who}`)
      return who
    }
    const onRejected = () => called.push(`refused ${who}`)
    return (
      <HarborProvider url={ADDRESS} options={{ ...stage.options, token, onRejected }}>
        <See seen={seen} />
      </HarborProvider>
    )
  }
  const { rerender } = await show(provide('Ada'))
  const [harbor] = seen
  rerender(provide('Lin'))
  await stage.refuse(() => harbor.rooms.get('room')?.doc.getText('text').insert(0, 'mine'))
  await settle(() => stage.server.open[0].onclose?.({ code: 1006, reason: '' }))
  await stage.advance(1_000)
  expect(called).toEqual(['token of Ada', 'refused Lin', 'token of Lin'])
})

test('without a provider, the hooks say so', () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect(() => render(<See seen={new Set()} />)).toThrow('There is no <HarborProvider> around this component.')
  quiet.mockRestore()
})
