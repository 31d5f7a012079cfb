import { expect, test } from 'vitest'
import { type ConnectionFacts, connectionState } from './connection.ts'

const facts: ConnectionFacts = { synced: false, everSynced: false, networkUp: true, closed: null }

test.each([
  ['connecting', {}],
  ['online', { synced: true, everSynced: true }],
  ['online', { synced: true, everSynced: true, networkUp: false }],
  ['reconnecting', { everSynced: true }],
  ['offline', { networkUp: false }],
  ['offline', { everSynced: true, networkUp: false }],
  ['closed', { closed: { code: 4403, reason: 'no' }, networkUp: false }],
] as const)('%s: %j', (kind, news) => {
  expect(connectionState({ ...facts, ...news }).kind).toBe(kind)
})
