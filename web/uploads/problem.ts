/**
 * Why something about a file did not work: a code of the server's table (docs/http.md), or one of these. Words for people are
 * the page's.
 */
export type FileProblemCode =
  /** No answer: there is no network, or no server. */
  | 'offline'
  /** The file is larger than a browser can read, or is gone since it was chosen. */
  | 'unreadable'
  | (string & {})

export class FileProblem extends Error {
  readonly code: FileProblemCode

  /** `message` is a sentence of the server's, for whoever looks for the cause. */
  constructor(code: FileProblemCode, message: string = code) {
    super(message)
    this.name = 'FileProblem'
    this.code = code
  }

  /** Whether it passes by itself: then it is tried again, and nobody needs to do anything. */
  get passes(): boolean {
    return passing.has(this.code)
  }
}

const passing = new Set<FileProblemCode>(['offline', 'unavailable', 'conflict', 'too-many-uploads'])

/** What an answer says that is not what was asked for. Answers to some questions have no body, and proxies have their own. */
export function problemOf(status: number, body: string): FileProblem {
  const { code, message } = said(body)
  if (code !== null) return new FileProblem(code, message ?? code)
  if (status === 401) return new FileProblem('no-token')
  if (status === 403) return new FileProblem('denied')
  if (status === 404 || status === 410) return new FileProblem('no-file')
  if (status === 413) return new FileProblem('too-large')
  if (status === 507) return new FileProblem('full')
  if (status === 409 || status === 423) return new FileProblem('conflict')
  return new FileProblem(status >= 500 || status === 429 || status === 408 ? 'unavailable' : 'bad-request')
}

function said(body: string): { code: string | null; message: string | null } {
  try {
    const { code, message } = Object(JSON.parse(body)) as Record<string, unknown>
    return { code: typeof code === 'string' ? code : null, message: typeof message === 'string' ? message : null }
  } catch {
    return { code: null, message: null }
  }
}
