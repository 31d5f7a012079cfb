import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { HttpRefusal } from '../api/http-refusal.ts'
import { disposition, mediaOf } from './media.ts'
import { rangeOf } from './range.ts'
import type { FileRecord } from './record.ts'

/** Nothing in a file can do anything, whatever it is opened as; and it never changes. */
const always = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, max-age=31536000, immutable',
  'Accept-Ranges': 'bytes',
} as const

/** A file as an answer: all of it, or the range that is asked for. Throws `HttpRefusal` for one that is not there. */
export function serve(request: Request, id: string, record: FileRecord, path: string): Response {
  const { contentType, isInline } = mediaOf(record.type)
  const isSaved = !isInline || new URL(request.url).searchParams.has('download')
  const etag = `"${id}"`
  const headers = new Headers({
    ...always,
    ETag: etag,
    'Content-Type': contentType,
    'Content-Disposition': disposition(isSaved ? 'attachment' : 'inline', record.name),
  })
  if (request.headers.get('If-None-Match') === etag) return new Response(null, { status: 304, headers })
  const ifRange = request.headers.get('If-Range')
  const range = ifRange === null || ifRange === etag ? rangeOf(request.headers.get('Range'), record.size) : null
  if (range === 'unsatisfiable') throw new HttpRefusal('bad-range')
  const { start, end } = range ?? { start: 0, end: record.size - 1 }
  headers.set('Content-Length', String(end - start + 1))
  if (range !== null) headers.set('Content-Range', `bytes ${start}-${end}/${record.size}`)
  // A stream of nothing cannot be asked for.
  const body = record.size === 0 ? null : bodyOf(path, start, end)
  return new Response(body, { status: range === null ? 200 : 206, headers })
}

function bodyOf(path: string, start: number, end: number): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream<Uint8Array>
}
