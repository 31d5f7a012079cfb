/**
 * What is said about messages: edits, deletions and reactions, in maps beside the array of a page. The keys name the
 * message and whoever says it, so that what several people do at once never takes each other's place.
 * Nothing here proves who wrote what: who may write in a document may write in any name. Honest clients agree on what counts.
 */

import type * as Y from 'yjs'
import { decodeKey, encodeKey } from './key.ts'
import { messagesOf, readElements } from './log.ts'
import {
  type Author,
  isId,
  isTime,
  type Message,
  newId,
  plainMentions,
  readAuthor,
  readMentions,
  tidyText,
} from './message.ts'
import { ownValue } from './own-value.ts'

/** What an edit of the message `messageId` says. Counts when `by` wrote the message. */
export interface EditSaid {
  readonly messageId: string
  readonly id: string
  readonly text: string
  readonly mentions: readonly Author[]
  readonly at: number
  readonly by: string
}

export interface Edit extends EditSaid {
  /** The Yjs id of the edit itself. */
  readonly client: number
  readonly clock: number
}

/** What is left of a message that was deleted. Counts when `author` wrote the message, and nobody else deletes. */
export interface Deletion {
  readonly messageId: string
  readonly author: Author
  readonly at: number
  /** The time of the message: its place in the log. */
  readonly sentAt: number
  /** The Yjs id of the deletion itself. */
  readonly client: number
  readonly clock: number
}

export interface Reaction {
  readonly messageId: string
  readonly emoji: string
  /** The id of whoever reacted. */
  readonly by: string
  readonly at: number
}

/** In UTF-16 units: the longest emoji are families, some twenty. */
export const maxEmojiLength = 32

export function editsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('edits')
}

export function deletionsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('deletions')
}

export function reactionsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('reactions')
}

/** Writes a new text of one's own message. False when it is somebody else's, or deleted, or nothing would be left. */
export function edit(
  doc: Y.Doc,
  { message }: { readonly message: Message },
  text: string,
  mentions: readonly Author[],
  by: string,
  now: number,
): boolean {
  const tidy = tidyText(text)
  if (by !== message.author.id || (tidy === '' && message.attachments.length === 0)) return false
  if (readDeletion(deletionsOf(doc), encodeKey(message.id, by)) !== null) return false
  const value = { text: tidy, mentions: plainMentions(mentions), at: now, by }
  editsOf(doc).set(encodeKey(message.id, newId()), value)
  return true
}

/** Deletes one's own message: its content leaves the page, its place stays. False when it is somebody else's. */
export function remove(doc: Y.Doc, { message }: { readonly message: Message }, by: string, now: number): boolean {
  if (by !== message.author.id) return false
  doc.transact(() => {
    const key = encodeKey(message.id, by)
    const author = { id: by, name: message.author.name }
    if (readDeletion(deletionsOf(doc), key) === null) deletionsOf(doc).set(key, { at: now, sentAt: message.at, author })
    sweep(doc, message.id, by)
  })
  return true
}

/** Reacts, or takes a reaction back. */
export function toggleReaction(doc: Y.Doc, messageId: string, emoji: string, userId: string, at: number): boolean {
  if (!isId(messageId) || !isEmoji(emoji) || !isId(userId)) return false
  const reactions = reactionsOf(doc)
  const key = encodeKey(messageId, emoji, userId)
  if (reactions.has(key)) reactions.delete(key)
  else reactions.set(key, at)
  return true
}

/**
 * Ends what `self` deleted, in all pages of a channel that are loaded: a copy of the message that came to another page
 * meanwhile, an edit written elsewhere before that was known. Writes nothing when nothing is left over.
 */
