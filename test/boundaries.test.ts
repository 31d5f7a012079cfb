import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const imports: [string, string][] = [
  ['protocol/a.ts', "export { Room } from '../server/room.ts'"],
  ['protocol/b.ts', "import * as Y from 'yjs'\nexport { Y }"],
  ['protocol/c.ts', "export { readFile } from 'node:fs/promises'"],
  ['server/a.ts', "export { tree } from '../cli/tree.ts'"],
  ['server/document/b.ts', "export type { Room } from '../../web/src/room.ts'"],
  ['server/c.ts', "export { TestClock } from '../test/support/test-clock.ts'"],
  ['server/d.ts', "export { WebsocketProvider } from 'y-websocket'"],
  ['server/e.ts', "export const late = () => import('../cli/tree.ts')"],
  ['web/src/a.ts', "export { limits } from '../../server/limits.ts'"],
  ['web/src/b.ts', "export { closings } from '../../protocol/close.ts'"],
  ['web/src/c.ts', "export { join } from 'node:path'"],
  ['web/src/d.ts', "export { readFile } from 'node:fs/promises'"],
  ['protocol/g.ts', "export { Awareness } from 'y-protocols/awareness'"],
  ['protocol/h.ts', "export { thing } from '../lib0/encoding'"],
  ['server/l.ts', "export { connect } from '../client/index.ts'"],
  ['client/a.ts', "export { limits } from '../server/limits.ts'"],
  ['client/react/b.ts', "export { words } from '../../web/words.ts'"],
  ['client/c.ts', "export { readFile } from 'node:fs/promises'"],
  ['cli/a.ts', "export { yWebsocket } from '../protocol/y-websocket.ts'"],
]
const globals: [string, string][] = [
  ['server/f.ts', 'export const later = () => setTimeout(() => undefined, 1)'],
  ['server/document/g.ts', 'export const now = () => performance.now()'],
  ['client/d.ts', 'export const later = () => setTimeout(() => undefined, 1)'],
  ['protocol/d.ts', 'export const soon = () => setImmediate(() => undefined)'],
]
const cycles: [string, string][] = [
  ['server/h.ts', "import { i } from './i.ts'\nexport const h = () => i"],
  ['server/i.ts', "import { h } from './h.ts'\nexport const i = () => h"],
]
const allowed: [string, string][] = [
  ['protocol/e.ts', "export * as encoding from 'lib0/encoding'\nexport { f } from './f.ts'"],
  ['protocol/f.ts', 'export const f = 1'],
  ['server/j.ts', "export { f } from '../protocol/f.ts'"],
  ['server/clock.ts', 'export const now = () => performance.now()'],
  ['client/e.ts', "export { f } from '../protocol/f.ts'"],
  ['client/clock.ts', 'export const later = () => setTimeout(() => undefined, 1)'],
  ['web/src/e.ts', "export { f } from '../../client/e.ts'"],
  ['cli/b.ts', "export { j } from '../server/k.ts'"],
  ['server/k.ts', 'export const j = 1'],
]

/** Path -> the rules that the linter says the file breaks, in a copy of the project that holds nothing else. */
const broken = new Map<string, string[]>()
const directory = mkdtempSync(join(tmpdir(), 'y-harbor-boundaries-'))

beforeAll(() => {
  const config = JSON.parse(readFileSync(at('../biome.json'), 'utf8'))
  writeFileSync(join(directory, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }))
  for (const [path, text] of [...imports, ...globals, ...cycles, ...allowed]) {
    mkdirSync(join(directory, dirname(path)), { recursive: true })
    writeFileSync(join(directory, path), `${text}\n`)
  }
  const biome = at('../node_modules/@biomejs/biome/bin/biome')
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none'], {
    cwd: directory,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[]
  }
  for (const { category, location } of diagnostics) {
    const path = typeof location.path === 'string' ? location.path : location.path.file
    broken.set(path, [...(broken.get(path) ?? []), category])
  }
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('the linter holds the boundaries of docs/architecture.md', () => {
  test.each(imports)('%s may not contain: %s', path => {
    expect(broken.get(path)).toEqual(['lint/style/noRestrictedImports'])
  })

  test.each(globals)('%s may not contain: %s', path => {
    expect(broken.get(path)).toEqual(['lint/style/noRestrictedGlobals'])
  })

  test.each(cycles)('%s is part of a cycle', path => {
    expect(broken.get(path)).toEqual(['lint/suspicious/noImportCycles'])
  })

  test.each(allowed)('%s may contain: %s', path => {
    expect(broken.get(path)).toBeUndefined()
  })
})
