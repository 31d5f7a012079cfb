import { describe, expect, test } from 'vitest'
import { MAX_VALUE_DEPTH } from '../protocol/json.ts'
import { ProtocolError } from '../protocol/message.ts'
import { encodeSaying } from '../protocol/native-client.ts'
import { native } from '../protocol/native-server.ts'
import { encodePresence, readPresence } from '../protocol/presence.ts'

const nested = (depth: number, inmost = ''): string => '['.repeat(depth) + inmost + ']'.repeat(depth)
const objects = (depth: number): string => '{"a":'.repeat(depth) + 1 + '}'.repeat(depth)

const places: [string, (text: string) => unknown][] = [
  ['a state of presence', state => readPresence(encodePresence([{ client: 1, clock: 1, state }]))],
  ['a signal', data => encodeSaying({ type: 'signal', room: 1, name: 'n', data }).map(frame => native.decode(frame))],
]

describe.each(places)('P2: %s', (_, read) => {
  test.each([
    ['lists', nested],
    ['objects', objects],
  ])('is nested as deeply as a value in a document may be, and no deeper: %s', (_, made) => {
    expect(() => read(made(MAX_VALUE_DEPTH))).not.toThrow()
    for (const depth of [MAX_VALUE_DEPTH + 1, 2_500]) expect(() => read(made(depth))).toThrow(ProtocolError)
  })

  test('may have any number of brackets in its words, and of values beside each other', () => {
    expect(() => read(JSON.stringify({ '[[{"': `${'['.repeat(1_000)}\\"{` }))).not.toThrow()
    expect(() => read(JSON.stringify(Array(1_000).fill([[]])))).not.toThrow()
  })
})
