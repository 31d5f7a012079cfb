import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Upload } from 'tus-js-client'
import { afterEach, describe, expect, test } from 'vitest'
import { ServerProcess } from '../e2e/support/server.ts'
import { httpRefusals } from '../server/api/http-refusal.ts'
import { systemClock } from '../server/clock.ts'
import { createServer as createHarbor, MemoryStore } from '../server/index.ts'
import { silentLogger } from '../server/logger.ts'
import { byName, HttpServer, type HttpServerOptions, newUpload, patch } from './support/http-server.ts'
import { until } from './support/live.ts'
import { TestClock } from './support/test-clock.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: HttpServerOptions = {}): Promise<HttpServer> {
  const http = await HttpServer.start(options)
  cleanups.push(() => http.dispose())
  return http
}

/** Attaches a file, and returns its path. */
async function attach(
  http: HttpServer,
  who: string | null,
  bytes: Uint8Array<ArrayBuffer> | string,
  about: { room?: string; name?: string; type?: string } = {},
): Promise<string> {
  const { room = 'chat/harbour', ...rest } = about
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  const begun = await http.ask(who, '/files', newUpload(room, size, rest))
  expect(begun.status).toBe(201)
  const path = begun.headers.get('Location') ?? ''
  expect((await http.ask(who, path, patch(0, bytes))).status).toBe(204)
  return path
}

