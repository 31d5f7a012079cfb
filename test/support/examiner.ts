import { systemClock } from '../../server/clock.ts'
import { LevelStore } from '../../server/store/level.ts'
import { type StoredRoom, StoreError } from '../../server/store/store.ts'
import { comparable } from './comparable.ts'

/** What a store held before it was harmed, in a form that can be sent to another process. */
export interface Holdings {
  /** Each room as text. */
  rooms: [name: string, room: string][]
  infos: string
}

export type Verdict = 'whole' | 'reported' | { silently: string }

export async function holdings(store: LevelStore, names: string[]): Promise<Holdings> {
  const rooms: [string, string][] = []
  for (const name of names) rooms.push([name, comparable(await store.load(name))])
  return { rooms, infos: JSON.stringify(await infosOf(store)) }
}

/** Whether a store over `path` has all of it, or says what is wrong. */
export async function examine(path: string, expected: Holdings): Promise<Verdict> {
  const store = new LevelStore(path, { clock: systemClock })
  try {
    await store.open()
    let reported = false
    for (const [name, room] of expected.rooms) {
      const loaded: StoredRoom = await store.load(name)
      if (loaded.damage !== null) reported = true
      else if (comparable(loaded) !== room) return { silently: `room ${name} is another: ${comparable(loaded)}` }
    }
    const infos = await infosOf(store)
    const names = infos.map(info => info.name)
    for (const [name] of expected.rooms) if (!names.includes(name)) return { silently: `there is no room ${name}` }
    for (const name of names) {
      // A key with a flipped bit can name a room that never was; it must not pass for one that is whole.
      if (expected.rooms.some(([known]) => known === name)) continue
      if ((await store.load(name)).damage === null) return { silently: `there is a room ${name}` }
      reported = true
    }
    if (!reported && JSON.stringify(infos) !== expected.infos) return { silently: `the list is another: ${infos}` }
    return reported ? 'reported' : 'whole'
  } catch (error) {
    if (error instanceof StoreError) return 'reported'
    return { silently: `an error that is not the store's: ${error}` }
  } finally {
    await store.close()
  }
}

async function infosOf(store: LevelStore) {
  const infos = []
  for await (const info of store.list()) infos.push(info)
  return infos.sort((a, b) => (a.name < b.name ? -1 : 1))
}
