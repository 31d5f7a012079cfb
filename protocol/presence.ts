import * as encoding from 'lib0/encoding'
import { isTooDeep } from './json.ts'
import { type PresenceEntry, ProtocolError } from './message.ts'
import { Reader } from './reader.ts'

/** The smallest entry takes a byte for each of client, clock, length and at least `0` or `""`. */
const MIN_ENTRY_BYTES = 4

/**
 * The most that one message of presence may hold: more than a room keeps, because stock clients repeat what they hear.
 * All of it is parsed at once, and that should not take long.
 */
export const PRESENCE_ENTRIES = 4_000
export const PRESENCE_BYTES = 4 * 1024 * 1024

/** Reads an awareness update of y-protocols. Every state is JSON, so that no reader chokes on it. */
export function readPresence(bytes: Uint8Array): PresenceEntry[] {
  if (bytes.length > PRESENCE_BYTES) throw new ProtocolError('a message of presence is larger than the limit')
  const reader = new Reader(bytes)
  const count = reader.uint()
  if (count * MIN_ENTRY_BYTES > reader.left) throw new ProtocolError('a count exceeds the frame')
  if (count > PRESENCE_ENTRIES) throw new ProtocolError('a message of presence has more entries than the limit')
  const entries: PresenceEntry[] = []
  for (let i = 0; i < count; i++) {
    const client = reader.uint()
    const clock = reader.uint()
    entries.push({ client, clock, state: checkJson(reader.string()) })
  }
  reader.end()
  return entries
}

export function encodePresence(entries: readonly PresenceEntry[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, entries.length)
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, state)
  }
  return encoding.toUint8Array(encoder)
}

/**
 * The text as it is, except that every spelling of null is `null`. Throws `ProtocolError` when it is not JSON, or nested so deeply
 * that those who write or compare what it says would break: as deeply as no value in a document may be.
 */
export function checkJson(text: string): string {
  if (isTooDeep(text)) throw new ProtocolError('a value is nested too deeply')
  try {
    return JSON.parse(text) === null ? 'null' : text
  } catch {
    throw new ProtocolError('a value is not valid JSON')
  }
}
