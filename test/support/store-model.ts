import { expect } from 'vitest'
import type { NewRecord, Snapshot, Store, StoredRecord } from '../../server/store/store.ts'
import { comparable } from './comparable.ts'

interface ModelRoom {
  seq: number
  updated: number
  epoch: number | null
  snapshot: Snapshot | null
  records: StoredRecord[]
}

const EMPTY: ModelRoom = { seq: 0, updated: 0, epoch: null, snapshot: null, records: [] }

/** What a store should hold, as plain values. Each operation is done to both and compared. */
export class StoreModel {
  readonly #rooms = new Map<string, ModelRoom>()

  async append(store: Store, name: string, records: NewRecord[], epoch = 0): Promise<void> {
    const room = this.#rooms.get(name) ?? EMPTY
    const stored = records.map((record, at) => ({ seq: room.seq + 1 + at, ...record }))
    if (records.length > 0) {
      const seq = room.seq + records.length
      const updated = records.at(-1)?.time ?? 0
      this.#rooms.set(name, {
        seq,
        updated,
        epoch: room.epoch ?? epoch,
        snapshot: room.snapshot,
        records: [...room.records, ...stored],
      })
    }
    expect(await store.append(name, records, epoch)).toBe(room.seq + 1)
  }

  /** Compacts at a fraction of what can be compacted; `wrongFence` is a guess that is sometimes right. */
  async compact(store: Store, name: string, fraction: number, parts: Uint8Array[], wrongFence: number | null) {
    const room = this.#rooms.get(name) ?? EMPTY
    const fence = room.snapshot?.seq ?? null
    const seq = (fence ?? 0) + Math.floor(fraction * (room.seq - (fence ?? 0)))
    const index = new Uint8Array([seq, parts.length])
    const aside = parts.length % 2 === 0 ? null : new Uint8Array([parts.length])
    const snapshot: Snapshot = { seq, index, parts, aside }
    const previous = wrongFence ?? fence
    if (previous === fence) {
      this.#rooms.set(name, {
        ...room,
        epoch: room.epoch ?? 0,
        snapshot,
        records: room.records.filter(record => record.seq > seq),
      })
    }
    expect(await store.compact(name, snapshot, previous)).toBe(previous === fence)
  }

  async checkRoom(store: Store, name: string): Promise<void> {
    const { seq, epoch, snapshot, records } = this.#rooms.get(name) ?? EMPTY
    const loaded = await store.load(name)
    expect(comparable(loaded)).toEqual(comparable({ head: seq, epoch, snapshot, records, legacy: [], damage: null }))
  }

  async check(store: Store): Promise<void> {
    for (const name of this.#rooms.keys()) await this.checkRoom(store, name)
    const listed = new Map<string, unknown>()
    for await (const info of store.list()) {
      expect(listed.has(info.name)).toBe(false)
      listed.set(info.name, info)
    }
    const expected = [...this.#rooms].map(([name, { seq, updated, snapshot, records }]) => {
      const updates = [...(snapshot?.parts ?? []), ...records.map(record => record.update)]
      const bytes = updates.reduce((sum, { length }) => sum + length, 0)
      return [name, { name, bytes, records: records.length, seq, updated }] as const
    })
    expect(listed).toEqual(new Map<string, unknown>(expected))
  }
}
