import { Hono } from 'hono'
import { serve } from '../files/serving.ts'
import type { Shelf } from '../files/shelf.ts'
import type { Uploads } from '../files/uploads.ts'
import type { Door, HttpEnv } from './door.ts'
import { HttpRefusal } from './http-refusal.ts'

export interface FilesParts {
  door: Door
  shelf: Shelf
  uploads: Uploads
}

/** Attached files: `POST /` begins an upload, `HEAD`, `PATCH` and `DELETE /<id>` go on with it, `GET /<id>` reads it. */
export function filesApp({ door, shelf, uploads }: FilesParts): Hono<{ Bindings: HttpEnv }> {
  const app = new Hono<{ Bindings: HttpEnv }>()
  app.get('/:id', async c => {
    const request = c.req.raw
    const caller = door.receive(request, c.env)
    // Hono answers it like GET, but in tus it is a question about an upload.
    if (request.method === 'HEAD') return uploads.answer(request, caller)
    const id = c.req.param('id')
    const found = await shelf.find(id)
    if (found === null) throw new HttpRefusal('no-file')
    await door.judge(caller, found.record.room, 'read')
    if (!found.isFinished) throw new HttpRefusal('no-file')
    return serve(request, id, found.record, shelf.pathOf(id))
  })
  app.on(['OPTIONS', 'POST'], '/', c => uploads.answer(c.req.raw, door.receive(c.req.raw, c.env)))
  app.on(['OPTIONS', 'PATCH', 'DELETE'], '/:id', c => uploads.answer(c.req.raw, door.receive(c.req.raw, c.env)))
  return app
}
