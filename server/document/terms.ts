import { closings } from '../../protocol/close.ts'
import { InputError } from './cursor.ts'

/** On which terms an update from the wire is judged: what may be in it, and whose it is. */
export interface Terms {
  /** Client ids that it may name. */
  readonly clients: number
  /** Whether new structs under that id are for somebody else to bring; until they do, they are held. */
  isOthers?(client: number): boolean
  /** Whether it may only repeat what is known: the first thing beyond that then ends the reading. */
  mayOnlyRepeat?(): boolean
}

export const ANY_TERMS: Terms = { clients: Number.POSITIVE_INFINITY }

/** There is something new in an update that may only repeat what is known. */
export class NewsError extends InputError {
  readonly closing = 'may-not-write'

  constructor() {
    super(closings['may-not-write'].reason)
    this.name = 'NewsError'
  }
}
