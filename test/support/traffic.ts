import * as Y from 'yjs'
import { edit } from './editing.ts'
import { quietDoc } from './oracle.ts'
import type { Random } from './random.ts'

/** Updates as honest clients send them, each after everything it builds on. Client ids are 1, 2, 3 ... */
export function traffic(random: Random, clientCount: number, updateCount: number): Uint8Array[] {
  const updates: Uint8Array[] = []
  const docs = Array.from({ length: clientCount }, (_, i) => quietDoc(i + 1))
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'me') updates.push(update)
    })
  }
  const seen = docs.map(() => 0)
  while (updates.length < updateCount) {
    const i = random.below(clientCount)
    if (random.chance(0.4)) {
      for (const update of updates.slice(seen[i])) Y.applyUpdate(docs[i], update)
      seen[i] = updates.length
    }
    docs[i].transact(() => {
      for (let edits = 1 + random.below(3); edits > 0; edits--) edit(random, docs[i])
    }, 'me')
    // Now and then somebody reconnects and sends all they have.
    if (random.chance(0.05)) updates.push(Y.encodeStateAsUpdate(docs[i]))
  }
  return updates
}
