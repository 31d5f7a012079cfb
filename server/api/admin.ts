import { Hono } from 'hono'
import type { Inspection } from './inspection.ts'

/** Puts a user out of a room, of every room, or everybody out of one. Resolves with how many sessions ended. */
export type Revoke = (meant: { user?: string; room?: string }) => Promise<number>

/** Routes of the control socket, as `RemoteInspection` asks for them. */
export function adminApp(inspection: Inspection, revoke: Revoke): Hono {
  const app = new Hono()
  app.get('/rooms', async c => c.json(await inspection.rooms()))
  app.get('/room/content', async c => {
    const content = await inspection.content(c.req.query('name') ?? '')
    return content === null ? c.notFound() : c.json(content)
  })
  app.get('/room/updates', async c => {
    const updates = await inspection.updates(c.req.query('name') ?? '')
    return updates === null ? c.notFound() : c.body(new Uint8Array(encodeUpdates(updates)))
  })
  app.post('/revoke', async c => {
    const { user, room } = (await c.req.json()) as Parameters<Revoke>[0]
    return c.json(await revoke({ user, room }))
  })
  app.onError((error, c) => c.text(error.message, 500))
  return app
}

/** Each update behind its length in 4 bytes, big endian. */
function encodeUpdates(updates: readonly Uint8Array[]): Buffer {
  const chunks: Uint8Array[] = []
  for (const update of updates) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(update.length)
    chunks.push(length, update)
  }
  return Buffer.concat(chunks)
}

export function decodeUpdates(bytes: Buffer): Uint8Array[] {
  const updates: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    updates.push(Uint8Array.from(bytes.subarray(at + 4, end)))
    at = end
  }
  return updates
}
