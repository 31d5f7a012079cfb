// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { connect } from '../index.ts'
import {
  HarborProvider,
  useHarbor,
  usePresence,
  useRefused,
  useRoom,
  useShared,
  useSyncStatus,
  useUndo,
} from './index.ts'
import { ADDRESS, Stage, settle } from './test-support/stage.tsx'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function Page() {
  const harbor = useHarbor()
  const room = useRoom('room')
  const { kind } = useSyncStatus(room)
  const text = useShared(room, doc => doc.getText('text').toString())
  const present = usePresence(room)
  const refused = useRefused(room)
  const { canUndo } = useUndo(room, doc => doc.getText('text'))
  const isOpen = harbor.rooms.has('room')
  return <p title={isOpen ? 'open' : 'closed'}>{`${kind} "${text}" ${present.length} ${refused.length} ${canUndo}`}</p>
}

/** As on a server, where there is no document, and in Node 20 no WebSocket. */
function renderOnServer(ui: React.ReactNode): string {
  vi.stubGlobal('window', undefined)
  vi.stubGlobal('document', undefined)
  vi.stubGlobal('WebSocket', undefined)
  const html = renderToString(ui)
  vi.unstubAllGlobals()
  return html
}

test('a server renders an empty room that is connecting, and opens nothing', () => {
  const timers = vi.spyOn(globalThis, 'setInterval')
  const cleared = vi.spyOn(globalThis, 'clearInterval')
  const html = renderOnServer(
    <HarborProvider url={ADDRESS}>
      <Page />
    </HarborProvider>,
  )
  expect(html).toBe('<p title="closed">connecting &quot;&quot; 0 0 false</p>')
  // That of y-protocols, which would keep the process alive.
  expect(timers.mock.results.length).toBe(1)
  expect(cleared).toHaveBeenCalledWith(timers.mock.results[0].value)
})

test('a server opens no room of the app’s Harbor either', () => {
  const stage = new Stage()
  const harbor = connect(ADDRESS, stage.options)
  const html = renderOnServer(
    <HarborProvider harbor={harbor}>
      <Page />
    </HarborProvider>,
  )
  expect(html).toContain('connecting')
  expect(harbor.rooms.size).toBe(0)
  expect(stage.server.sockets).toHaveLength(0)
})

test('the browser takes the page over without a word of difference, and then shows what there is', async () => {
  const stage = new Stage()
  stage.server.doc('room').getText('text').insert(0, 'hello')
  const harbor = stage.harbor()
  // It is here already when the page is taken over.
  harbor.room('room')
  await settle()
  const page = (
    <HarborProvider harbor={harbor}>
      <Page />
    </HarborProvider>
  )
  const container = document.createElement('div')
  container.innerHTML = renderOnServer(page)
  document.body.append(container)
  const complaints = vi.spyOn(console, 'error')
  const recoverable = vi.fn()
  const root = await act(async () => hydrateRoot(container, page, { onRecoverableError: recoverable }))
  await settle()
  expect(complaints).not.toHaveBeenCalled()
  expect(recoverable).not.toHaveBeenCalled()
  expect(container.textContent).toBe('saved "hello" 1 0 false')
  act(() => root.unmount())
})
