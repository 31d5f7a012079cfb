import { Hono, type MiddlewareHandler } from 'hono'
import type { Shelf } from '../files/shelf.ts'
import { Uploads } from '../files/uploads.ts'
import type { Harbor } from '../harbor.ts'
import { Search } from '../search/search.ts'
import type { Door, HttpEnv } from './door.ts'
import { filesApp } from './files.ts'
import { HttpRefusal } from './http-refusal.ts'
import { searchApp } from './search.ts'

export interface RoomsApiParts {
  harbor: Harbor
  door: Door
  /** Null keeps no files. */
  shelf: Shelf | null
}

/** What a page of another origin that may ask may read of an answer, and say in a request. */
const exposed = 'Location, Tus-Resumable, Upload-Offset, Upload-Length, Content-Disposition, Content-Range, ETag'
const sayable = 'Authorization, Content-Type, Range, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset'

/** What of rooms can be asked over HTTP, by whoever may enter them: attached files, and a search. */
export function roomsApi({ harbor, door, shelf }: RoomsApiParts): Hono<{ Bindings: HttpEnv }> {
  const { store, rooms, clock, limits, log } = harbor
  const app = new Hono<{ Bindings: HttpEnv }>()
  const admit: MiddlewareHandler<{ Bindings: HttpEnv }> = async (c, next) => {
    const origin = c.req.header('Origin')
    if (origin === undefined) return await next()
    // Throws for a page that may not ask, so that it is answered without these.
    door.receive(c.req.raw, c.env)
    await next()
    c.header('Access-Control-Allow-Origin', origin)
    c.header('Access-Control-Expose-Headers', exposed)
    c.header('Vary', 'Origin')
    if (c.req.method !== 'OPTIONS') return
    c.header('Access-Control-Allow-Methods', 'GET, HEAD, POST, PATCH, DELETE, OPTIONS')
    c.header('Access-Control-Allow-Headers', sayable)
    c.header('Access-Control-Max-Age', '600')
  }
  app.use('/files/*', admit)
  app.use('/api/*', admit)
  app.options('/api/search', c => c.body(null, 204))
  const search = new Search({ store, rooms, door, clock, limits, log })
  app.route('/api', searchApp({ door, search, mostHits: limits.searchHits }))
  if (shelf !== null) app.route('/files', filesApp({ door, shelf, uploads: new Uploads({ shelf, door, clock }) }))
  app.notFound(c => c.text('There is nothing at this address.', 404))
  app.onError((error, _c) => {
    if (error instanceof HttpRefusal) return error.response()
    log.error({ err: error }, 'a request failed')
    return new HttpRefusal('unavailable').response()
  })
  return app
}
