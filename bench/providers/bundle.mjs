/** What a browser has to load, and y-harbor's client as Node can run it. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const client = fileURLToPath(new URL('../../client/index.ts', import.meta.url))
const runnable = fileURLToPath(new URL('../dist/client.js', import.meta.url))

/** One `lib0` and one `y-protocols` for everybody: this folder's, wherever the import stands. */
const shared = {
  name: 'shared',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(lib0|y-protocols)\// }, ({ path, kind, pluginData }) =>
      pluginData === 'here' ? undefined : resolve(path, { kind, resolveDir: here, pluginData: 'here' }),
    )
  },
}

/**
 * @param {string} module    source text; its imports are as seen from this folder
 * @param {string[]} external packages that are not counted
 * @returns {Promise<{minified: number, gzipped: number}>} bytes
 */
export async function bundle(module, external) {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: here },
    plugins: external.includes('lib0') ? [] : [shared],
    external,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const [{ contents }] = outputFiles
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length }
}

/**
 * Makes `dist/client.js` of y-harbor's client. It stands in this folder so that it finds the same `yjs`, `lib0` and
 * `y-protocols` here as the other libraries.
 */
export async function buildClient() {
  await build({
    entryPoints: [client],
    outfile: runnable,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  })
}
