/** How much does a browser have to load before it can join a room? */

import { existsSync } from 'node:fs'
import { bundle } from '../providers/bundle.mjs'
import { pairs, providers } from '../providers/providers.mjs'

export const title = () => 'bytes of the client library in a browser, minified and gzipped, without yjs'
export const boundMs = 60_000
export const rows = pairs
export const measures = [
  { key: 'gzipped', label: 'gzip bytes', better: 'less', digits: 0 },
  { key: 'own', label: 'without lib0, y-protocols', better: 'less', digits: 0 },
  { key: 'offline', label: 'with offline storage', better: 'less', digits: 0 },
  { key: 'hooks', label: 'with React hooks', digits: 0 },
  { key: 'minified', label: 'not gzipped', better: 'less', digits: 0 },
]
export const targets = [{ measure: 'gzipped', atMost: 15_000 }]
export const asks = ({ server, provider }) =>
  server === provider ? null : `it is the library of the row ${provider}, byte for byte`

const hooks = { file: new URL('../../client/react/index.ts', import.meta.url), from: '../../client/react/index.ts' }

export async function ask({ provider }) {
  const { core, offline } = providers[provider]
  const whole = await bundle(core, ['yjs'])
  const own = await bundle(core, ['yjs', 'lib0', 'y-protocols'])
  const both = await bundle(`${core}\n${offline}`, ['yjs'])
  const sizes = { gzipped: whole.gzipped, own: own.gzipped, offline: both.gzipped, minified: whole.minified }
  if (provider !== 'y-harbor' || !existsSync(hooks.file)) return sizes
  const withHooks = await bundle(`${core}\nexport * from '${hooks.from}'`, ['yjs', 'react'])
  return { ...sizes, hooks: withHooks.gzipped }
}
