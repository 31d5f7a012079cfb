/** A channel with a great many messages, written by a program page by page as the chat itself writes them. */

import * as Y from 'yjs'
import { append } from '../../web/chat/log.ts'
import { openPage, pageSize } from '../../web/chat/pages.ts'
import { documentName, headName } from '../../web/chat/room-name.ts'
import { writeDocument } from './program.ts'

const authors = ['Ada', 'Lin', 'Noor', 'Tomás', 'Wei'].map(name => ({ id: `person-${name}`, name }))
const words = 'the boat came round pier before tide and crew took rope while evening light went over water again'.split(
  ' ',
)
const atOnce = 8

/** Message `n` of the channel, counted from 0. */
export function idOf(n: number): string {
  return `m${String(n).padStart(6, '0')}`
}

/** How the text of message `n` begins, and no other. */
export function labelOf(n: number): string {
  return `Entry ${n}:`
}

/** Writes `pages` pages, the last message a minute before now. */
export async function writeLongChannel(origin: string, channel: string, pages: number, now: number): Promise<void> {
  const count = pages * pageSize
  const timeOf = (n: number) => now - (count - n) * 60_000
  const head = new Y.Doc()
  const waiting: { name: string; doc: Y.Doc }[] = []
  for (let page = 0; page < pages; page++) {
    const doc = new Y.Doc()
    // One transaction: as a page is when it was opened anew and compacted.
    doc.transact(() => {
      for (let n = page * pageSize; n < (page + 1) * pageSize; n++) {
        // A few in a row are of one author.
        const author = authors[Math.floor(n / 3) % authors.length] ?? { id: '', name: '' }
        append(doc, { id: idOf(n), author, text: textOf(n), at: timeOf(n) })
      }
    })
    if (page + 1 < pages) openPage(head, page + 1, timeOf((page + 1) * pageSize), doc)
    waiting.push({ name: documentName(channel, page), doc })
  }
  const write = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await writeDocument(origin, next.name, next.doc)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, write))
  await writeDocument(origin, headName(channel), head)
}

/** From a few words to a few lines, and of every kind some. */
function textOf(n: number): string {
  const length = n % 50 === 7 ? 120 : n % 11 === 3 ? 40 : 3 + ((n * 7) % 13)
  const text = Array.from({ length }, (_, i) => words[(n * 31 + i * 17) % words.length]).join(' ')
  // Not `12. `, which begins a list.
  return `${labelOf(n)} ${text}`
}
