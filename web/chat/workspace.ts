/**
 * The directory of a server, in the document `workspace`: its channels, its members, its shared documents.
 * Every field lies under a key of its own, `[id, field]`: two people who make or rename the same thing at once lose
 * nothing of each other but the same field. The name that a thing was made with is part of `created`, which a rename does
 * not touch, so that arriving at a channel by its address never undoes a rename.
 */

import type * as Y from 'yjs'
import { lazily } from '../words/lazily.ts'
import { directId } from './direct-id.ts'
import { decodeKey, encodeKey } from './key.ts'
import { type Author, isId, isTime, readAuthor, tidyName } from './message.ts'
import { ownValue } from './own-value.ts'
import { readRoomName } from './room-name.ts'

export interface Channel {
  readonly id: string
  readonly name: string
  readonly topic: string
  readonly createdAt: number
  /** A user's id. */
  readonly createdBy: string
  readonly archivedAt: number | null
}

/** A conversation of two, or of one with itself. */
export interface Direct {
  readonly id: string
  /** Their ids: one or two, sorted. */
  readonly members: readonly string[]
  readonly createdAt: number
}

export interface SharedDocument {
  readonly kind: DocumentKind
  readonly id: string
  readonly title: string
  readonly createdAt: number
  readonly createdBy: string
  readonly archivedAt: number | null
}

export type DocumentKind = 'note' | 'board'

/** By name; archived ones are among them. */
export interface Workspace {
  readonly channels: readonly Channel[]
  readonly directs: readonly Direct[]
  readonly documents: readonly SharedDocument[]
  readonly members: readonly Author[]
}

/** In characters. */
export const maxTitleLength = 80
export const maxTopicLength = 250

export function channelsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('channels')
}

export function documentsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('documents')
}

export function membersOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('members')
}

/** Makes a channel and returns its id. An empty name makes none: null. */
export function createChannel(
  doc: Y.Doc,
  {
    name,
    topic = '',
    by,
    at,
  }: { readonly name: string; readonly topic?: string; readonly by: string; readonly at: number },
): string | null {
  const tidy = tidyTitle(name)
  if (tidy === '') return null
  // By this a token's room patterns tell channels from the conversations of two, `dm.`.
  const id = `c-${newShortId()}`
  doc.transact(() => {
    channelsOf(doc).set(encodeKey(id, 'created'), { kind: 'channel', name: tidy, at, by })
    if (topic !== '') setTopic(doc, id, topic)
  })
  return id
}

/** Lists the channel that somebody came to by its address. Does nothing when it is there. */
export function ensureChannel(doc: Y.Doc, id: string, name: string, by: string, at: number): void {
  const key = encodeKey(id, 'created')
  if (isTime(ownValue(channelsOf(doc).get(key), 'at')) || !isChannelId(id)) return
  channelsOf(doc).set(key, { kind: 'channel', name: tidyTitle(name), at, by })
}

/** Lists the conversation of two people and returns its id. */
export function openDirect(doc: Y.Doc, a: string, b: string, at: number): string {
  const id = directId(a, b)
  const key = encodeKey(id, 'created')
  if (!isTime(ownValue(channelsOf(doc).get(key), 'at')))
    channelsOf(doc).set(key, { kind: 'direct', members: [...new Set([a, b])].sort(), at })
  return id
}

export function createDocument(
  doc: Y.Doc,
  {
    kind,
    title,
    by,
    at,
  }: { readonly kind: DocumentKind; readonly title: string; readonly by: string; readonly at: number },
): string {
  const id = newShortId()
  documentsOf(doc).set(encodeKey(id, 'created'), { kind, title: tidyTitle(title), at, by })
  return id
}

/** Renames a channel. False when nothing is left of the name. */
export function rename(doc: Y.Doc, id: string, name: string): boolean {
  return setField(channelsOf(doc), id, 'name', tidyTitle(name))
}

export function setTopic(doc: Y.Doc, id: string, topic: string): void {
  setIfOther(channelsOf(doc), encodeKey(id, 'topic'), tidyLine(topic, maxTopicLength))
}

export function archive(doc: Y.Doc, id: string, at: number): void {
  channelsOf(doc).set(encodeKey(id, 'archivedAt'), at)
}

export function restore(doc: Y.Doc, id: string): void {
  setIfOther(channelsOf(doc), encodeKey(id, 'archivedAt'), null)
}

export function renameDocument(doc: Y.Doc, id: string, title: string): boolean {
  return setField(documentsOf(doc), id, 'title', tidyTitle(title))
}

export function archiveDocument(doc: Y.Doc, id: string, at: number): void {
  documentsOf(doc).set(encodeKey(id, 'archivedAt'), at)
}

export function restoreDocument(doc: Y.Doc, id: string): void {
  setIfOther(documentsOf(doc), encodeKey(id, 'archivedAt'), null)
}

/** Makes oneself known, or one's new name. */
export function join(doc: Y.Doc, { id, name }: Author, at: number): void {
  const known = membersOf(doc).get(id)
  if (!isId(id) || tidyName(name) === '' || ownValue(known, 'name') === tidyName(name)) return
  const joinedAt = ownValue(known, 'joinedAt')
  membersOf(doc).set(id, { name: tidyName(name), joinedAt: isTime(joinedAt) ? joinedAt : at })
}

