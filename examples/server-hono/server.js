/** y-harbor inside an app that has an HTTP server and users of its own. */

import http from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { createServer } from 'y-harbor'

const { PORT = '3000', DATA_DIR = './data' } = process.env

/** Stands for your sessions and your database. @type {Map<string | null, import('y-harbor').Grant>} */
const grants = new Map([
  ['token-of-ada', { access: 'write', user: { id: 'ada', name: 'Ada' } }],
  ['token-of-a-guest', { access: 'read', user: { id: 'guest' } }],
])

const sync = createServer({
  data: DATA_DIR,
  authenticate: ({ token }) => grants.get(token) ?? null,
})

const app = new Hono()
app.use(bearerAuth({ verifyToken: token => grants.get(token)?.access === 'write' }))
app.post('/rooms/:name/lines', async c => {
  const line = await c.req.text()
  const document = await sync.room(c.req.param('name')).transact(doc => {
    const text = doc.getText('text')
    text.insert(text.length, `${line}\n`)
    return text.toString()
  })
  return c.text(document)
})

const web = http.createServer(getRequestListener(app.fetch))
await sync.attach(web, { path: '/sync' })
web.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (web.address())
  console.log(`Ready at http://127.0.0.1:${port}`)
})

process.once('SIGTERM', async () => {
  web.close()
  await sync.stop()
})
