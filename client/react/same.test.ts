import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSame } from './same.ts'

test('JSON is the same as its copy', () => {
  fc.assert(fc.property(fc.jsonValue(), value => isSame(value, structuredClone(value))))
})

test('two pieces of JSON are the same when they are written the same', () => {
  const json = fc.jsonValue({ maxDepth: 2 }).filter(value => !JSON.stringify(value).includes('__proto__'))
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(isSame(a, b)).toBe(sorted(a) === sorted(b))
    }),
  )
})

test.each([
  [[1], [1, 2]],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: undefined }, { b: undefined }],
  [[], {}],
  [{}, null],
  [1, '1'],
  [new Date(0), new Date(0)],
  [new Map(), new Map()],
])('%o and %o are not the same', (a, b) => {
  expect(isSame(a, b)).toBe(false)
  expect(isSame(b, a)).toBe(false)
})

test('NaN is the same as itself', () => {
  expect(isSame({ a: [Number.NaN] }, { a: [Number.NaN] })).toBe(true)
})

/** Its JSON, whatever the order of the keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
