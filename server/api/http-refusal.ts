/** Why something is refused over HTTP: the one table of codes. */
export const httpRefusals = {
  'no-token': { status: 401, message: 'This needs a token, in the header `Authorization` as `Bearer`.' },
  denied: { status: 403, message: 'The token does not allow this.' },
  'foreign-page': { status: 403, message: 'Pages of this origin may not ask this.' },
  'not-yours': { status: 403, message: 'Somebody else has begun this upload.' },
  'no-room': {
    status: 400,
    message: 'The metadata of an upload name its room: 1 to 255 bytes without control characters.',
  },
  'bad-request': { status: 400, message: 'The request cannot be read.' },
  'no-file': { status: 404, message: 'There is no such file.' },
  conflict: { status: 409, message: 'The upload goes on from another place: ask where.' },
  'tus-version': { status: 412, message: 'Uploads speak tus 1.0.0, which a request has to say in `Tus-Resumable`.' },
  'too-large': { status: 413, message: 'The file is larger than the server takes.' },
  'bad-range': { status: 416, message: 'The file does not have these bytes.' },
  'too-many-uploads': { status: 429, message: 'There are too many unfinished uploads. Finish or end some first.' },
  'too-many-searches': { status: 429, message: 'There are too many searches at once. Try again in a moment.' },
  unavailable: { status: 503, message: 'The server cannot say now. Try again in a moment.' },
  full: { status: 507, message: 'There is no room for this file on the server.' },
} as const

export type HttpRefusalCode = keyof typeof httpRefusals

/** Ends a request: the answer is `{ code, message }` as JSON. */
export class HttpRefusal extends Error {
  readonly code: HttpRefusalCode
  readonly status: (typeof httpRefusals)[HttpRefusalCode]['status']

  constructor(code: HttpRefusalCode, message: string = httpRefusals[code].message) {
    super(message)
    this.name = 'HttpRefusal'
    this.code = code
    this.status = httpRefusals[code].status
  }

  /** What `@tus/server` reads of an error that is thrown in one of its hooks. */
  get status_code(): number {
    return this.status
  }

  get body(): string {
    return JSON.stringify({ code: this.code, message: this.message })
  }

  response(): Response {
    const headers = new Headers({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    if (this.status === 401) headers.set('WWW-Authenticate', 'Bearer')
    if (this.status === 429 || this.status === 503) headers.set('Retry-After', '1')
    return new Response(this.body, { status: this.status, headers })
  }
}
