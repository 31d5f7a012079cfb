import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evenOrders, orderBetween, readOrder } from './order.ts'

/** In [0, 1), ends included. */
const chance = fc.oneof(
  fc.constantFrom(0, 0.5, 1 - 2 ** -32),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
)

/** Puts something into a list of places, and gives up when there is none. */
function insert(list: string[], index: number, random: () => number): void {
  const order = orderBetween(list[index - 1] ?? null, list[index] ?? null, random)
  if (order === null) throw new Error(`There is no place at ${index}.`)
  list.splice(index, 0, order)
}

describe('a place between two others', () => {
  test('is strictly between them, and is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), chance), { maxLength: 60 }), steps => {
        const list: string[] = []
        for (const [at, random] of steps) insert(list, at % (list.length + 1), () => random)
        expect([...list].sort((a, b) => (a < b ? -1 : 1))).toEqual(list)
        expect(new Set(list).size).toBe(list.length)
        for (const order of list) expect(readOrder(order)).toBe(order)
      }),
      { numRuns: 300 },
    )
  })

  test('is strictly between any two that some program wrote, or there is none', () => {
    const written = fc.stringMatching(/^[0-9A-Za-z]{0,8}[1-9A-Za-z]$/)
    fc.assert(
      fc.property(fc.option(written), fc.option(written), chance, (a, b, random) => {
        const order = orderBetween(a, b, () => random)
        const isNone = a !== null && b !== null && a >= b
        expect(order === null).toBe(isNone)
        if (order === null) return
        if (a !== null) expect(order > a).toBe(true)
        if (b !== null) expect(order < b).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('stays short where thousands follow each other at an end', () => {
    for (const atEnd of [true, false]) {
      const list: string[] = []
      for (let n = 0; n < 5_000; n++) insert(list, atEnd ? list.length : 0, Math.random)
      expect(Math.max(...list.map(order => order.length))).toBeLessThanOrEqual(6)
    }
  })

  test('grows by a third of a digit at most with each that is put into the same gap', () => {
    fc.assert(
      fc.property(fc.boolean(), chance, (isUp, random) => {
        let [low, high] = evenOrders(2)
        for (let n = 1; n <= 120; n++) {
          const order = orderBetween(low ?? null, high ?? null, () => random)
          if (order === null) throw new Error('There is a place between these.')
          expect(order.length).toBeLessThanOrEqual(10 + n * 0.34)
          if (isUp) low = order
          else high = order
        }
      }),
      { numRuns: 50 },
    )
  })

  test('is no longer given when it would be unwieldy', () => {
    let [low, high] = evenOrders(2)
    let given = 0
    for (; given < 10_000; given++) {
      const order = orderBetween(low ?? null, high ?? null, () => 0.5)
      if (order === null) break
      expect(order.length).toBeLessThanOrEqual(60)
      high = order
    }
    expect(given).toBeGreaterThan(200)
    expect(given).toBeLessThan(10_000)
  })

  test('is seldom the same for two who choose at once', () => {
    const chosen = new Set(Array.from({ length: 1_000 }, () => orderBetween('V', 'V00001', Math.random)))
    expect(chosen.size).toBeGreaterThan(950)
  })
})

test('evenly spaced places are in order and leave room before, between and behind', () => {
  for (const count of [1, 2, 3, 10, 2_000]) {
    const orders = evenOrders(count)
    expect(orders).toHaveLength(count)
    expect([...orders].sort((a, b) => (a < b ? -1 : 1))).toEqual(orders)
    for (let n = 0; n <= count; n++) {
      expect(orderBetween(orders[n - 1] ?? null, orders[n] ?? null, Math.random)).not.toBeNull()
    }
  }
})

test('what some program wrote in another shape is before everything else', () => {
  for (const value of [null, 1, '', 'a0', '-', 'a b', 'é', 'a'.repeat(256), {}, []]) expect(readOrder(value)).toBe('')
  expect(readOrder('a')).toBe('a')
})
