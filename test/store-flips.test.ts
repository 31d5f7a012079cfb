import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../server/store/store.ts'
import { record, snapshot } from './contract/store.ts'
import { type Holdings, holdings } from './support/examiner.ts'
import { ExaminerProcess } from './support/examiner-process.ts'
import { Random } from './support/random.ts'
import { StoreDirectory } from './support/store-directory.ts'

const SEED = Number(process.env.SEED ?? 4711)
const TIMES = Number(process.env.SEEDS ?? 1)
const ROOMS = ['a', 'b', 'c', 'd']

let directory: StoreDirectory
let examiner: ExaminerProcess
let expected: Holdings

/** Two tables, a snapshot, records in the log, rooms that are only in one of them. */
beforeEach(async () => {
  directory = new StoreDirectory()
  mkdirSync(join(directory.path, 'examiner'))
  examiner = await ExaminerProcess.start(join(directory.path, 'examiner'))
  const store = directory.store()
  await store.open()
  await write(store, 1, 12)
  await store.reopen()
  await write(store, 13, 20)
  await store.compact('b', snapshot(15, { index: new Uint8Array(300) }), null)
  await store.append('d', [record(1)])
  await store.reopen()
  await store.append('a', [record(21)])
  await store.append('c', [record(21), record(22)])
  expected = await holdings(store, ROOMS)
})

afterEach(async () => {
  examiner.stop()
  await directory.remove()
})

async function write(store: Store, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await Promise.all(ROOMS.slice(0, 3).map(room => store.append(room, [record(n)])))
}

function copy(): string {
  const path = directory.fresh()
  cpSync(directory.data, path, { recursive: true })
  return path
}

test.each([
  ['table', /\.ldb$/, 300, 100],
  ['write-ahead log', /\.log$/, 40, 20],
  ['manifest', /^MANIFEST/, 40, 20],
  ['CURRENT file', /^CURRENT$/, 10, 9],
  ['commit counter', /^y-harbor/, 10, 0],
])(`a flipped bit in a %s is harmless or reported, wherever it is (seed ${SEED})`, async (_, name, count, least) => {
  expect(await examiner.examine(copy(), expected)).toBe('whole')
  const random = new Random(SEED)
  const verdicts = { whole: 0, reported: 0, aborted: 0 }
  for (let n = 0; n < count * TIMES; n++) {
    const path = copy()
    const file = join(path, random.pick(readdirSync(path).filter(found => name.test(found))))
    const bit = random.below(statSync(file).size * 8)
    const bytes = readFileSync(file)
    bytes[bit >> 3] ^= 1 << (bit & 7)
    writeFileSync(file, bytes)
    const verdict = await examiner.examine(path, expected)
    if (typeof verdict !== 'string') throw new Error(`bit ${bit} of ${file}: ${verdict.silently}`)
    verdicts[verdict]++
    rmSync(path, { recursive: true })
  }
  expect(verdicts.reported).toBeGreaterThanOrEqual(least)
})
