/** A message as it is shown: with its edits, its reactions and its end. */

import type { Deletion, Edit, Reaction } from './annotations.ts'
import type { Entry } from './log.ts'
import { type Author, newMessage } from './message.ts'

export interface Shown extends Entry {
  /** As it was sent. Of a deleted message only id, author and time are left. */
  readonly page: number
  /** As it reads now. */
  readonly text: string
  readonly mentions: readonly Author[]
  readonly isEdited: boolean
  /** The Yjs id of the edit after which it reads so; null when it reads as it was sent. */
  readonly editedBy: YjsId | null
  /** How it has read, the original first, the present text last. Empty when it is deleted. */
  readonly history: readonly Version[]
  readonly isDeleted: boolean
  readonly reactions: readonly ShownReaction[]
}

export interface YjsId {
  readonly client: number
  readonly clock: number
}

export interface Version extends YjsId {
  /** Of the edit; empty for the original. */
  readonly id: string
  readonly text: string
  readonly mentions: readonly Author[]
  readonly at: number
}

export interface ShownReaction {
  readonly emoji: string
  /** Ids of those who reacted, in the order in which they did. */
  readonly people: readonly string[]
}

/** Older edits than these are not shown. */
const maxVersions = 100
const maxReactions = 100

/** A message with what was said about it. */
export function showMessage(entry: Entry, page: number, edits: Iterable<Edit>, reactions: Iterable<Reaction>): Shown {
  const { message, client, clock } = entry
  const original: Version = { id: '', text: message.text, mentions: message.mentions, at: message.at, client, clock }
  const own = [...edits].filter(({ by }) => by === message.author.id)
  return withHistory(entry, page, [original, ...own.map(version)], showReactions(reactions))
}

/** What is left of a deleted message. Its Yjs id is the deletion's: by that one can tell whether the server knows. */
export function showDeletion({ messageId, author, sentAt, client, clock }: Deletion, page: number): Shown {
  const message = newMessage({ id: messageId, author, text: '', at: sentAt })
  return {
    message,
    page,
    client,
    clock,
    text: '',
    mentions: [],
    isEdited: false,
    editedBy: null,
    history: [],
    isDeleted: true,
    reactions: [],
  }
}

/**
 * The copies of one message in several pages as one, shown in the newest page: all edits, all reactions, and deleted
 * when its author deleted any of them.
 */
export function mergeCopies(copies: readonly [Shown, ...Shown[]]): Shown {
  const byPage = [...copies].sort((a, b) => a.page - b.page)
  // The first is where it was sent: a stranger's message with the same id comes after it.
  const { author } = (byPage.find(copy => !copy.isDeleted) ?? copies[0]).message
  const same = byPage.filter(({ message }) => message.author.id === author.id)
  const newest = same.at(-1) ?? copies[0]
  const deleted = same.findLast(copy => copy.isDeleted)
  if (deleted !== undefined) return deleted
  const versions = new Map(same.flatMap(({ history }) => history.map(found => [found.id, found])))
  return withHistory(newest, newest.page, [...versions.values()], joinReactions(same))
}

export function sameShown(a: Shown, b: Shown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Display order: (time, id). */
export function compareShown({ message: a }: Shown, { message: b }: Shown): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function withHistory(entry: Entry, page: number, found: Version[], reactions: readonly ShownReaction[]): Shown {
  const { message, client, clock } = entry
  const [original, ...later] = found.sort((a, b) => Number(a.id !== '') - Number(b.id !== '') || compareVersions(a, b))
  const history = [...(original === undefined ? [] : [original]), ...later.slice(-maxVersions)]
  const last = history.at(-1)
  return {
    message,
    page,
    client,
    clock,
    text: last?.text ?? message.text,
    mentions: last?.mentions ?? message.mentions,
    isEdited: history.length > 1,
    editedBy: last === undefined || last.id === '' ? null : { client: last.client, clock: last.clock },
    history,
    isDeleted: false,
    reactions,
  }
}

function version({ id, text, mentions, at, client, clock }: Edit): Version {
  return { id, text, mentions, at, client, clock }
}

function compareVersions(a: Version, b: Version): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function showReactions(reactions: Iterable<Reaction>): readonly ShownReaction[] {
  const inOrder = [...reactions].sort((a, b) => a.at - b.at || (`${a.by} ${a.emoji}` < `${b.by} ${b.emoji}` ? -1 : 1))
  const people = new Map<string, string[]>()
  for (const { emoji, by } of inOrder) {
    const known = people.get(emoji)
    if (known !== undefined) known.push(by)
    else if (people.size < maxReactions) people.set(emoji, [by])
  }
  return [...people].map(([emoji, who]) => ({ emoji, people: who }))
}

function joinReactions(copies: readonly Shown[]): readonly ShownReaction[] {
  const people = new Map<string, Set<string>>()
  for (const { reactions } of copies) {
    for (const { emoji, people: who } of reactions) people.set(emoji, new Set([...(people.get(emoji) ?? []), ...who]))
  }
  return [...people].map(([emoji, who]) => ({ emoji, people: [...who] }))
}
