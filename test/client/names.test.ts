import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect, type Harbor } from '../../client/index.ts'
import { Cell } from '../../web/chat/cell.ts'
import { Workspace } from '../../web/src/workspace.ts'
import { HttpServer } from '../support/http-server.ts'
import { until } from '../support/live.ts'
import { memory } from '../support/no-network.ts'

let http: HttpServer
const cleanups: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  http = await HttpServer.start()
  cleanups.push(() => http.dispose())
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Device {
  readonly harbor: Harbor
  readonly workspace: Workspace
  name(): string
  rename(name: string): void
}

/** A device of Ada's on which she goes by that name; it takes another as the app does. */
async function device(name: string): Promise<Device> {
  const harbor = connect(http.url, { WebSocket, storage: false, tabs: false, longestWaitMs: 50 })
  const rename = (name: string) => workspace.setPerson({ id: 'a1', name })
  const person = { id: 'a1', name }
  const workspace = new Workspace({ harbor, person, storage: memory(), network: new Cell(true), renamed: rename })
  cleanups.push(() => {
    workspace.close()
    harbor.destroy()
  })
  await workspace.room.whenSynced()
  // Two who come for the first time at once make themselves known at once.
  await workspace.room.saved()
  return { harbor, workspace, rename, name: () => workspace.person.name }
}

function listed({ workspace }: Device): string | undefined {
  return workspace.directory.get().members[0]?.name
}

test('a name that somebody takes holds on all of their devices, and no device takes it back', async () => {
  const desk = await device('Ada')
  const phone = await device('Ada')
  desk.rename('Ada Lovelace')
  await until('the phone knows', () => phone.name() === 'Ada Lovelace')

  await http.end()
  await until('both are away', () => !desk.workspace.room.synced && !phone.workspace.room.synced)
  phone.rename('Ada L.')
  await http.begin()
  await until('the desk knows', () => desk.name() === 'Ada L.')
  await desk.workspace.room.saved()
  for (const one of [desk, phone]) expect(listed(one)).toBe('Ada L.')

  const tablet = await device('Ada')
  expect(tablet.name(), 'which remembers a name of long ago').toBe('Ada L.')
  await tablet.workspace.room.saved()
  expect(listed(desk)).toBe('Ada L.')
})
