import { edit } from '../support/editing.ts'
import type { Random } from '../support/random.ts'
import { Stage } from '../support/stage.ts'
import { Honest } from './honest.ts'
import { Harbour } from './line.ts'
import { type TongueName, tongueNames, tongues } from './tongues.ts'

/** What clients of each dialect said while they edited a room together: every frame, from the first on. */
export type Recording = Record<TongueName, Uint8Array[]>

export async function record(random: Random): Promise<Recording> {
  const stage = await Stage.set()
  const harbour = new Harbour(stage)
  const clients = tongueNames.map((name, i) => new Honest(harbour, tongues[name], { id: 5 + i }))
  for (const client of clients) await client.enter()
  for (let round = 0; round < 12; round++) {
    for (const client of clients) {
      edit(random, client.doc)
      if (random.chance(0.3)) client.awareness.setLocalStateField('cursor', { at: random.below(100) })
      client.speak()
    }
    await stage.run()
    stage.clock.advance(100)
    await stage.run()
    for (const client of clients) client.listen()
  }
  for (const client of clients) client.leave()
  const said = (i: number): Uint8Array[] => clients[i].said
  return { 'y-websocket': said(0), native: said(1), hocuspocus: said(2) }
}
