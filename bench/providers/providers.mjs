/** The client libraries that are compared: what an app imports of each, and how it joins a room with its defaults. */

import { readFileSync } from 'node:fs'

const version = path => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version

/**
 * @typedef {object} Visit
 * @property {string} url        where the server is
 * @property {string} room
 * @property {import('yjs').Doc} doc
 * @property {new (url: string, protocols?: string[]) => WebSocket} WebSocket
 *
 * @typedef {(visit: Visit) => {synced: Promise<unknown>, leave: () => void}} Join
 *
 * @typedef {object} Provider
 * @property {string} about      one line for the results
 * @property {() => string} version
 * @property {string} core       what an app bundles of it, as a module
 * @property {string} offline    what it bundles on top so that content outlives the page; empty when the core has it
 * @property {() => Promise<Join>} load
 */

/** @type {Record<string, Provider>} */
export const providers = {
  'y-harbor': {
    about: 'the client library @y-harbor/client',
    version: () => version('../../client/package.json'),
    core: "export { connect, Room } from '../../client/index.ts'",
    offline: '',
    async load() {
      const { connect } = await import('../dist/client.js')
      return ({ url, room: name, doc, WebSocket }) => {
        const harbor = connect(url, { WebSocket })
        const room = harbor.room(name, { doc })
        const synced = new Promise((resolve, reject) => {
          room.on('synced', isSynced => isSynced && resolve())
          harbor.on('problem', reject)
        })
        return { synced, leave: () => harbor.destroy() }
      }
    },
  },
  hocuspocus: {
    about: 'the client library @hocuspocus/provider',
    version: () => version('../node_modules/@hocuspocus/provider/package.json'),
    core: "export { HocuspocusProvider } from '@hocuspocus/provider'",
    offline: "export { IndexeddbPersistence } from 'y-indexeddb'",
    async load() {
      const { HocuspocusProvider } = await import('@hocuspocus/provider')
      return ({ url, room, doc, WebSocket }) => {
        const provider = new HocuspocusProvider({ url, name: room, document: doc, WebSocketPolyfill: WebSocket })
        const synced = new Promise(resolve => provider.on('synced', resolve))
        return { synced, leave: () => provider.destroy() }
      }
    },
  },
  'y-websocket': {
    about: 'the client library y-websocket',
    version: () => version('../node_modules/y-websocket-3/package.json'),
    core: "export { WebsocketProvider } from 'y-websocket-3'",
    offline: "export { IndexeddbPersistence } from 'y-indexeddb'",
    async load() {
      const { WebsocketProvider } = await import('y-websocket-3')
      return ({ url, room, doc, WebSocket }) => {
        // Otherwise two people in one process would hear each other as two tabs do, without the server.
        const provider = new WebsocketProvider(url, room, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
        const synced = new Promise(resolve => provider.on('sync', isSynced => isSynced && resolve()))
        return { synced, leave: () => provider.destroy() }
      }
    },
  },
}

/** Which client library is asked with which server: the rows of the questions about clients. */
export const pairs = {
  'y-harbor': { server: 'y-harbor', provider: 'y-harbor' },
  'stock on y-harbor': { server: 'y-harbor', provider: 'y-websocket' },
  hocuspocus: { server: 'hocuspocus', provider: 'hocuspocus' },
  'y-websocket': { server: 'y-websocket', provider: 'y-websocket' },
}
