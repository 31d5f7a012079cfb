import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { IDBFactory } from 'fake-indexeddb'
import { DefaultHttpStack, type HttpRequest, type HttpStack } from 'tus-js-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  fetchFile,
  fileUrl,
  openUploads,
  type Upload,
  type Uploads,
  type UploadsParts,
} from '../../web/uploads/index.ts'
import { openUploadStorage } from '../../web/uploads/kept-uploads.ts'
import { byName, HttpServer, type HttpServerOptions } from '../support/http-server.ts'
import { until } from '../support/live.ts'
import { TestClock } from '../support/test-clock.ts'

const ROOM = 'chat/harbour'
const CHUNK = 4 * 1024 * 1024

let clock: TestClock
const cleanups: (() => Promise<void> | void)[] = []

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  clock = new TestClock()
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  vi.unstubAllGlobals()
})

async function start(options: HttpServerOptions = { authenticate: byName }): Promise<HttpServer> {
  const http = await HttpServer.start(options)
  cleanups.push(() => http.dispose())
  return http
}

/** What a page sends, as far as a test wants to know or to hold it up. */
class Line implements HttpStack {
  readonly #inner = new DefaultHttpStack({})
  /** Method, and the offset that it names. */
  readonly said: string[] = []
  /** Requests wait for it. */
  hold: (said: string) => Promise<void> = () => Promise.resolve()

  getName(): string {
    return 'Line'
  }

  createRequest(method: string, url: string): HttpRequest {
    const request = this.#inner.createRequest(method, url)
    const send = request.send.bind(request)
    request.send = async body => {
      const said = `${method} ${request.getHeader('Upload-Offset') ?? ''}`.trim()
      this.said.push(said)
      await this.hold(said)
      return await send(body)
    }
    return request
  }
}

/** In Node the library takes no `Blob`. */
const fileReader = {
  openFile: async (blob: Blob) => ({
    size: blob.size,
    slice: async (from: number, to: number) => {
      const bytes = Buffer.from(await blob.slice(from, to).arrayBuffer())
      return { value: Object.assign(bytes, { size: bytes.length }), done: to >= blob.size }
    },
    close: () => undefined,
  }),
}

/** A page of this browser. */
async function page(http: HttpServer, options: Partial<UploadsParts> & { line?: Line } = {}): Promise<Uploads> {
  const { line: httpStack = new Line(), ...rest } = options
  const transport = { httpStack, fileReader }
  const uploads = await openUploads({ token: () => 'ada', clock, server: http.url, transport, ...rest })
  cleanups.push(() => uploads.close())
  return uploads
}

function file(size: number, name = 'boat.jpg', type = 'image/jpeg'): { file: File; bytes: Buffer } {
  const bytes = randomBytes(size)
  return { file: new File([new Uint8Array(bytes)], name, { type }), bytes }
}

async function is(upload: Upload, kind: string): Promise<void> {
  await until(`it is ${kind}`, () => upload.state.get().kind === kind).catch(error => {
    throw new Error(`${error.message}: ${JSON.stringify(upload.state.get())}`)
  })
}

