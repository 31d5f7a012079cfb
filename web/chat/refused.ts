/** Messages that the server refused: they are in no log until somebody sends them again. */

import type * as Y from 'yjs'
import { messagesOf, readLog } from './log.ts'
import type { Message } from './message.ts'

/** The messages that `withThem`, the document as it would be with refused edits, has beyond `doc`. In order. */
export function refusedMessages(withThem: Y.Doc, doc: Y.Doc): readonly Message[] {
  const known = new Set(readLog(messagesOf(doc)).map(({ message }) => message.id))
  return readLog(messagesOf(withThem)).flatMap(({ message }) => (known.has(message.id) ? [] : [message]))
}
