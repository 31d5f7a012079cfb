import type { Entry } from './database.ts'

/** The binding's codes for a read of something that has been closed; any other failed read means damage. */
function isClosed(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.endsWith('_NOT_OPEN')
}

/** What could be read, and the error that ended it, if one did. Throws only when the database was closed meanwhile. */
export async function readable(entries: AsyncIterable<Entry>): Promise<{ entries: Entry[]; error: Error | null }> {
  const found: Entry[] = []
  try {
    for await (const entry of entries) found.push(entry)
  } catch (error) {
    return { entries: found, error: damage(error) }
  }
  return { entries: found, error: null }
}

/** Passes a damaged read through, throws the error of a closed database. */
export function damage(error: unknown): Error {
  if (isClosed(error) || !(error instanceof Error)) throw error
  return error
}