/** The name by which somebody is known; null when they are not. */
export function nameKnown(doc: Y.Doc, id: string): string | null {
  return readAuthor({ id, name: ownValue(membersOf(doc).get(id), 'name') })?.name || null
}

/** When somebody made themselves known; null when they have not. */
export function joinedAt(doc: Y.Doc, id: string): number | null {
  const at = ownValue(membersOf(doc).get(id), 'joinedAt')
  return isTime(at) ? at : null
}

export function readWorkspace(doc: Y.Doc): Workspace {
  return {
    ...readChannels(channelsOf(doc)),
    documents: readDocuments(documentsOf(doc)),
    members: readMembers(membersOf(doc)),
  }
}

export function readChannels(map: Y.Map<unknown>): Pick<Workspace, 'channels' | 'directs'> {
  const channels: Channel[] = []
  const directs: Direct[] = []
  for (const [id, fields] of readFields(map)) {
    const created = fields.get('created')
    const createdAt = ownValue(created, 'at')
    if (!isChannelId(id) || !isTime(createdAt)) continue
    const kind = ownValue(created, 'kind')
    if (kind === 'direct') {
      const members = readPair(ownValue(created, 'members'))
      if (members !== null && directId(members[0], members[1]) === id)
        directs.push({ id, members: [...new Set(members)].sort(), createdAt })
    } else if (kind === 'channel') {
      channels.push({
        id,
        name: readTitle(fields.get('name')) || readTitle(ownValue(created, 'name')) || tidyTitle(id),
        topic: readTopic(fields.get('topic')),
        createdAt,
        createdBy: readUser(ownValue(created, 'by')),
        archivedAt: readTime(fields.get('archivedAt')),
      })
    }
  }
  return { channels: channels.sort(byName(({ name }) => name)), directs: directs.sort(byName(({ id }) => id)) }
}

export function readDocuments(map: Y.Map<unknown>): readonly SharedDocument[] {
  const found: SharedDocument[] = []
  for (const [id, fields] of readFields(map)) {
    const created = fields.get('created')
    const kind = ownValue(created, 'kind')
    const createdAt = ownValue(created, 'at')
    if (!isShortId(id) || (kind !== 'note' && kind !== 'board') || !isTime(createdAt)) continue
    const title = readTitle(fields.get('title')) || readTitle(ownValue(created, 'title'))
    const createdBy = readUser(ownValue(created, 'by'))
    found.push({ kind, id, title, createdAt, createdBy, archivedAt: readTime(fields.get('archivedAt')) })
  }
  return found.sort(byName(({ title }) => title))
}

export function readMembers(map: Y.Map<unknown>): readonly Author[] {
  return [...map.keys()]
    .flatMap(id => readAuthor({ id, name: ownValue(map.get(id), 'name') }) ?? [])
    .filter(({ name }) => name !== '')
    .sort(byName(({ name }) => name))
}

/** One line of at most `maxTitleLength` characters. */
export function tidyTitle(title: string): string {
  return tidyLine(title, maxTitleLength)
}

/** Id -> field -> value. */
function readFields(map: Y.Map<unknown>): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
  const found = new Map<string, Map<string, unknown>>()
  for (const key of map.keys()) {
    const [id, field] = decodeKey(key, 2) ?? []
    if (typeof id !== 'string' || typeof field !== 'string') continue
    const fields = found.get(id)
    if (fields === undefined) found.set(id, new Map([[field, map.get(key)]]))
    else fields.set(field, map.get(key))
  }
  return found
}

function tidyLine(line: string, length: number): string {
  const tidy = line
    .slice(0, length * 8)
    .replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim()
  return [...tidy].slice(0, length).join('').trim()
}

function setField(map: Y.Map<unknown>, id: string, field: string, value: string): boolean {
  if (value === '') return false
  setIfOther(map, encodeKey(id, field), value)
  return true
}

function setIfOther(map: Y.Map<unknown>, key: string, value: string | null): void {
  if ((map.get(key) ?? null) !== value) map.set(key, value)
}

function readTitle(value: unknown): string {
  return typeof value === 'string' ? tidyTitle(value) : ''
}

function readTopic(value: unknown): string {
  return typeof value === 'string' ? tidyLine(value, maxTopicLength) : ''
}

function readTime(value: unknown): number | null {
  return isTime(value) ? value : null
}

function readUser(value: unknown): string {
  return isId(value) ? value : ''
}

function readPair(value: unknown): readonly [string, string] | null {
  if (!Array.isArray(value) || value.length < 1 || value.length > 2) return null
  const [a, b = a]: unknown[] = value
  return isId(a) && isId(b) ? [a, b] : null
}

function isChannelId(id: string): boolean {
  const read = readRoomName(id)
  return read.ok && read.name === id
}

/** Ten characters of 32, each 5 random bits; none that is mistaken for another. */
export function newShortId(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), byte => letters[byte % 32]).join('')
}

export function isShortId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
}

const collator = lazily(() => new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }))

/** As people sort, and the same order for everybody who speaks the same language. */
function byName<T extends { readonly id: string }>(nameOf: (thing: T) => string): (a: T, b: T) => number {
  return (a, b) => collator().compare(nameOf(a), nameOf(b)) || (a.id < b.id ? -1 : 1)
}
