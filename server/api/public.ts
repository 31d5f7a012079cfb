import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

export interface PublicParts {
  isReady(): boolean
  /** The built web app; null serves none. */
  webDirectory: string | null
}

const headers = {
  'Content-Security-Policy':
    // Attached pictures are read with a token, and so shown from memory.
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

/** What anyone may ask over HTTP: health, and the web app. */
export function publicApp({ isReady, webDirectory }: PublicParts): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
  })
  app.get('/healthz', c => c.text('ok'))
  app.get('/readyz', c => (isReady() ? c.text('ready') : c.text('The server cannot write to its disk.', 503)))
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
