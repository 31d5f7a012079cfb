import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LeveldbPersistence } from 'y-leveldb'
import * as Y from 'yjs'
import { printable } from '../cli/printable.ts'
import { tree } from '../cli/tree.ts'
import { ServerProcess } from '../e2e/support/server.ts'
import { connect, disconnect, synced, until } from './support/live.ts'

const program = fileURLToPath(new URL('../bin/y-harbor.js', import.meta.url))
const run = promisify(execFile)

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [program, ...args], { timeout: 30_000 })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

let server: ServerProcess
let exports: string

beforeAll(async () => {
  exports = await mkdtemp(join(tmpdir(), 'y-harbor-export-'))
  server = await ServerProcess.start()
  const ada = connect(server.origin.replace('http', 'ws'), 'notes/café')
  await synced(ada)
  const { doc } = ada
  doc.getText('body').insert(0, 'hello\nworld')
  doc.getText('body').format(0, 5, { bold: true })
  doc.getMap('settings').set('theme', 'dark')
  doc.getMap('settings').set('nested', new Y.Map([['list', Y.Array.from([1, 'two', null])]]))
  doc.getArray('log').insert(0, [{ id: 'a', at: 1 }, new Uint8Array([1, 2, 255])])
  doc.getXmlFragment('page').insert(0, [new Y.XmlElement('p')])
  doc.getArray('gone').insert(0, ['x'])
  doc.getArray('gone').delete(0, 1)
  doc.getMap('__proto__').set('polluted', true)
  const reader = connect(server.origin.replace('http', 'ws'), 'notes/café')
  await until('it is on disk', () => reader.doc.getMap('__proto__').get('polluted') === true)
  disconnect(reader)
  // Ada stays, so that somebody is connected.
  connected.push(() => disconnect(ada))
})

const connected: (() => void)[] = []

afterAll(async () => {
  for (const leave of connected) leave()
  await server.dispose()
  await rm(exports, { recursive: true, force: true })
})

const content = {
  __proto__: null,
  body: 'hello\nworld',
  gone: null,
  log: [{ id: 'a', at: 1 }, { base64: 'AQL/' }],
  page: '<p></p>',
  settings: { theme: 'dark', nested: { list: [1, 'two', null] } },
}

describe('C1: an operator looks into the data while the server runs, and when it does not', () => {
  test('rooms', async () => {
    for (const isRunning of [true, false]) {
      const { out, code } = await cli('rooms', '--json', '--data', server.data)
      expect(code).toBe(0)
      const [room, ...others] = JSON.parse(out)
      expect(others).toEqual([])
      expect(room).toEqual({
        name: 'notes/café',
        bytes: expect.any(Number),
        records: expect.any(Number),
        updated: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
        connected: isRunning ? 1 : 0,
      })
      const table = await cli('rooms', '--data', server.data)
      expect(table.out).toMatch(
        /^NAME +BYTES +RECORDS +UPDATED +CONNECTED\nnotes\/café +\d+ +\d+ +20[\d-]+ [\d:]+ +\d\n$/,
      )
      if (isRunning) await server.kill()
    }
    await server.start()
  })

  test('show', async () => {
    for (const isRunning of [true, false]) {
      const { out, code } = await cli('show', 'notes/café', '--json', '--data', server.data)
      expect(code).toBe(0)
      expect(out).toContain('"__proto__":{"polluted":true}')
      const shown = JSON.parse(out)
      expect(Object.keys(shown)).toEqual(['name', 'seq', 'bytes', 'content'])
      expect(shown).toMatchObject({ name: 'notes/café', seq: expect.any(Number), bytes: expect.any(Number) })
      for (const [root, value] of Object.entries(content)) expect(shown.content[root]).toEqual(value)
      const { out: text } = await cli('show', 'notes/café', '--data', server.data)
      expect(text).toContain('notes/café  (seq ')
      expect(text).toContain('  body:\n    hello\n    world\n')
      expect(text).toContain(
        '  settings:\n    nested:\n      list:\n        0: 1\n        1: two\n        2: (nothing)\n    theme: dark\n',
      )
      if (isRunning) await server.kill()
    }
    await server.start()
  })

  test('mistakes are answered with a sentence that says what to do', async () => {
    const unknown = await cli('show', 'nothing', '--data', server.data)
    expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no room "nothing"') })
    expect(unknown.err.trim().split('\n').length).toBe(1)
    // Looking does not bring a room into being.
    expect(JSON.parse((await cli('rooms', '--json', '--data', server.data)).out).length).toBe(1)
    const nowhere = await cli('rooms', '--data', join(exports, 'nowhere'))
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('There is no directory') })
    const empty = await cli('rooms', '--data', exports)
    expect(empty).toMatchObject({ code: 1, err: expect.stringContaining('There are no documents in') })
    expect(existsSync(join(exports, 'CURRENT'))).toBe(false)
    const port = await cli('start', '--port', '99999', '--data', exports)
    expect(port).toMatchObject({ code: 1, err: expect.stringContaining('A port is a number from 0 to 65535') })
    const taken = await cli('start', '--port', String(server.port), '--data', join(exports, 'other'))
    expect(taken).toMatchObject({ code: 1, err: expect.stringContaining(`Port ${server.port} on 127.0.0.1 is taken`) })
    const locked = await cli('start', '--port', '0', '--data', server.data)
    expect(locked.code).toBe(1)
    expect(locked.err.trim().split('\n').length).toBe(1)
    expect(locked.err).not.toMatch(/at .*\.js/)
  })
})

describe('C2: the data can leave for y-leveldb again', () => {
  test('export while the server runs; y-leveldb reads every room back', async () => {
    const directory = join(exports, 'y-leveldb')
    const { code, out, err } = await cli('export', '--to', 'y-leveldb', directory, '--data', server.data)
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('Wrote 1 room to')
    const persistence = new LeveldbPersistence(directory)
    expect(await persistence.getAllDocNames()).toEqual(['notes/caf%C3%A9'])
    const doc = await persistence.getYDoc('notes/caf%C3%A9')
    expect(doc.getText('body').toDelta()).toEqual([
      { insert: 'hello', attributes: { bold: true } },
      { insert: '\nworld' },
    ])
    expect(doc.getMap('settings').toJSON()).toEqual(content.settings)
    await persistence.destroy()
    const again = await cli('export', '--to', 'y-leveldb', directory, '--data', server.data)
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') })
  })
})

describe('C3: what strangers wrote cannot take over a terminal', () => {
  test('control characters and direction marks are shown as what they are', () => {
    expect(printable('a\u001b[31mb\u202ec\u0000')).toBe('a\\u001b[31mb\\u202ec\\u0000')
    expect(tree({ 'k\u001b': ['v\u0007', {}, []] }, 0)).toEqual([
      'k\\u001b:',
      '  0: v\\u0007',
      '  1:',
      '    (empty)',
      '  2:',
      '    (empty list)',
    ])
  })
})
