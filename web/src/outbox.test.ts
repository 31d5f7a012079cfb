import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { connect, type Harbor } from '../../client/index.ts'
import { memory, NoSocket } from '../../test/support/no-network.ts'
import { Cell } from '../chat/cell.ts'
import { openPage } from '../chat/pages.ts'
import { documentName } from '../chat/room-name.ts'
import type { Upload, UploadState } from '../uploads/index.ts'
import type { ChannelTail } from './channel-tail.ts'
import { draftKey } from './draft-key.ts'
import type { KeyValue } from './identity.ts'
import { Outbox } from './outbox.ts'
import { Workspace } from './workspace.ts'

const ada = { id: 'a1', name: 'Ada' }
const channel = 'harbour'
const chart = { name: 'chart.png', type: 'image/png', size: 3 }
const message = { text: 'the chart', mentions: [{ id: 'b2', name: 'Lin' }], replyTo: null }

let harbor: Harbor
let workspace: Workspace
let tail: ChannelTail
let tab: KeyValue
let drafts: KeyValue
let uploads: ReturnType<typeof fakeUploads>
let outbox: Outbox

beforeEach(async () => {
  harbor = connect('ws://localhost', { WebSocket: NoSocket, storage: false, tabs: false })
  workspace = new Workspace({ harbor, person: ada, storage: memory(), network: new Cell(true) })
  tail = workspace.tail(channel).value
  await tail.head.loaded
  tab = memory()
  drafts = memory()
  uploads = fakeUploads()
  outbox = await begin()
})

afterEach(() => {
  outbox.close()
  workspace.close()
  harbor.destroy()
})

test('a message is sent once its files are there, with them, and is no draft any more', () => {
  known()
  const charts = uploads.add('waiting')
  const log = uploads.add('done')
  drafts.setItem(draftKey(channel), message.text)
  outbox.put(channel, message)
  charts.state.set(sending)
  expect(texts()).toEqual([])
  expect(outbox.of(channel).get()).toEqual({ message, sent: 0 })

  charts.state.set(done)
  expect(
    tail.page
      .get()
      ?.get()
      .shown.map(({ message }) => message),
  ).toMatchObject([{ text: 'the chart', author: ada, mentions: message.mentions, attachments: [chart, chart] }])
  expect(outbox.of(channel).get()).toEqual({ message: null, sent: 1 })
  expect(uploads.taken).toEqual([charts, log])
  expect(drafts.getItem(draftKey(channel))).toBe(null)
  charts.state.set({ ...done })
  expect(texts()).toEqual(['the chart'])
})

test('it waits for a file that was added later, and goes when the last was taken away', () => {
  known()
  const first = uploads.add('sending')
  outbox.put(channel, message)
  const second = uploads.add('waiting')
  first.state.set(done)
  expect(texts()).toEqual([])
  uploads.remove(second)
  expect(texts()).toEqual(['the chart'])
})

test('it waits for the channel, too', () => {
  outbox.put(channel, message)
  uploads.add('done')
  expect(outbox.of(channel).get().message).toEqual(message)
  known()
  expect(texts()).toEqual(['the chart'])
})

test('without files it waits for the channel alone, and is a draft again after a reload', async () => {
  outbox.close()
  const early = new Outbox({ workspace, uploads: Promise.resolve(uploads), tab, drafts })
  early.put(channel, message)
  await Promise.resolve()
  expect(early.of(channel).get()).toEqual({ message, sent: 0 })
  early.close()
  outbox = await begin()
  expect(outbox.of(channel).get().message).toBe(null)

  outbox.put(channel, message)
  expect(texts()).toEqual([])
  known()
  expect(texts()).toEqual(['the chart'])
})

test('after a reload it goes on waiting', async () => {
  const file = uploads.add('sending')
  outbox.put(channel, message)
  outbox.close()
  file.state.set(done)
  expect(texts()).toEqual([])
  file.state.set(sending)
  outbox = await begin()
  expect(outbox.of(channel).get()).toEqual({ message, sent: 0 })
  known()
  file.state.set(done)
  expect(texts()).toEqual(['the chart'])
  outbox.close()
  outbox = await begin()
  expect(outbox.of(channel).get()).toEqual({ message: null, sent: 0 })
})

test('a tab that has the words and not the files leaves them a draft', async () => {
  uploads.add('sending')
  outbox.put(channel, message)
  outbox.close()
  uploads = fakeUploads()
  known()
  outbox = await begin()
  expect(outbox.of(channel).get().message).toBe(null)
  expect(texts()).toEqual([])
})

test('it is a draft again when a file is refused, or its author goes on writing', () => {
  known()
  const file = uploads.add('sending')
  outbox.put(channel, message)
  file.state.set({ ...sending, kind: 'refused' })
  expect(outbox.of(channel).get()).toEqual({ message: null, sent: 0 })
  uploads.remove(file)

  const other = uploads.add('sending')
  outbox.put(channel, message)
  outbox.takeBack(channel)
  other.state.set(done)
  expect(texts()).toEqual([])
  expect(uploads.taken).toEqual([])
})

test('what else lies where it is kept is left alone', async () => {
  for (const kept of ['{', '7', '[null, 3, {"id": 4, "text": "x"}, {"id": "harbour"}]']) {
    tab.setItem('y-harbor.outbox.a1', kept)
    outbox.close()
    outbox = await begin()
    expect(outbox.of(channel).get().message).toBe(null)
  }
})

const sending: UploadState = { kind: 'sending', sent: 1, isKept: true }
const done = doneAs(0)

function doneAs(n: number): UploadState {
  return { kind: 'done', sent: 3, isKept: true, attachment: { ...chart, id: idOf(n) } }
}

function idOf(n: number): string {
  return String(n).padStart(32, '0')
}

async function begin(): Promise<Outbox> {
  const opening = Promise.resolve(uploads)
  const begun = new Outbox({ workspace, uploads: opening, tab, drafts })
  await opening
  return begun
}

/** It is known which page of the channel is the newest. */
function known(): void {
  if (tail.page.get() === null) openPage(tail.head.doc, 1, 1, new Y.Doc())
  tail.head.emit('synced', [false])
}

function texts(): string[] {
  return (tail.page.get()?.get().shown ?? []).map(({ message }) => message.text)
}

function fakeUploads() {
  const list = new Cell<readonly (Upload & { state: Cell<UploadState> })[]>([])
  const empty = new Cell<readonly Upload[]>([])
  const taken: Upload[] = []
  return {
    taken,
    all: (room: string) => (room === documentName(channel, 0) ? list : empty),
    take(uploads: readonly Upload[]) {
      taken.push(...uploads)
      list.set(list.get().filter(upload => !uploads.includes(upload)))
    },
    add(kind: UploadState['kind']) {
      const state = new Cell(kind === 'done' ? doneAs(list.get().length) : { ...sending, kind })
      const room = documentName(channel, 0)
      const upload = {
        key: String(list.get().length),
        room,
        name: 'chart.png',
        size: 3,
        type: '',
        state,
        cancel,
        retry,
      }
      list.set([...list.get(), upload])
      return upload
    },
    remove(upload: Upload) {
      list.set(list.get().filter(other => other !== upload))
    },
  }
}

function cancel(): void {}
function retry(): void {}
