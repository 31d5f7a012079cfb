/** The servers that are compared: how each is started, what it speaks, what it can be asked. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const version = path => JSON.parse(readFileSync(here(path), 'utf8')).version

/**
 * @typedef {object} Server
 * @property {string} about      one line for the results
 * @property {() => string} version
 * @property {'y-websocket' | 'hocuspocus' | 'relay'} dialect
 * @property {boolean} stores    false: it keeps no document, so it cannot answer a sync
 * @property {string} ready      what it prints once it listens
 * @property {(at: {port: number, data: string}) => {args: string[], env: Record<string, string>}} command
 */

/** @type {Record<string, Server>} */
export const servers = {
  'y-harbor': {
    about: 'every update is in an fsynced commit before anyone sees it; default settings',
    version: () => version('../../package.json'),
    dialect: 'y-websocket',
    stores: true,
    ready: 'ready at',
    command: ({ port, data }) => ({
      args: [here('../../bin/y-harbor.js'), 'start', '--port', String(port), '--data', data],
      env: {},
    }),
  },
  hocuspocus: {
    about: 'with @hocuspocus/extension-sqlite; stores 2 to 10 s later; default settings',
    version: () => version('../node_modules/@hocuspocus/server/package.json'),
    dialect: 'hocuspocus',
    stores: true,
    ready: 'ready at',
    command: ({ data }) => ({ args: [here('./hocuspocus.mjs')], env: { DATA: data } }),
  },
  'y-websocket': {
    about: 'the server that comes with y-websocket 2, with y-leveldb (no fsync); default settings',
    version: () => version('../node_modules/y-websocket/package.json'),
    dialect: 'y-websocket',
    stores: true,
    ready: 'running at',
    command: ({ data }) => ({
      args: [here('../node_modules/y-websocket/bin/server.cjs')],
      env: { YPERSISTENCE: data },
    }),
  },
  floor: {
    about: 'a bare ws relay that parses and stores nothing: the cost of the sockets alone',
    version: () => version('../node_modules/ws/package.json'),
    dialect: 'relay',
    stores: false,
    ready: 'ready at',
    command: () => ({ args: [here('./floor.mjs')], env: {} }),
  },
}
