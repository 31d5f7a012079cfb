import { closings } from '../../protocol/close.ts'
import { type Cursor, InputError, MalformedError, TooManyClientsError } from './cursor.ts'

/** On which terms an update from the wire is judged: what may be in it, and whose it is. */
export interface Terms {
  /** Client ids that it may name, and ranges of deletions it may hold. */
  readonly clients: number
  readonly ranges: number
  /** Whether new structs under that id are for somebody else to bring; until they do, they are held. */
  isOthers?(client: number): boolean
  /** Whether it may only repeat what is known: the first thing beyond that then ends the reading. */
  mayOnlyRepeat?(): boolean
}

/** What is looked at while an update is read, so that one that is not to be taken costs no more than up to there. */
export interface Bounds {
  readonly clients: number
  readonly ranges: number
  /** Hears of everything in it that `client` has to be known up to `clock` for, and may throw. */
  reach?(client: number, clock: number): void
}

export const ANY_TERMS: Terms = { clients: Number.POSITIVE_INFINITY, ranges: Number.POSITIVE_INFINITY }

export const NO_BOUNDS: Bounds = ANY_TERMS

/** How many lists follow, of one client each: a section or a list of deletions takes two bytes at least. */
export function countOfClients(cursor: Cursor, { clients }: Bounds): number {
  const count = cursor.uint()
  if (count * 2 > cursor.left) throw new MalformedError('a count exceeds the data')
  if (count > clients) throw new TooManyClientsError(closings['too-many-clients'].reason)
  return count
}

/** The bounds of an update that is to be judged on these terms, where so much of each client is known. */
export function boundsOf(clockOf: (client: number) => number, { clients, ranges, mayOnlyRepeat }: Terms): Bounds {
  if (mayOnlyRepeat === undefined) return { clients, ranges }
  const reach = (client: number, clock: number): void => {
    if (clock > clockOf(client) && mayOnlyRepeat()) throw new NewsError()
  }
  return { clients, ranges, reach }
}

/** There is something new in an update that may only repeat what is known. */
class NewsError extends InputError {
  readonly closing = 'may-not-write'

  constructor() {
    super(closings['may-not-write'].reason)
    this.name = 'NewsError'
  }
}

/** An update holds more ranges of deletions than it may. */
export class TooManyRangesError extends InputError {
  readonly closing = 'too-large'

  constructor() {
    super(closings['too-large'].reason)
    this.name = 'TooManyRangesError'
  }
}