async function refusalOf(response: Response): Promise<{ status: number; code: string }> {
  expect(response.headers.get('Content-Type')).toBe('application/json')
  const { code, message } = (await response.json()) as { code: string; message: string }
  // A sentence.
  expect(message).toMatch(/^[A-Z`].*[.]$/)
  return { status: response.status, code }
}

const tus = { headers: { 'Tus-Resumable': '1.0.0' } }

async function offsetOf(http: HttpServer, who: string | null, path: string): Promise<number> {
  const response = await http.ask(who, path, { method: 'HEAD', ...tus })
  expect(response.status).toBe(200)
  return Number(response.headers.get('Upload-Offset'))
}

/** So many bytes of an upload are in its file. */
async function arrived(http: HttpServer, path: string, bytes: number): Promise<void> {
  await until(`${bytes} bytes arrived`, () => statSync(join(http.directory, path)).size >= bytes)
}

describe('F1: an attached file is read as it was sent', () => {
  test('with its name, by everybody who may read the room, again after a restart', async () => {
    const http = await start({ authenticate: byName })
    const bytes = new Uint8Array(randomBytes(300_000))
    const path = await attach(http, 'ada', bytes, { name: '港 "café".png', type: 'image/png' })
    await http.end()
    await http.begin()
    const response = await http.ask('reader', path)
    expect(response.status).toBe(200)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="_ _caf__.png"; filename*=UTF-8''%E6%B8%AF%20%22caf%C3%A9%22.png`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-length': '300000',
    })
    const saved = await http.ask('reader', `${path}?download`)
    expect(saved.headers.get('Content-Disposition')).toMatch(/^attachment; /)
    await saved.arrayBuffer()
  })

  test.each([
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
    ['text/javascript', 'application/octet-stream', 'attachment'],
    ['image/png, text/html', 'application/octet-stream', 'attachment'],
    ['IMAGE/PNG; charset=x', 'image/png', 'inline'],
    ['text/plain', 'text/plain; charset=utf-8', 'attachment'],
    ['application/pdf', 'application/pdf', 'attachment'],
    ['video/mp4', 'video/mp4', 'inline'],
    ['', 'application/octet-stream', 'attachment'],
  ])('what is said to be %j is served as %s', async (type, served, kind) => {
    const http = await start()
    const response = await http.ask(null, await attach(http, null, '<script>alert(1)</script>', { type }))
    expect(response.headers.get('Content-Type')).toBe(served)
    expect(response.headers.get('Content-Disposition')).toMatch(new RegExp(`^${kind}; `))
    await response.text()
  })

  test('in parts, for films and sounds', async () => {
    const http = await start()
    const path = await attach(http, null, '0123456789', { type: 'video/mp4' })
    const parts = async (range: string, more: Record<string, string> = {}) => {
      const response = await http.ask(null, path, { headers: { Range: range, ...more } })
      return [
        response.status,
        response.headers.get('Content-Range'),
        response.status === 416 ? '' : await response.text(),
      ]
    }
    expect(await parts('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await parts('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await parts('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await parts('bytes=0-99')).toEqual([206, 'bytes 0-9/10', '0123456789'])
    expect(await parts('bytes=1-2,5-6')).toEqual([200, null, '0123456789'])
    expect(await parts('bytes=10-')).toEqual([416, null, ''])
    expect(await parts('bytes=2-4', { 'If-Range': '"another"' })).toEqual([200, null, '0123456789'])
    const etag = (await http.ask(null, path)).headers.get('ETag') ?? ''
    expect((await http.ask(null, path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
  })

  test('nothing a person wrote is part of a path', async () => {
    const http = await start()
    const path = await attach(http, null, 'x', { room: '../../room', name: '../../../etc/passwd', type: '../x' })
    expect(path).toMatch(/^\/files\/[0-9a-f]{32}$/)
    const names = await readdir(join(http.directory, 'files'))
    expect(names.every(name => /^[0-9a-f]{32}(\.json)?$/.test(name))).toBe(true)
    const response = await http.ask(null, path)
    expect(response.headers.get('Content-Disposition')).toContain('filename="passwd"')
    await response.text()
    for (const other of ['/files/..%2f..%2frevoked.json', '/files/CURRENT', `${path}.json`, '/files/%00']) {
      expect((await http.ask(null, other)).status).toBe(404)
      expect((await http.ask(null, other, { ...patch(0, 'x') })).status).toBe(404)
    }
  })

  test('a name shows what it is: no controls, and nothing that turns the direction of writing', async () => {
    const http = await start()
    const path = await attach(http, null, 'x', { name: 'photo\u202Egnp.exe\r\nX: y' })
    const response = await http.ask(null, path)
    expect(response.headers.get('Content-Disposition')).toContain("filename*=UTF-8''photognp.exeX%3A%20y")
    await response.text()
  })

  test('an empty file is a file', async () => {
    const http = await start()
    const begun = await http.ask(null, '/files', newUpload('room', 0))
    const response = await http.ask(null, begun.headers.get('Location') ?? '')
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('F2: an upload goes on from what arrived', () => {
  test('a real client whose line is cut again and again ends with equal bytes', async () => {
    const http = await start({ authenticate: byName })
    const bytes = randomBytes(3_000_000)
    let offset = 0
    let cuts = 0
    const url = await new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(bytes, {
        endpoint: `${http.url}/files`,
        headers: { Authorization: 'Bearer ada' },
        metadata: { room: 'chat/harbour', filename: 'boat.jpg', filetype: 'image/jpeg' },
        chunkSize: 250_000,
        retryDelays: [0, 0, 0],
        onChunkComplete: (_size, accepted) => {
          offset = accepted
          if (accepted >= bytes.length || accepted % 1_000_000 !== 0) return
          cuts++
          upload.abort().then(() => upload.start(), reject)
        },
        onError: reject,
        onSuccess: () => resolve(upload.url ?? ''),
      })
      upload.start()
    })
    expect([offset, cuts]).toEqual([bytes.length, 2])
    const response = await http.ask('lin', new URL(url).pathname)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('a chunk that is cut by a dead connection keeps what arrived', async () => {
    const http = await start()
    const bytes = randomBytes(400_000)
    const path = (await http.ask(null, '/files', newUpload('room', bytes.length))).headers.get('Location') ?? ''
    const { method, headers } = patch(0, '')
    const cut = request(http.url + path, { method, headers: { ...headers, 'Content-Length': bytes.length } })
    cut.on('error', () => undefined)
    cut.write(bytes.subarray(0, 300_000))
    await arrived(http, path, 200_000)
    cut.destroy()
    const offset = await offsetOf(http, null, path)
    expect(offset).toBeGreaterThanOrEqual(200_000)
    expect((await http.ask(null, path, patch(offset, bytes.subarray(offset)))).status).toBe(204)
    const response = await http.ask(null, path)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('whoever comes back on another line need not wait until the old one is known to be dead', async () => {
    const http = await start()
    const path = (await http.ask(null, '/files', newUpload('room', 100_000))).headers.get('Location') ?? ''
    const { method, headers } = patch(0, '')
    const old = request(http.url + path, { method, headers: { ...headers, 'Content-Length': 100_000 } })
    old.on('error', () => undefined)
    old.write(Buffer.alloc(1_000))
    await until(
      'the old line is heard',
      () => old.socket?.bytesWritten !== undefined && old.socket.bytesWritten > 1_000,
    )
    const comeBack = async () => {
      const offset = await offsetOf(http, null, path)
      return (await http.ask(null, path, patch(offset, Buffer.alloc(100_000 - offset)))).status
    }
    const status = await comeBack()
    // What the old line had sent may have been taken after the answer to the question; then it is asked once more.
    if (status === 409) expect(await comeBack()).toBe(204)
    else expect(status).toBe(204)
    old.destroy()
  })

  test('a kill -9 in the middle: the finished file is byte-equal', async () => {
    const server = await ServerProcess.start()
    cleanups.push(() => server.dispose())
    const bytes = randomBytes(4_000_000)
    let killed: Promise<void> | null = null
    const url = await new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(bytes, {
        endpoint: `${server.origin}/files`,
        metadata: { room: 'chat/harbour', filename: 'boat.jpg', filetype: 'image/jpeg' },
        chunkSize: 500_000,
        retryDelays: Array.from({ length: 200 }, () => 50),
        onChunkComplete: (_size, accepted) => {
          if (accepted >= 1_000_000) killed ??= server.kill().then(() => server.start())
        },
        onError: reject,
        onSuccess: () => resolve(upload.url ?? ''),
      })
      upload.start()
    })
    expect(killed).not.toBeNull()
    await killed
    const read = async () => Buffer.from(await (await fetch(url)).arrayBuffer())
    expect((await read()).equals(bytes)).toBe(true)
    await server.kill()
    await server.start()
    expect((await read()).equals(bytes)).toBe(true)
  })

  test('all bytes arrived, and the process ended before it said so: the next question finishes the file', async () => {
    const http = await start()
    const path = (await http.ask(null, '/files', newUpload('room', 5))).headers.get('Location') ?? ''
    await http.end()
    await writeFile(join(http.directory, path), 'whole')
    await http.begin()
    expect((await http.ask(null, path)).status).toBe(404)
    expect(await offsetOf(http, null, path)).toBe(5)
    expect(await (await http.ask(null, path)).text()).toBe('whole')
  })

  test('an unfinished file is not read, and what a crash left half made is gone after a restart', async () => {
    const http = await start()
    const path = (await http.ask(null, '/files', newUpload('room', 5))).headers.get('Location') ?? ''
    await http.ask(null, path, patch(0, 'wh'))
    expect(await refusalOf(await http.ask(null, path))).toEqual({ status: 404, code: 'no-file' })
    const files = join(http.directory, 'files')
    await writeFile(join(files, 'f'.repeat(32)), 'bytes without a record')
    await writeFile(join(files, `${'e'.repeat(32)}.open`), 'a record without bytes')
    await writeFile(join(files, 'of somebody else'), 'stays')
    await http.end()
    await http.begin()
    expect((await readdir(files)).sort()).toEqual([path.slice(7), `${path.slice(7)}.open`, 'of somebody else'].sort())
    expect(await offsetOf(http, null, path)).toBe(2)
  })
})

describe('F3: who may', () => {
  test('an upload is continued, asked about and ended by whoever began it, or an administrator', async () => {
    const http = await start({ authenticate: byName })
    const path = (await http.ask('ada', '/files', newUpload('room', 5))).headers.get('Location') ?? ''
    for (const ask of [patch(0, 'whole'), { method: 'DELETE', ...tus }]) {
      expect(await refusalOf(await http.ask('lin', path, ask))).toEqual({ status: 403, code: 'not-yours' })
      expect(await refusalOf(await http.ask('reader', path, ask))).toEqual({ status: 403, code: 'denied' })
      expect(await refusalOf(await http.ask(null, path, ask))).toEqual({ status: 401, code: 'no-token' })
    }
    expect((await http.ask('lin', path, { method: 'HEAD', ...tus })).status).toBe(403)
    expect((await http.ask('ada', path, patch(0, 'whole'))).status).toBe(204)
    expect((await http.ask('admin', path, { method: 'DELETE', ...tus })).status).toBe(204)
    expect((await http.ask('ada', path)).status).toBe(404)
    expect(await readdir(join(http.directory, 'files'))).toEqual([])
  })

  test('a creator is who the server knows, whatever the metadata say', async () => {
    const http = await start({ authenticate: byName })
    const upload = newUpload('room', 5)
    const lie = `,creator ${Buffer.from('lin').toString('base64')}`
    upload.headers = { ...upload.headers, 'Upload-Metadata': upload.headers?.['Upload-Metadata'] + lie }
    const path = (await http.ask('ada', '/files', upload)).headers.get('Location') ?? ''
    expect((await http.ask('lin', path, patch(0, 'whole'))).status).toBe(403)
    expect((await http.ask('ada', path, patch(0, 'whole'))).status).toBe(204)
  })

  test('a token in the address or in a cookie is none', async () => {
    const http = await start({ authenticate: byName })
    const path = await attach(http, 'ada', 'x')
    expect((await http.ask(null, `${path}?token=ada`)).status).toBe(401)
    expect((await http.ask(null, path, { headers: { Cookie: 'token=ada; Authorization=Bearer ada' } })).status).toBe(
      401,
    )
  })

  test('who is put out while their bytes arrive has attached nothing', async () => {
    const http = await start({ authenticate: byName })
    const path = (await http.ask('ada', '/files', newUpload('room', 2_000))).headers.get('Location') ?? ''
    const { method, headers } = patch(0, '')
    const asked = request(http.url + path, {
      method,
      headers: { ...headers, 'Content-Length': 2_000, Authorization: 'Bearer ada' },
    })
    const status = new Promise(resolve => asked.on('response', response => resolve(response.statusCode)))
    asked.write(Buffer.alloc(1_000))
    await arrived(http, path, 1_000)
    await http.server.revoke({ user: 'ada' })
    asked.end(Buffer.alloc(1_000))
    expect(await status).toBe(403)
    expect((await http.ask('lin', path)).status).toBe(404)
  })

  test('nor has who is put out while all of it comes with the first request', async () => {
    const http = await start({ authenticate: byName })
    const { method, headers } = newUpload('room', 2_000)
    const asked = request(`${http.url}/files`, {
      method,
      headers: {
        ...headers,
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': 2_000,
        Authorization: 'Bearer ada',
      },
    })
    const status = new Promise(resolve => asked.on('response', response => resolve(response.statusCode)))
    asked.write(Buffer.alloc(1_000))
    const files = join(http.directory, 'files')
    const sizes = () => readdirSync(files).map(name => statSync(join(files, name)).size)
    await until('half of it arrived', () => sizes().includes(1_000))
    await http.server.revoke({ user: 'ada' })
    asked.end(Buffer.alloc(1_000))
    expect(await status).toBe(403)
    expect(readdirSync(files).filter(name => name.endsWith('.json'))).toEqual([])
  })

  test('when nobody can say who may, the client is told to come back', async () => {
    const http = await start({
      authenticate: () => {
        throw new Error('the keys cannot be read')
      },
    })
    expect(await refusalOf(await http.ask('ada', '/files', newUpload('room', 1)))).toEqual({
      status: 503,
      code: 'unavailable',
    })
  })
})

describe('F4: pages of other origins', () => {
  const foreign = { Origin: 'https://evil.example' }

  test('change nothing, and are told nothing that they could read', async () => {
    const http = await start()
    const path = await attach(http, null, 'x')
    const asks: [string, ReturnType<typeof newUpload>][] = [
      ['/files', newUpload('room', 5)],
      [path, patch(0, 'whole')],
      [path, { method: 'DELETE', ...tus }],
      [path, { method: 'OPTIONS' }],
      [path, {}],
      ['/api/search?rooms=**&q=x', {}],
    ]
    for (const [to, ask] of asks) {
      const response = await http.ask(null, to, { ...ask, headers: { ...ask.headers, ...foreign } })
      expect(await refusalOf(response)).toEqual({ status: 403, code: 'foreign-page' })
      expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
    }
    expect(await (await http.ask(null, path)).text()).toBe('x')
  })

  test('may do what their people may when they are named', async () => {
    const http = await start({ origins: ['https://app.example'] })
    const own = { Origin: 'https://app.example' }
    const preflight = await http.ask(null, '/files', { method: 'OPTIONS', headers: own })
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example')
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
    const upload = newUpload('room', 0)
    const begun = await http.ask(null, '/files', { ...upload, headers: { ...upload.headers, ...own } })
    expect(begun.status).toBe(201)
    expect(begun.headers.get('Access-Control-Expose-Headers')).toContain('Location')
    expect(begun.headers.get('Access-Control-Allow-Credentials')).toBeNull()
  })

  test('a page that calls itself by a name made to lead here reads nothing where nobody is asked who they are', async () => {
    const http = await start()
    const path = await attach(http, null, 'x')
    const { port } = new URL(http.url)
    const statusOf = (to: string, host: string) =>
      new Promise(resolve => {
        const asked = request({ host: '127.0.0.1', port, path: to, headers: { Host: host } }, response => {
          response.resume()
          resolve(response.statusCode)
        })
        asked.end()
      })
    expect(await statusOf(path, `evil.example:${port}`)).toBe(403)
    expect(await statusOf('/api/search?rooms=**&q=x', `evil.example:${port}`)).toBe(403)
    expect(await statusOf(path, `localhost:${port}`)).toBe(200)
  })
})

describe('F5: how much', () => {
  test('one file, all files, and uploads at once have bounds, each with a sentence', async () => {
    const http = await start({
      authenticate: byName,
      limits: { fileBytes: 20_000, filesBytes: 50_000, uploadsOpen: 2 },
    })
    const begin = (who: string, size: number) => http.ask(who, '/files', newUpload('room', size))
    expect(await refusalOf(await begin('ada', 20_001))).toEqual({ status: 413, code: 'too-large' })
    const first = await begin('ada', 20_000)
    expect((await begin('ada', 1)).status).toBe(201)
    expect(await refusalOf(await begin('ada', 1))).toEqual({ status: 429, code: 'too-many-uploads' })
    // A small one counts as 8 KB.
    expect((await begin('lin', 10_000)).status).toBe(201)
    expect(await refusalOf(await begin('lin', 13_000))).toEqual({ status: 507, code: 'full' })
    // All of it is remembered, and what is ended makes room.
    await http.end()
    await http.begin()
    expect(await refusalOf(await begin('lin', 13_000))).toEqual({ status: 507, code: 'full' })
    expect(await refusalOf(await begin('ada', 1))).toEqual({ status: 429, code: 'too-many-uploads' })
    expect((await http.ask('ada', first.headers.get('Location') ?? '', { method: 'DELETE', ...tus })).status).toBe(204)
    expect((await begin('lin', 13_000)).status).toBe(201)
  })

  test('finished files count, too', async () => {
    const http = await start({ limits: { filesBytes: 50_000 } })
    await attach(http, null, new Uint8Array(40_000))
    const begin = () => http.ask(null, '/files', newUpload('room', 20_000))
    expect((await begin()).status).toBe(507)
    await http.end()
    await http.begin()
    expect((await begin()).status).toBe(507)
  })

  test('what is left of the disk is for documents', async () => {
    const http = await start({ limits: { filesFreeBytes: 2 ** 52 } })
    expect(await refusalOf(await http.ask(null, '/files', newUpload('room', 1)))).toEqual({ status: 507, code: 'full' })
  })

  test('more bytes than were announced are not taken', async () => {
    const http = await start()
    const path = (await http.ask(null, '/files', newUpload('room', 5))).headers.get('Location') ?? ''
    expect(await refusalOf(await http.ask(null, path, patch(0, 'too many')))).toEqual({
      status: 413,
      code: 'too-large',
    })
    expect(await refusalOf(await http.ask(null, path, patch(3, 'x')))).toEqual({ status: 409, code: 'conflict' })
    const upload = newUpload('room', 5)
    const { 'Upload-Length': _, ...headers } = upload.headers ?? {}
    const deferred = await http.ask(null, '/files', { ...upload, headers: { ...headers, 'Upload-Defer-Length': '1' } })
    expect(deferred.status).toBeGreaterThanOrEqual(400)
  })

  test('an upload that nobody finishes is forgotten, a finished file is not', async () => {
    const clock = new TestClock()
    const http = await start({ clock, limits: { uploadsOpen: 1 } })
    const finished = await attach(http, null, 'x')
    const path = (await http.ask(null, '/files', newUpload('room', 5))).headers.get('Location') ?? ''
    expect((await http.ask(null, '/files', newUpload('room', 5))).status).toBe(429)
    clock.advance(24 * 60 * 60_000 - 5_000)
    expect(await offsetOf(http, null, path)).toBe(0)
    clock.advance(10_000)
    await until('it is gone', () => readdirSync(join(http.directory, 'files')).length === 2)
    expect((await http.ask(null, path, { method: 'HEAD', ...tus })).status).toBe(404)
    expect((await http.ask(null, '/files', newUpload('room', 5))).status).toBe(201)
    expect((await http.ask(null, finished)).status).toBe(200)
  })

  test.each(['', 'a\nb', 'x'.repeat(256)])('an upload for %j, which cannot be a room, is refused', async room => {
    const http = await start()
    expect(await refusalOf(await http.ask(null, '/files', newUpload(room, 1)))).toEqual({
      status: 400,
      code: 'no-room',
    })
  })
})

describe('F6: in a program that has a server of its own', () => {
  test('its HTTP server hands on what is for the rooms', async () => {
    const http = await start({ authenticate: byName })
    const program = createServer(
      getRequestListener((asked, env) =>
        asked.url.includes('/own') ? new Response('the program’s own') : http.server.fetch(asked, env),
      ),
    ).listen(0, '127.0.0.1')
    cleanups.push(() => void program.close())
    await once(program, 'listening')
    const url = `http://127.0.0.1:${(program.address() as AddressInfo).port}`
    const as = { Authorization: 'Bearer ada' }
    expect(await (await fetch(`${url}/own`)).text()).toBe('the program’s own')
    const upload = newUpload('room', 5)
    const begun = await fetch(`${url}/files`, { ...upload, headers: { ...upload.headers, ...as } })
    const path = begun.headers.get('Location') ?? ''
    const rest = patch(0, 'whole')
    expect((await fetch(url + path, { ...rest, headers: { ...rest.headers, ...as } })).status).toBe(204)
    expect(await (await fetch(url + path, { headers: as })).text()).toBe('whole')
    expect((await fetch(url + path)).status).toBe(401)
  })

  test('with a store of its own there are no files unless it says where, but there is a search', async () => {
    const store = new MemoryStore({ clock: systemClock })
    const server = createHarbor({ store, log: silentLogger, port: 0, webDirectory: null })
    cleanups.push(() => server.stop())
    const url = await server.start()
    await server.room('room').transact(doc => doc.getArray('list').insert(0, ['anchor']))
    const upload = newUpload('room', 5)
    expect((await fetch(`${url}/files`, upload)).status).toBe(404)
    expect((await fetch(`${url}/files/${'0'.repeat(32)}`)).status).toBe(404)
    const answer = await (await server.fetch(new Request('http://127.0.0.1/api/search?rooms=**&q=anchor'))).json()
    expect(answer).toMatchObject({ hits: [{ room: 'room', value: 'anchor' }], next: null })
  })
})

test('F7: every refusal over HTTP is a page of the docs', async () => {
  const page = await readFile(new URL('../docs/http.md', import.meta.url), 'utf8')
  for (const [code, { status }] of Object.entries(httpRefusals)) {
    expect(page).toMatch(new RegExp(`\\| \`${code}\` +\\| ${status} `))
  }
})