export function finishDeletions(pages: readonly Y.Doc[], self: string): void {
  const deleted = pages.flatMap(doc => readDeletions(doc).filter(({ author }) => author.id === self))
  if (deleted.length === 0) return
  for (const doc of pages) {
    const own = new Map(
      readElements(messagesOf(doc)).flatMap(({ message }) =>
        message.author.id === self ? [[message.id, message]] : [],
      ),
    )
    const edited = new Set([...editsOf(doc).keys()].map(key => decodeKey(key, 2)?.[0]))
    for (const { messageId, at } of deleted) {
      const message = own.get(messageId)
      if (message !== undefined) remove(doc, { message }, self, at)
      else if (edited.has(messageId)) doc.transact(() => sweep(doc, messageId, self))
    }
  }
}

/** Takes the content of a message by `by` out of a page, and what was said about it. */
function sweep(doc: Y.Doc, messageId: string, by: string): void {
  const messages = messagesOf(doc)
  const gone = readElements(messages).filter(({ message }) => message.id === messageId && message.author.id === by)
  if (gone.length > 0) {
    const at = positionsOf(messages, gone)
    for (const position of at.reverse()) messages.delete(position, 1)
  }
  for (const key of [...editsOf(doc).keys()]) {
    if (decodeKey(key, 2)?.[0] === messageId) editsOf(doc).delete(key)
  }
  for (const key of [...reactionsOf(doc).keys()]) {
    if (decodeKey(key, 3)?.[0] === messageId) reactionsOf(doc).delete(key)
  }
}

function positionsOf(messages: Y.Array<unknown>, wanted: readonly { client: number; clock: number }[]): number[] {
  const positions: number[] = []
  let position = 0
  for (let item = messages._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    const { id, length } = item
    for (const { client, clock } of wanted) {
      if (client === id.client && clock >= id.clock && clock < id.clock + length)
        positions.push(position + clock - id.clock)
    }
    position += length
  }
  return positions
}

export function readEdit(edits: Y.Map<unknown>, key: string): Edit | null {
  const said = readEditSaid(key, edits.get(key))
  const item = itemOf(edits, key)
  return said === null || item === null ? null : { ...said, ...item }
}

/** An entry of the edits, wherever it was found. */
export function readEditSaid(key: string, value: unknown): EditSaid | null {
  const [messageId, id] = decodeKey(key, 2) ?? []
  const text = ownValue(value, 'text')
  const at = ownValue(value, 'at')
  const by = ownValue(value, 'by')
  if (!isId(messageId) || !isId(id) || typeof text !== 'string' || !isTime(at) || !isId(by)) return null
  return { messageId, id, text, mentions: readMentions(ownValue(value, 'mentions')), at, by }
}

export function readDeletion(deletions: Y.Map<unknown>, key: string): Deletion | null {
  const [messageId, by] = decodeKey(key, 2) ?? []
  const value = deletions.get(key)
  const author = readAuthor(ownValue(value, 'author'))
  const at = ownValue(value, 'at')
  const sentAt = ownValue(value, 'sentAt')
  const item = itemOf(deletions, key)
  if (!isId(messageId) || author === null || by !== author.id || item === null) return null
  if (!isTime(at) || !isTime(sentAt)) return null
  return { messageId, author, at, sentAt, ...item }
}

/** The Yjs id of an entry, for which Yjs has no public way to ask. */
function itemOf(map: Y.Map<unknown>, key: string): { client: number; clock: number } | null {
  const item = map._map.get(key)
  return item === undefined ? null : { client: item.id.client, clock: item.id.clock }
}

export function readReaction(reactions: Y.Map<unknown>, key: string): Reaction | null {
  const [messageId, emoji, by] = decodeKey(key, 3) ?? []
  const at = reactions.get(key)
  if (!isId(messageId) || !isEmoji(emoji) || !isId(by) || !isTime(at)) return null
  return { messageId, emoji, by, at }
}

export function readDeletions(doc: Y.Doc): readonly Deletion[] {
  const deletions = deletionsOf(doc)
  return [...deletions.keys()].flatMap(key => readDeletion(deletions, key) ?? [])
}

/** Whether it is short and visible; which pictures there are is no business of a reader. */
function isEmoji(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxEmojiLength && /^[^\s\p{Cc}\p{Surrogate}]+$/u.test(value)
}