async function onServer(http: HttpServer, upload: Upload): Promise<Buffer> {
  const response = await http.ask('reader', `/files/${upload.state.get().attachment?.id}`)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

/** A promise, and how to keep it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const passed = new Promise<void>(resolve => {
    open = resolve
  })
  return { passed, open }
}

describe('U1: a file is on its way until it is on the server', () => {
  test('and says how far it is', async () => {
    const http = await start()
    const uploads = await page(http)
    const { file: boat, bytes } = file(2 * CHUNK + 1_000)
    const upload = uploads.add(ROOM, boat)
    const sent: number[] = []
    upload.state.subscribe(() => sent.push(upload.state.get().sent))
    expect(uploads.all(ROOM).get()).toEqual([upload])
    expect(uploads.all('chat/other').get()).toEqual([])
    await is(upload, 'done')
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
    expect(new Set(sent).size).toBeGreaterThan(2)
    expect(upload.state.get()).toMatchObject({
      sent: boat.size,
      isKept: true,
      attachment: { id: expect.any(String), name: 'boat.jpg', type: 'image/jpeg', size: boat.size },
    })
    expect(bytes.equals(await onServer(http, upload))).toBe(true)
  })

  test('what a message has taken is on no list, not after a reload either, and stays on the server', async () => {
    const http = await start()
    const first = await page(http)
    const upload = first.add(ROOM, file(1_000).file)
    await is(upload, 'done')
    first.close()
    const second = await page(http)
    const [kept] = second.all(ROOM).get()
    expect(kept.state.get()).toMatchObject({ kind: 'done', attachment: upload.state.get().attachment })
    second.take([kept])
    expect(second.all(ROOM).get()).toEqual([])
    const storage = await openUploadStorage()
    await vi.waitFor(async () => expect(await storage.load()).toEqual([]))
    second.close()
    expect((await page(http)).all(ROOM).get()).toEqual([])
    expect((await onServer(http, kept)).length).toBe(1_000)
  })

  test('what one person chose waits for that person, and for nobody else who uses the browser', async () => {
    const http = await start()
    const adas = await page(http, { keeper: 'ada' })
    await is(adas.add(ROOM, file(1_000).file), 'done')
    adas.close()
    const lins = await page(http, { keeper: 'lin', token: () => 'lin' })
    expect(lins.all(ROOM).get()).toEqual([])
    lins.close()
    expect((await page(http, { keeper: 'ada' })).all(ROOM).get()).toHaveLength(1)
  })

  test('two are sent at once, the others wait for their turn', async () => {
    const http = await start()
    const line = new Line()
    const { passed, open } = gate()
    line.hold = () => passed
    const uploads = await page(http, { line })
    const all = [1, 2, 3].map(i => uploads.add(ROOM, file(i).file))
    await until('two are sent', () => line.said.length === 2)
    expect(all.map(upload => upload.state.get().kind)).toEqual(['sending', 'sending', 'waiting'])
    expect(all[2].state.get().code).toBeUndefined()
    open()
    for (const upload of all) await is(upload, 'done')
  })

  test('cancelled, it is on no list, not kept, and not on the server', async () => {
    const http = await start()
    const line = new Line()
    const { passed, open } = gate()
    line.hold = said => (said === `PATCH ${CHUNK}` ? passed : Promise.resolve())
    const uploads = await page(http, { line })
    const upload = uploads.add(ROOM, file(2 * CHUNK).file)
    await until('half of it is there', () => line.said.includes(`PATCH ${CHUNK}`))
    const files = () => readdirSync(join(http.directory, 'files')).length
    expect(files()).toBe(2)
    upload.cancel()
    expect(uploads.all(ROOM).get()).toEqual([])
    await until('the server has nothing of it', () => files() === 0)
    open()
    uploads.close()
    expect((await page(http)).all(ROOM).get()).toEqual([])
  })
})

describe('U2: it goes on', () => {
  test('after a reload, from what the server has', async () => {
    const http = await start()
    const line = new Line()
    line.hold = said => (said === `PATCH ${CHUNK}` ? new Promise(() => undefined) : Promise.resolve())
    const first = await page(http, { line })
    const { file: boat, bytes } = file(2 * CHUNK + 1_000)
    const before = first.add(ROOM, boat)
    await until('a part of it is there', () => line.said.includes(`PATCH ${CHUNK}`) && before.state.get().isKept)
    first.close()

    const next = new Line()
    const [upload] = (await page(http, { line: next })).all(ROOM).get()
    expect([upload.key, upload.name, upload.size]).toEqual([before.key, 'boat.jpg', boat.size])
    await is(upload, 'done')
    expect(next.said[0]).toBe('HEAD')
    expect(next.said[1]).toBe(`PATCH ${CHUNK}`)
    expect(bytes.equals(await onServer(http, upload))).toBe(true)
  })

  test('after the server was away, by itself', async () => {
    const http = await start()
    const line = new Line()
    const { passed, open } = gate()
    line.hold = said => (said === `PATCH ${CHUNK}` ? passed : Promise.resolve())
    const uploads = await page(http, { line })
    const { file: boat, bytes } = file(2 * CHUNK)
    const upload = uploads.add(ROOM, boat)
    await until('half of it is there', () => line.said.includes(`PATCH ${CHUNK}`))
    await http.end()
    open()
    await is(upload, 'waiting')
    expect(upload.state.get().code).toBe('offline')
    expect(upload.state.get().sent).toBeGreaterThanOrEqual(CHUNK)
    // It tries, more and more rarely, for as long as it takes.
    for (let i = 0; i < 8; i++) {
      const before = line.said.length
      clock.advance(30_000)
      await until('it has tried', () => line.said.length > before && upload.state.get().kind === 'waiting')
    }
    await http.begin()
    clock.advance(30_000)
    await is(upload, 'done')
    expect(bytes.equals(await onServer(http, upload))).toBe(true)
  })

  test('at once when the page hears that the network is back', async () => {
    const window = new EventTarget()
    vi.stubGlobal('window', window)
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
    const http = await start()
    const uploads = await page(http)
    await http.end()
    const upload = uploads.add(ROOM, file(1_000).file)
    await is(upload, 'waiting')
    await until('it was tried', () => upload.state.get().code === 'offline')
    await http.begin()
    window.dispatchEvent(new Event('online'))
    await is(upload, 'done')
  })

  test('anew when the server has forgotten it', async () => {
    const http = await start()
    const line = new Line()
    line.hold = said => (said === `PATCH ${CHUNK}` ? new Promise(() => undefined) : Promise.resolve())
    const first = await page(http, { line })
    const { file: boat, bytes } = file(2 * CHUNK)
    const before = first.add(ROOM, boat)
    await until('half of it is there', () => line.said.includes(`PATCH ${CHUNK}`) && before.state.get().isKept)
    first.close()
    const [id] = readdirSync(join(http.directory, 'files'))
    const tus = { 'Tus-Resumable': '1.0.0' }
    expect((await http.ask('ada', `/files/${id}`, { method: 'DELETE', headers: tus })).status).toBe(204)
    const [upload] = (await page(http)).all(ROOM).get()
    await until('it has noticed', () => upload.state.get().code === 'no-file')
    expect(upload.state.get()).toMatchObject({ kind: 'waiting', sent: 0 })
    clock.advance(1_000)
    await is(upload, 'done')
    expect(bytes.equals(await onServer(http, upload))).toBe(true)
  })

  test('in one tab: what another sends is left to it', async () => {
    const http = await start()
    const held = new Set<string>()
    vi.stubGlobal('navigator', {
      locks: {
        request: async (name: string, _: unknown, hold: (lock: object | null) => Promise<void> | undefined) => {
          if (held.has(name)) return await hold(null)
          held.add(name)
          await hold({})
          held.delete(name)
        },
      },
    })
    const line = new Line()
    const { passed, open } = gate()
    line.hold = () => passed
    const first = await page(http, { line })
    const upload = first.add(ROOM, file(1_000).file)
    await until('it is kept', () => upload.state.get().isKept)
    expect((await page(http)).all(ROOM).get()).toEqual([])
    open()
    await is(upload, 'done')
    first.close()
    await until('the first tab has let go', () => held.size === 0)
    expect(
      (await page(http))
        .all(ROOM)
        .get()
        .map(({ key }) => key),
    ).toEqual([upload.key])
  })
})

describe('U3: what does not pass by itself is said by a code', () => {
  test('too large for the server; it stays on the list, and may be tried again', async () => {
    const http = await start({ authenticate: byName, limits: { fileBytes: 1_000 } })
    const uploads = await page(http)
    const upload = uploads.add(ROOM, file(1_001).file)
    await is(upload, 'refused')
    expect(upload.state.get()).toMatchObject({ code: 'too-large', message: expect.stringMatching(/\.$/) })
    upload.retry()
    expect(upload.state.get().kind).toBe('sending')
    await is(upload, 'refused')
    expect(uploads.all(ROOM).get()).toEqual([upload])
  })

  test('not allowed; with a token that is new by then it goes on', async () => {
    const http = await start()
    let token: string | null = 'reader'
    const uploads = await page(http, { token: () => token })
    const upload = uploads.add(ROOM, file(1_000).file)
    await is(upload, 'refused')
    expect(upload.state.get().code).toBe('denied')
    token = null
    upload.retry()
    await until('it is refused for another reason', () => upload.state.get().code === 'no-token')
    token = 'ada'
    upload.retry()
    await is(upload, 'done')
  })

  test('a token that is replaced while it is judged is no reason to give up', async () => {
    const http = await start()
    let asked = 0
    const uploads = await page(http, { token: () => (asked++ === 0 ? 'bad' : 'ada') })
    const upload = uploads.add(ROOM, file(1_000).file)
    await is(upload, 'waiting')
    await until('it was judged', () => upload.state.get().code === 'unavailable')
    clock.advance(1_000)
    await is(upload, 'done')
  })
})

describe('U4: where the browser keeps nothing', () => {
  test('a file is sent all the same, and says that it lives as long as the page', async () => {
    const http = await start()
    vi.stubGlobal('indexedDB', undefined)
    const upload = (await page(http)).add(ROOM, file(1_000).file)
    await is(upload, 'done')
    expect(upload.state.get().isKept).toBe(false)
  })

  test('the same when there is no space left for it', async () => {
    const http = await start()
    const storage = await openUploadStorage()
    const add = vi.fn(() => Promise.reject(new DOMException('The quota is used up', 'QuotaExceededError')))
    const upload = (await page(http, { storage: async () => ({ ...storage, add }) })).add(ROOM, file(1_000).file)
    await is(upload, 'done')
    expect(add).toHaveBeenCalledOnce()
    expect(upload.state.get().isKept).toBe(false)
    expect(await storage.load()).toEqual([])
  })

  test('and for what is more than is kept', async () => {
    const http = await start()
    const line = new Line()
    const { passed, open } = gate()
    line.hold = () => passed
    const uploads = await page(http, { line, mostKeptBytes: 2_000 })
    const all = [1_500, 501, 500].map(size => uploads.add(ROOM, file(size).file))
    await until('one and the last are kept', () => all[0].state.get().isKept && all[2].state.get().isKept)
    expect(all[1].state.get().isKept).toBe(false)
    open()
    for (const upload of all) await is(upload, 'done')
  })
})

describe('U5: a file that was seen is shown again without a network', () => {
  /** As much of the browser's as is used. */
  class TestCache {
    readonly #kept = new Map<string, { body: ArrayBuffer; type: string }>()
    async match(url: string): Promise<Response | undefined> {
      const kept = this.#kept.get(url)
      return kept && new Response(kept.body, { headers: { 'Content-Type': kept.type } })
    }
    async put(url: string, response: Response): Promise<void> {
      this.#kept.set(url, { body: await response.arrayBuffer(), type: response.headers.get('Content-Type') ?? '' })
    }
    async keys(): Promise<string[]> {
      return [...this.#kept.keys()]
    }
    async delete(url: string): Promise<boolean> {
      return this.#kept.delete(url)
    }
  }

  function browser(): TestCache {
    const cache = new TestCache()
    vi.stubGlobal('caches', { open: async () => cache })
    return cache
  }

  test('by whoever fetched it, and by whoever sent it', async () => {
    const http = await start()
    browser()
    const upload = (await page(http)).add(ROOM, file(1_000).file)
    await is(upload, 'done')
    const id = upload.state.get().attachment?.id ?? ''
    const sender = { token: () => 'ada', server: http.url }
    await vi.waitFor(async () => expect(await (await caches.open('')).keys()).toHaveLength(1))
    browser()
    const seen = await fetchFile(id, { token: () => 'reader', server: http.url })
    expect([seen.size, seen.type]).toEqual([1_000, 'image/jpeg'])
    await http.end()
    expect((await fetchFile(id, sender)).size).toBe(1_000)
    browser()
    await expect(fetchFile(id, sender)).rejects.toMatchObject({ code: 'offline', passes: true })
  })

  test('what is not given is not kept, and says why', async () => {
    const http = await start()
    const cache = browser()
    const id = '0'.repeat(32)
    const parts = { token: () => 'ada', server: http.url }
    await expect(fetchFile(id, parts)).rejects.toMatchObject({ code: 'no-file', passes: false })
    expect(await cache.keys()).toEqual([])
    const stop = new AbortController()
    stop.abort()
    await expect(fetchFile(id, parts, stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect(fileUrl(id, { server: 'https://harbour.example/r/x', isSaved: true })).toBe(
      `https://harbour.example/files/${id}?download`,
    )
  })
})
