import * as encoding from 'lib0/encoding'
import { Cursor, MalformedError, TooManyClientsError } from './cursor.ts'
import { MAX_CLOCK } from './struct.ts'

/** Client id -> the next clock that its holder does not know. */
export type StateVector = ReadonlyMap<number, number>

/** Reads a state vector from the wire. Throws `InputError`. */
export function parseStateVector(bytes: Uint8Array, maxEntries: number): Map<number, number> {
  const cursor = new Cursor(bytes)
  const count = cursor.uint()
  if (count * 2 > cursor.left) throw new MalformedError('a count exceeds the data')
  if (count > maxEntries) throw new TooManyClientsError('A state vector names more clients than this server accepts.')
  const vector = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const client = cursor.uint()
    const clock = cursor.uint()
    if (clock > MAX_CLOCK) throw new MalformedError('a clock is out of range')
    vector.set(client, Math.max(clock, vector.get(client) ?? 0))
  }
  if (!cursor.done) throw new MalformedError('there are bytes after the state vector')
  return vector
}

export function encodeStateVector(vector: StateVector): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, vector.size)
  for (const [client, clock] of vector) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
  }
  return encoding.toUint8Array(encoder)
}
