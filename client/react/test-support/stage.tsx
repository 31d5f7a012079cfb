import { act, cleanup, type RenderResult, render, renderHook } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach } from 'vitest'
import { TestClock } from '../../../test/support/test-clock.ts'
import type { ConnectOptions } from '../../harbor.ts'
import type { Harbor, Room } from '../../index.ts'
import { connect } from '../../index.ts'
import { HarborProvider } from '../index.ts'
import { TestServer } from './test-server.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
// happy-dom has `null` there, browsers a lock manager or nothing.
if (typeof navigator !== 'undefined') Object.defineProperty(navigator, 'locks', { value: undefined })

const harbors: Harbor[] = []

afterEach(() => {
  cleanup()
  for (const harbor of harbors.splice(0)) harbor.destroy()
})

export const ADDRESS = 'ws://sync.test'

/** A server, a clock and what a test needs to render with them. */
export class Stage {
  readonly clock = new TestClock()
  readonly server = new TestServer()
  /** One object, as an app would write it at module scope. */
  readonly options: ConnectOptions = {
    WebSocket: this.server.WebSocket,
    clock: this.clock,
    random: () => 0,
    storage: false,
    tabs: false,
  }

  /** A Harbor of the app's own. */
  harbor(): Harbor {
    const harbor = connect(ADDRESS, this.options)
    harbors.push(harbor)
    return harbor
  }

  /** A room of the app's own, connected. */
  async room(name = 'room'): Promise<Room> {
    const room = this.harbor().room(name)
    await settle()
    return room
  }

  provide(children: ReactNode): ReactNode {
    return (
      <HarborProvider url={ADDRESS} options={this.options}>
        {children}
      </HarborProvider>
    )
  }

  /** Lets time pass, and React and the network do what follows. */
  async advance(ms: number): Promise<void> {
    await act(async () => this.clock.advance(ms))
    await settle()
  }

  /** The server refuses what is written now. */
  async refuse(write: () => void): Promise<void> {
    this.server.refusal = 'may-not-write'
    await act(async () => write())
    await settle()
  }
}

/** Renders under StrictMode, and waits until nothing is under way. */
export async function show(ui: ReactNode): Promise<RenderResult> {
  const shown = render(<StrictMode>{ui}</StrictMode>)
  await settle()
  return { ...shown, rerender: next => shown.rerender(<StrictMode>{next}</StrictMode>) }
}

/** Does it, and waits until nothing is under way. */
export async function settle(run: () => void = () => undefined): Promise<void> {
  await act(async () => {
    run()
    // Longer than the longest chain of promises here: fake sockets and rooms without storage.
    for (let turn = 0; turn < 20; turn++) await undefined
  })
}

export interface Watched<T, P> {
  /** What each render saw. */
  readonly seen: T[]
  last(): T
  rerender(props: P): void
  unmount(): void
}

/** Calls a hook in a component, without StrictMode, which would render twice. */
export async function watch<T, P>(use: (props: P) => T, initialProps?: P): Promise<Watched<T, P>> {
  const seen: T[] = []
  const hook = (props: P) => void seen.push(use(props))
  const { rerender, unmount } = renderHook(hook, { initialProps })
  await settle()
  return { seen, last: () => seen[seen.length - 1], rerender, unmount }
}
