import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../client/index.ts'
import { Cell } from '../../web/chat/cell.ts'
import { append } from '../../web/chat/log.ts'
import { documentName } from '../../web/chat/room-name.ts'
import { ensureChannel, openDirect } from '../../web/chat/workspace.ts'
import { Watch } from '../../web/src/watch.ts'
import { Workspace } from '../../web/src/workspace.ts'
import { HttpServer } from '../support/http-server.ts'
import { until } from '../support/live.ts'
import { memory } from '../support/no-network.ts'

const ada = { id: 'a1', name: 'Ada' }
const lin = { id: 'b2', name: 'Lin' }

let http: HttpServer
const cleanups: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  http = await HttpServer.start()
  cleanups.push(() => http.dispose())
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** The page of somebody, who knows what the directory lists. */
async function come(person: typeof ada): Promise<{ workspace: Workspace; news: string[] }> {
  const harbor = connect(http.url, { WebSocket, storage: false, tabs: false })
  const workspace = new Workspace({ harbor, person, storage: memory(), network: new Cell(true) })
  const watch = new Watch(workspace)
  const news: string[] = []
  watch.onArrival(({ shown }) => news.push(shown.text))
  cleanups.push(() => {
    watch.close()
    workspace.close()
    harbor.destroy()
  })
  await workspace.room.whenSynced()
  return { workspace, news }
}

/** Messages of Lin, at those times, on the first page of a channel. */
async function write(workspace: Workspace, channel: string, ...messages: [text: string, at: number][]): Promise<void> {
  const { value: room, release } = workspace.rooms.use(documentName(channel, 0))
  for (const [text, at] of messages) append(room.doc, { id: text, author: lin, text, at })
  await room.saved()
  release()
}

test('the first words of a conversation that came to be meanwhile are news', async () => {
  const { workspace, news } = await come(ada)
  const { workspace: lins } = await come(lin)
  const now = Date.now()
  await write(lins, openDirect(lins.room.doc, lin.id, ada.id, now), ['can you look at this?', now + 1])
  await until('Ada has heard', () => news.length > 0)
  expect(news).toEqual(['can you look at this?'])
  expect(workspace.directory.get().directs).toHaveLength(1)
})

test('what somebody has read on another device is not new on this one, and the rest is', async () => {
  const { workspace: phone } = await come(ada)
  const { workspace: lins } = await come(lin)
  const channel = openDirect(lins.room.doc, lin.id, ada.id, Date.now())
  await write(lins, channel, ['read on the phone', Date.now()])
  const read = phone.tail(channel).value
  const shownIn = (tail: typeof read) => tail.page.get()?.get().shown ?? []
  await until('the phone has it', () => shownIn(read).length === 1)
  phone.personal.markRead(channel, 0, shownIn(read))
  await write(lins, channel, ['written later', Date.now()])

  const { workspace: desk } = await come(ada)
  const tail = desk.tail(channel).value
  await until('the desk has both', () => shownIn(tail).length === 2)
  const news = await Promise.all(shownIn(tail).map(one => desk.personal.isUnread(channel, one, ada.id)))
  expect(news).toEqual([false, true])
})

test('what was said in a channel before somebody arrived there by its address is no news', async () => {
  const { workspace, news } = await come(ada)
  const { workspace: lins } = await come(lin)
  const now = Date.now()
  await write(lins, 'old-quay', ['last week', now - 7_000], ['yesterday', now - 1_000])
  ensureChannel(workspace.room.doc, 'old-quay', 'old-quay', ada.id, now)
  await write(lins, 'old-quay', ['now', now + 1])
  await until('Ada has heard', () => news.includes('now'))
  expect(news).toEqual(['now'])
})
