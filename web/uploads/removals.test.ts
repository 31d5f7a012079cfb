import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TestClock } from '../../test/support/test-clock.ts'
import { Removals } from './removals.ts'

const server = 'http://harbor.test'
const [first, second] = ['1'.repeat(32), '2'.repeat(32)]

let asked: string[]
let answer: () => Promise<Response>
let kept: Map<string, string>
let clock: TestClock
let removals: Removals

beforeEach(() => {
  asked = []
  answer = gone
  kept = new Map()
  clock = new TestClock()
  vi.stubGlobal('fetch', (url: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
    asked.push(`${method} ${url} ${headers.Authorization}`)
    return answer()
  })
  removals = begin()
})

afterEach(() => {
  removals.close()
  vi.unstubAllGlobals()
})

test('each file is asked for once, by whoever wants it gone', async () => {
  removals.add([first, second])
  removals.add([])
  await turns()
  expect(asked).toEqual([first, second].map(id => `DELETE ${server}/files/${id} Bearer word`))
  clock.advance(3_600_000)
  await turns()
  expect(asked).toHaveLength(2)
  expect(kept.size).toBe(0)
})

test('without an answer it is asked again, later each time, and after a reload', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  removals.add([first])
  await turns()
  clock.advance(2_000)
  await turns()
  expect(asked).toHaveLength(2)
  clock.advance(2_000)
  await turns()
  expect(asked).toHaveLength(2)
  clock.advance(2_000)
  await turns()
  expect(asked).toHaveLength(3)

  removals.close()
  clock.advance(3_600_000)
  await turns()
  expect(asked).toHaveLength(3)
  answer = gone
  removals = begin()
  await turns()
  expect(asked).toHaveLength(4)
  expect(kept.size).toBe(0)
})

test.each([
  ['it is gone already', 404, 'no-file', 1],
  ['it is somebody else’s', 403, 'not-yours', 1],
  ['the server is going down', 503, 'unavailable', 2],
  ['the token has ended', 401, 'no-token', 2],
])('%s', async (_, status, code, times) => {
  answer = async () => new Response(JSON.stringify({ code, message: 'A sentence.' }), { status })
  removals.add([first])
  await turns()
  clock.advance(2_000)
  await turns()
  expect(asked).toHaveLength(times)
})

test('what else lies where it is kept is left alone', async () => {
  for (const value of ['{', '7', '[1, null, "../api"]']) {
    kept.set('y-harbor.removed-files', value)
    removals.close()
    removals = begin()
    await turns()
    expect(asked).toEqual([])
  }
})

function gone(): Promise<Response> {
  return Promise.resolve(new Response(null, { status: 204 }))
}

function begin(): Removals {
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  return new Removals({ server, token: () => 'word', clock, storage })
}

/** Everything that promises lead to is over. */
async function turns(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve()
}
