import { keptFor } from './kept-uploads.ts'
import { FileProblem, problemOf } from './problem.ts'

export interface FilesParts {
  /** Asked for each request. */
  token: () => string | null
  /** Where the server is. Default: where this page is from. */
  server?: string
  /** For whom this device keeps what was seen. Default: for whoever uses it. */
  keeper?: string | null
}

type Kept = Pick<FilesParts, 'server' | 'keeper'>

/** Files that were seen are kept for when there is no network: so many, each so large at most. */
const MOST_FILES = 300
const MOST_BYTES = 20 * 1024 * 1024

/** Where a file is; `isSaved` for a link that saves it. The browser has to show the token there, so a link alone does for servers without. */
export function fileUrl(
  id: string,
  { server = location.href, isSaved = false }: { server?: string; isSaved?: boolean } = {},
): string {
  return new URL(`/files/${id}${isSaved ? '?download' : ''}`, server).href
}

/** A file that was seen before, without a network, too. Rejects with `FileProblem`, or when `signal` is aborted. */
export async function fetchFile(id: string, parts: FilesParts, signal?: AbortSignal): Promise<Blob> {
  const url = fileUrl(id, parts)
  const cache = await openCache(parts)
  const seen = await cache?.match(url)
  if (seen !== undefined) return await seen.blob()
  const response = await ask(url, parts.token(), signal)
  if (!response.ok) throw problemOf(response.status, await response.text())
  const kept = response.clone()
  const blob = await response.blob()
  if (cache !== null && blob.size <= MOST_BYTES) await keep(cache, url, kept)
  return blob
}

/** What this device sent it has seen. */
export async function keepFile(id: string, blob: Blob, parts: Kept): Promise<void> {
  const cache = await openCache(parts)
  if (cache === null || blob.size > MOST_BYTES) return
  await keep(cache, fileUrl(id, parts), new Response(blob, { headers: { 'Content-Type': blob.type } }))
}

/** Forgets a file that was seen on this device. */
export async function forgetFile(id: string, parts: Kept): Promise<void> {
  await (await openCache(parts))?.delete(fileUrl(id, parts)).catch(() => false)
}

async function ask(url: string, token: string | null, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` }
  try {
    return await fetch(url, { headers, signal })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new FileProblem('offline', String(error))
  }
}

/** Null where a browser has none: in a page without a secure origin, or where people forbid it. */
async function openCache({ keeper }: Kept): Promise<Cache | null> {
  try {
    return (await globalThis.caches?.open(keptFor('y-harbor-files', keeper))) ?? null
  } catch {
    return null
  }
}

/** Keeping is a help, and no reason to fail: the quota may be used up. */
async function keep(cache: Cache, url: string, response: Response): Promise<void> {
  try {
    await cache.put(url, response)
    const keys = await cache.keys()
    // The oldest come first.
    for (const key of keys.slice(0, Math.max(0, keys.length - MOST_FILES))) await cache.delete(key)
  } catch {
    await cache.delete(url)
  }
}
