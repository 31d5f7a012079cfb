import { HocuspocusProvider as Provider4, HocuspocusProviderWebsocket as Socket4 } from '@hocuspocus/provider'
import { HocuspocusProvider as Provider3, HocuspocusProviderWebsocket as Socket3 } from 'hocuspocus-provider-3'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { connect } from '../../client/index.ts'
import { edit } from '../support/editing.ts'
import { connect as connectStock, disconnect, LiveServer, until } from '../support/live.ts'
import { assertNothingPending, docOf, quietDoc, viewOf } from '../support/oracle.ts'
import { Random, seeds } from '../support/random.ts'

/** The document as bytes. Read afresh first: where runs of structs are cut depends on how they arrived. */
function bytes(doc: Y.Doc): string {
  return Buffer.from(Y.encodeStateAsUpdate(docOf([Y.encodeStateAsUpdate(doc)]))).toString('base64')
}

/** Somebody in the room, whatever they speak. */
interface Person {
  doc: Y.Doc
  /** Whether everything they wrote is on the server. */
  isSaved(): boolean
  leave(): void
}

test('four dialects edit one document at once, over a restart, and end equal byte for byte', async () => {
  for (const seed of seeds(6)) {
    const random = new Random(seed)
    const live = await LiveServer.start({ drainMs: 50 })
    const people = [native(live.url), stock(live.url), hocuspocus4(live.url), hocuspocus3(live.url)]
    await until('all are in', () => people.every(person => person.isSaved()))
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 25; i++) edit(random, random.pick(people).doc)
      if (round === 4) await live.restart()
      await new Promise(setImmediate)
    }
    await until('all is saved', () => people.every(person => person.isSaved()))
    const late = stock(live.url)
    await until('a newcomer is in', () => late.isSaved())
    await until(`all are equal (seed ${seed})`, () => {
      return new Set([...people, late].map(({ doc }) => bytes(doc))).size === 1
    })
    for (const { doc } of people) {
      assertNothingPending(doc)
      expect(viewOf(doc)).toBe(viewOf(late.doc))
    }
    for (const person of [...people, late]) person.leave()
    await live.dispose()
  }
})

function native(url: string): Person {
  const harbor = connect(url, { WebSocket, longestWaitMs: 100 })
  const room = harbor.room('shared', { doc: quietDoc() })
  return { doc: room.doc, isSaved: () => room.status.kind === 'saved', leave: () => harbor.destroy() }
}

function stock(url: string): Person {
  const provider = connectStock(url, 'shared', quietDoc())
  return { doc: provider.doc, isSaved: () => provider.synced, leave: () => disconnect(provider) }
}

function hocuspocus4(url: string): Person {
  const socket = new Socket4({ url, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 20, maxDelay: 100 })
  const provider = new Provider4({ name: 'shared', document: quietDoc(), websocketProvider: socket })
  provider.attach()
  return seat(provider, socket)
}

function hocuspocus3(url: string): Person {
  const socket = new Socket3({ url, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 20, maxDelay: 100 })
  const provider = new Provider3({ name: 'shared', document: quietDoc(), websocketProvider: socket })
  provider.attach()
  return seat(provider, socket)
}

function seat(provider: Provider4 | Provider3, socket: Socket4 | Socket3): Person {
  return {
    doc: provider.document,
    isSaved: () => provider.synced && !provider.hasUnsyncedChanges,
    leave() {
      provider.destroy()
      socket.destroy()
    },
  }
}
