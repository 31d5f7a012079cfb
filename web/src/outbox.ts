/**
 * Messages that wait: for their files to be on the server, or for a channel of which nothing is known yet. Each is sent
 * then, wherever in the app its author is; one that waits for files also when the page was loaded again meanwhile.
 */

import { Cell, type Readable } from '../chat/cell.ts'
import { ownValue, readMentions, readReplyTo } from '../chat/message.ts'
import { documentName } from '../chat/room-name.ts'
import type { Upload, Uploads } from '../uploads/index.ts'
import { attachmentsOf } from './attachments-of.ts'
import type { Written } from './channel-tail.ts'
import { draftKey } from './draft-key.ts'
import type { KeyValue } from './identity.ts'
import type { Workspace } from './workspace.ts'

export interface OutboxParts {
  workspace: Pick<Workspace, 'person' | 'tail' | 'write'>
  uploads: Promise<Pick<Uploads, 'all' | 'take'>>
  /** What this tab remembers: the files are this tab's, too. */
  tab: KeyValue
  /** Where drafts are: what waits is still one. */
  drafts: KeyValue
}

export interface Waiting {
  /** What is sent as soon as its files are on the server. */
  readonly message: Written | null
  /** How many were sent so while the page is open. */
  readonly sent: number
}

export class Outbox {
  readonly #parts: OutboxParts
  readonly #key: string
  readonly #waiting = new Map<string, Cell<Waiting>>()
  readonly #watched = new Map<string, () => void>()
  /** Channels in which something waited before the page was loaded. */
  readonly #earlier = new Set<string>()
  #uploads: Pick<Uploads, 'all' | 'take'> | null = null
  #isClosed = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#key = `y-harbor.outbox.${parts.workspace.person.id}`
    for (const [id, message] of readKept(parts.tab.getItem(this.#key))) {
      this.#earlier.add(id)
      this.#cell(id).set({ message, sent: 0 })
    }
    void parts.uploads.then(uploads => this.#recall(uploads))
  }

  /** What waits in a channel. */
  of(id: string): Readable<Waiting> {
    return this.#cell(id)
  }

  put(id: string, message: Written): void {
    this.#earlier.delete(id)
    this.#set(id, { ...this.#cell(id).get(), message })
    this.#watch(id)
  }

  /** It is a draft again, and sent when its author says so. */
  takeBack(id: string): void {
    const { message, sent } = this.#cell(id).get()
    if (message === null) return
    this.#stopWatching(id)
    this.#set(id, { message: null, sent })
  }

  close(): void {
    this.#isClosed = true
    for (const id of [...this.#watched.keys()]) this.#stopWatching(id)
  }

  #recall(uploads: Pick<Uploads, 'all' | 'take'>): void {
    if (this.#isClosed) return
    this.#uploads = uploads
    for (const [id, cell] of this.#waiting) {
      if (cell.get().message === null) continue
      // A copy of the tab has the words, and not the files.
      if (this.#earlier.has(id) && uploads.all(documentName(id, 0)).get().length === 0) this.takeBack(id)
      else this.#watch(id)
    }
  }

  #watch(id: string): void {
    if (this.#uploads === null || this.#watched.has(id)) return
    const files = this.#uploads.all(documentName(id, 0))
    const tail = this.#parts.workspace.tail(id)
    const look = () => this.#look(id, files.get())
    let stops: (() => void)[] = []
    const stopStates = () => {
      for (const stop of stops) stop()
    }
    const follow = () => {
      stopStates()
      stops = files.get().map(({ state }) => state.subscribe(look))
      look()
    }
    const stopFiles = files.subscribe(follow)
    const stopTail = tail.value.page.subscribe(look)
    this.#watched.set(id, () => {
      stopStates()
      stopFiles()
      stopTail()
      tail.release()
    })
    follow()
  }

  #stopWatching(id: string): void {
    this.#watched.get(id)?.()
    this.#watched.delete(id)
  }

  #look(id: string, files: readonly Upload[]): void {
    const { message, sent } = this.#cell(id).get()
    const states = files.map(({ state }) => state.get())
    if (message === null || states.some(({ kind }) => kind === 'waiting' || kind === 'sending')) return
    // Its author decides whether it goes without them.
    if (states.some(({ kind }) => kind === 'refused')) {
      this.takeBack(id)
      return
    }
    const { workspace, drafts } = this.#parts
    const tail = workspace.tail(id)
    // Before the files go from the list, which brings it back to here.
    if (tail.value.page.get() !== null) {
      this.#stopWatching(id)
      const isSent = workspace.write(tail.value, { ...message, attachments: attachmentsOf(files) })
      if (isSent && drafts.getItem(draftKey(id)) === message.text) drafts.removeItem(draftKey(id))
      this.#set(id, { message: null, sent: sent + Number(isSent) })
      if (isSent) this.#uploads?.take(files)
    }
    tail.release()
  }

  #cell(id: string): Cell<Waiting> {
    const known = this.#waiting.get(id)
    if (known !== undefined) return known
    const fresh = new Cell<Waiting>({ message: null, sent: 0 })
    this.#waiting.set(id, fresh)
    return fresh
  }

  #set(id: string, waiting: Waiting): void {
    this.#cell(id).set(waiting)
    const kept = [...this.#waiting].flatMap(([id, cell]) => {
      const { message } = cell.get()
      return message === null ? [] : [{ id, ...message }]
    })
    if (kept.length === 0) this.#parts.tab.removeItem(this.#key)
    else this.#parts.tab.setItem(this.#key, JSON.stringify(kept))
  }
}

function readKept(kept: string | null): [id: string, message: Written][] {
  try {
    const values: unknown = JSON.parse(kept ?? '[]')
    return Array.isArray(values) ? values.flatMap(readWaiting) : []
  } catch {
    return []
  }
}

function readWaiting(value: unknown): [id: string, message: Written][] {
  const id = ownValue(value, 'id')
  const text = ownValue(value, 'text')
  if (typeof id !== 'string' || typeof text !== 'string') return []
  const mentions = readMentions(ownValue(value, 'mentions'))
  return [[id, { text, mentions, replyTo: readReplyTo(ownValue(value, 'replyTo')) }]]
}
