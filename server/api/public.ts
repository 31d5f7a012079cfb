import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { HttpEnv } from './door.ts'

export interface PublicParts {
  isReady(): boolean
  /** What of rooms can be asked; null where that is nothing. */
  roomsApi: Hono<{ Bindings: HttpEnv }> | null
  /** The built web app; null serves none. */
  webDirectory: string | null
}

const headers = {
  // An attached picture is fetched with a token and shown from memory (`blob:`); nothing that runs comes from there.
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Everything over HTTP: health and the web app for anyone, and what of rooms can be asked. */
export function publicApp({ isReady, roomsApi, webDirectory }: PublicParts): Hono<{ Bindings: HttpEnv }> {
  const app = new Hono<{ Bindings: HttpEnv }>()
  app.use(async (c, next) => {
    await next()
    // Files have a policy of their own.
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.header(name, value)
  })
  app.get('/healthz', c => c.text('ok'))
  app.get('/readyz', c => (isReady() ? c.text('ready') : c.text('The server cannot write to its disk.', 503)))
  if (roomsApi !== null) app.route('/', roomsApi)
  if (webDirectory !== null && existsSync(join(webDirectory, 'index.html'))) {
    const page = serveStatic({ root: webDirectory, path: 'index.html', onFound: (_path, c) => noCache(c) })
    // File names under /assets hold a hash of their content.
    app.use('/assets/*', serveStatic({ root: webDirectory, onFound: (_path, c) => keepForever(c) }))
    app.use('/icons/*', serveStatic({ root: webDirectory }))
    app.get('/favicon.svg', serveStatic({ root: webDirectory }))
    // Whatever these say has to be the latest: they decide which files of the page a browser keeps.
    for (const path of ['/sw.js', '/manifest.webmanifest', '/index.html']) {
      app.get(path, serveStatic({ root: webDirectory, onFound: (_path, c) => noCache(c) }))
    }
    app.get('/', page)
    for (const path of ['/r/*', '/n/*', '/b/*']) app.get(path, page)
  }
  app.notFound(c => c.text('There is nothing at this address.', 404))
  return app
}

interface HeaderContext {
  header(name: string, value: string): void
}

function noCache(c: HeaderContext): void {
  c.header('Cache-Control', 'no-cache')
}

function keepForever(c: HeaderContext): void {
  c.header('Cache-Control', 'public, max-age=31536000, immutable')
}
