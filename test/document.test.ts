import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { lowered, Network, stateVectorOf } from './support/network.ts'
import { assertNothingPending, docOf, viewOf } from './support/oracle.ts'
import { forSeeds } from './support/random.ts'

describe('a room of many clients on a bad network', () => {
  test('ends with every client, every joiner and every restart equal to a plain Y.Doc', () => {
    let compactions = 0
    forSeeds(3000, random => {
      const network = new Network(random, 2 + random.below(7))
      for (let i = 0; i < 60; i++) network.step()
      network.settle()
      const truth = viewOf(network.oracle)

      for (const { doc } of network.clients) {
        assertNothingPending(doc)
        expect(viewOf(doc)).toBe(truth)
      }
      expect(viewOf(docOf(network.answer(new Map())))).toBe(truth)
      expect(new Map(network.document.stateVector())).toEqual(stateVectorOf(network.oracle))

      const restarted = network.reload()
      expect(viewOf(docOf([...{ [Symbol.iterator]: () => restarted.answer(new Map()) }]))).toBe(truth)
      expect(restarted.stateVector()).toEqual(network.document.stateVector())
      compactions += network.compactions
    })
    expect(compactions).toBeGreaterThan(0)
  })
})
