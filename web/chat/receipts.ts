/**
 * What the server has shown it holds. A `y-websocket` client is never told "stored", but it hears two things from
 * which that follows: the state vector in the server's own SyncStep1, and every update the server sends, its own
 * echoed ones included. A message is *waiting* until one of them covers it; a socket that merely took the bytes
 * proves nothing.
 */

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { Entry } from './log.ts'

/** Client id -> the clock up to which its structs are held. */
export type StateVector = ReadonlyMap<number, number>

/** What one sync message of the server says about what it holds. */
export type Heard =
  | { readonly kind: 'vector'; readonly vector: StateVector }
  | { readonly kind: 'update'; readonly vector: StateVector }

export const nothingHeld: StateVector = new Map()

/** Reads a sync message (after its leading message type) without moving the decoder; null when it is malformed. */
export function readHeard(decoder: decoding.Decoder): Heard | null {
  try {
    const copy = decoding.clone(decoder)
    const step = decoding.readVarUint(copy)
    const payload = decoding.readVarUint8Array(copy)
    if (step === 0) return { kind: 'vector', vector: Y.decodeStateVector(payload) }
    // The server's log has no gaps, so the end of an update is the end of everything before it.
    return { kind: 'update', vector: Y.parseUpdateMeta(payload).to }
  } catch {
    return null
  }
}

/**
 * What is held after hearing that. The first vector of a connection replaces what was believed, so that a server that
 * was restored from an old backup is believed, too; everything else adds.
 */
export function afterHearing(held: StateVector, heard: Heard, firstOfConnection: boolean): StateVector {
  if (heard.kind === 'vector' && firstOfConnection) return heard.vector
  let changed: Map<number, number> | null = null
  for (const [client, clock] of heard.vector) {
    if (clock <= (held.get(client) ?? 0)) continue
    changed ??= new Map(held)
    changed.set(client, clock)
  }
  return changed ?? held
}

export function isWaiting(entry: Entry, held: StateVector): boolean {
  return entry.clock >= (held.get(entry.client) ?? 0)
}

/**
 * A SyncStep1 frame that asks the server for everything of the waiting messages' clients it is not known to hold.
 * Its answer contains them if it has them: a proof for the rare message whose echo was lost with an old socket.
 */
export function encodeProbe(own: StateVector, held: StateVector, waiting: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const asked = new Map(own)
  for (const { client } of waiting) asked.set(client, held.get(client) ?? 0)
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint8Array(encoder, Y.encodeStateVector(asked))
  return new Uint8Array(encoding.toUint8Array(encoder))
}

export function encodeVector(held: StateVector): Uint8Array {
  return Y.encodeStateVector(new Map(held))
}

/** Reads back what `encodeVector` wrote; nothing is held when it is anything else. */
export function decodeVector(stored: unknown): StateVector {
  if (!(stored instanceof Uint8Array)) return nothingHeld
  try {
    return Y.decodeStateVector(stored)
  } catch {
    return nothingHeld
  }
}
