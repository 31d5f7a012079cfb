import { Hono } from 'hono'
import { isRoomPattern } from '../room-patterns.ts'
import type { Search } from '../search/search.ts'
import { Words } from '../search/words.ts'
import type { Door, HttpEnv } from './door.ts'
import { HttpRefusal } from './http-refusal.ts'

export interface SearchAppParts {
  door: Door
  search: Search
  /** The most hits of one answer. */
  mostHits: number
}

const DEFAULT_HITS = 50
const MOST_CHARACTERS = 256
const MOST_BOOKMARK = 2_000

/** `GET /search?rooms=<pattern>&q=<text>`, with `limit`, and `before` to go on. */
export function searchApp({ door, search, mostHits }: SearchAppParts): Hono<{ Bindings: HttpEnv }> {
  const app = new Hono<{ Bindings: HttpEnv }>()
  app.get('/search', async c => {
    const caller = door.receive(c.req.raw, c.env)
    const { rooms = '', q = '', limit = String(Math.min(DEFAULT_HITS, mostHits)), before = null } = c.req.query()
    if (!isRoomPattern(rooms)) throw new HttpRefusal('bad-request', '`rooms` is a name of rooms, or a pattern.')
    const words = q.length > MOST_CHARACTERS ? null : Words.of(q)
    if (words === null) throw new HttpRefusal('bad-request', '`q` is one word to sixteen, in 256 characters at most.')
    if (!/^[1-9]\d{0,5}$/.test(limit) || Number(limit) > mostHits) {
      throw new HttpRefusal('bad-request', `\`limit\` is a number from 1 to ${mostHits}.`)
    }
    if (before !== null && before.length > MOST_BOOKMARK) throw new HttpRefusal('bad-request')
    const answer = await search.answer(caller, { rooms, words, limit: Number(limit), before }, c.req.raw.signal)
    return c.json(answer, 200, { 'Cache-Control': 'no-store' })
  })
  return app
}
