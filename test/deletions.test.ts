import { describe, expect, test } from 'vitest'
import { TooManyClientsError } from '../server/document/cursor.ts'
import { Document } from '../server/document/document.ts'
import type { LargeVerdict, Taken } from '../server/document/gate.ts'
import { addRange, type Ranges } from '../server/document/ranges.ts'
import { NO_BOUNDS, TooManyRangesError } from '../server/document/terms.ts'
import { parseUpdate } from '../server/document/update.ts'
import { Random } from './support/random.ts'
import { gc, type RoughRange, text, write } from './support/rough.ts'

const AUTHOR = 5
const SLICES = { sliceStructs: 10, partBytes: 1_000 }

/** A document in which AUTHOR has written so much. */
function written(clocks: number): Document {
  const document = Document.open(null)
  take(document, write({ sections: [{ client: AUTHOR, clock: 0, structs: [gc(clocks)] }], deletes: [] }))
  return document
}

function take(document: Document, update: Uint8Array): void {
  const { taken } = document.judge(update)
  if (taken !== null) commit(document, [taken])
}

function commit(document: Document, taken: readonly Taken[]): void {
  for (const record of taken) {
    document.accept(record)
    document.commit(record, document.seq + 1)
  }
}

const deletions = (...ranges: RoughRange[]): Uint8Array =>
  write({ sections: [], deletes: [{ client: AUTHOR, ranges }] })

/** Every second clock, in no order. */
function shuffled(count: number, random = new Random(1)): RoughRange[] {
  const ranges = Array.from({ length: count }, (_, i): RoughRange => [2 * i, 1])
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const [one, other] = [ranges[i], ranges[j]]
    ranges[i] = other
    ranges[j] = one
  }
  return ranges
}

/** Runs to the end; `between` is called after every slice. */
function judged(document: Document, update: Uint8Array, between: (slice: number) => void = () => undefined) {
  const work = document.judging(update, SLICES)
  for (let slices = 1; ; slices++) {
    const { done, value } = work.next()
    if (done === true) return { slices, ...(value as LargeVerdict) }
    between(slices)
  }
}

describe('R10: the deletions of a large update', () => {
  test('are read and judged a slice at a time', () => {
    const { slices, taken, missing } = judged(written(2_000), deletions(...shuffled(1_000)))
    expect(slices).toBeGreaterThan((2 * 1_000) / SLICES.sliceStructs)
    expect(missing.size).toBe(0)
    expect(taken.map(({ deletes }) => deletes.get(AUTHOR)?.length)).toEqual([2 * 1_000])
  })

  test('of many lists, too', () => {
    const deletes = Array.from({ length: 1_000 }, (_, i) => ({ client: 10 + i, ranges: [[0, 1]] as RoughRange[] }))
    const { slices, missing } = judged(Document.open(null), write({ sections: [], deletes }))
    expect(slices).toBeGreaterThan((2 * 1_000) / SLICES.sliceStructs)
    expect(missing.size).toBe(1_000)
  })

  test('are taken when what they delete comes while they are judged', () => {
    const document = written(10)
    const news = write({ sections: [{ client: 9, clock: 0, structs: [text('x')] }], deletes: [] })
    const update = write({
      sections: [],
      deletes: [
        { client: 9, ranges: [[0, 1]] },
        { client: AUTHOR, ranges: Array.from({ length: 100 }, (_, i): RoughRange => [20 + 2 * i, 1]) },
      ],
    })
    // The first list has been judged by then, the second has not.
    const { taken, missing } = judged(document, update, slice => slice === 15 && take(document, news))
    expect(taken.map(({ deletes }) => [...deletes])).toEqual([[[9, [0, 1]]]])
    expect([...missing.keys()]).toEqual([AUTHOR])
  })
})

test('ranges in any order, overlapping or not, cover what they cover one by one', () => {
  const random = new Random(7)
  for (let round = 0; round < 200; round++) {
    const ranges = Array.from(
      { length: 1 + random.below(40) },
      (): RoughRange => [random.below(150), 1 + random.below(9)],
    )
    const expected: Ranges = []
    for (const [clock, length] of ranges) addRange(expected, clock, clock + length)
    expect(parseUpdate(deletions(...ranges)).deletes.get(AUTHOR)).toEqual(expected)
  }
})

describe('ranges of deletions', () => {
  test('are counted before they are read, over all lists', () => {
    const deletes = [1, 2, 3].map(client => ({ client, ranges: [[0, 1]] as RoughRange[] }))
    const update = write({ sections: [], deletes })
    expect(parseUpdate(update, true, { ...NO_BOUNDS, ranges: 3 }).deletes.size).toBe(3)
    expect(() => parseUpdate(update, true, { ...NO_BOUNDS, ranges: 2 })).toThrow(TooManyRangesError)
    expect(() => parseUpdate(update, true, { clients: 2, ranges: 2 })).toThrow(TooManyClientsError)
  })

  test('of a document are known in number, also when they merge', () => {
    const document = written(100)
    take(document, deletions([0, 1], [4, 1], [8, 1]))
    expect(document.deletedRanges).toBe(3)
    take(document, deletions([1, 3]))
    expect(document.deletedRanges).toBe(2)
    take(document, deletions([0, 100]))
    expect(document.deletedRanges).toBe(1)
  })
})
