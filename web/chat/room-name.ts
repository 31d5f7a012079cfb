/** Room names: how they are written, where their page is, and which document holds their messages. */

/** The server allows 255 bytes for a document name; `chat/` and `/0` take seven. */
const maxBytes = 248

export type RoomName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly why: RoomNameFault }
export type RoomNameFault = 'empty' | 'long' | 'characters' | 'dots'

/** The name as everybody spells it, or why it cannot be one. */
export function readRoomName(typed: string): RoomName {
  const name = typed.normalize('NFC').trim()
  if (name === '') return { ok: false, why: 'empty' }
  if (/[\p{Cc}\p{Surrogate}]/u.test(name)) return { ok: false, why: 'characters' }
  // A browser resolves these inside an address, however they are escaped.
  if (name === '.' || name === '..') return { ok: false, why: 'dots' }
  if (new TextEncoder().encode(name).length > maxBytes) return { ok: false, why: 'long' }
  return { ok: true, name }
}

/** The path of a room's page. */
export function roomPath(name: string): string {
  return `/r/${encodeURIComponent(name)}`
}

/** What stands after `/r/` in a path, decoded; null for any other path. */
export function roomInPath(path: string): string | null {
  if (!path.startsWith('/r/')) return null
  try {
    return decodeURIComponent(path.slice(3))
  } catch {
    return path.slice(3)
  }
}

/** What the server calls the document that holds the room's page `page` of messages. */
export function documentName(name: string, page: number): string {
  return `chat/${name}/${page}`
}

/** What the server calls the document that says which pages a channel has. People meet there. */
export function headName(channel: string): string {
  return `chat/${channel}/h`
}

/** Whether there can be a document for that page: long names leave no space for large numbers. */
export function hasSpaceFor(channel: string, page: number): boolean {
  return new TextEncoder().encode(documentName(channel, page)).length <= 255
}

/** The document that lists channels, people and shared documents. */
export const workspaceName = 'workspace'

/** The document of one person: what they have read, what they muted. */
export function userDocumentName(userId: string): string {
  return `user/${encodeURIComponent(userId.replace(/\p{Surrogate}/gu, '\ufffd'))}`
}

/** The document of a note or a board. */
export function sharedDocumentName(kind: 'note' | 'board', id: string): string {
  return `${kind}/${id}`
}
