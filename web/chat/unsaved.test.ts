import { expect, test } from 'vitest'
import { newMessage } from './message.ts'
import { type Shown, showMessage } from './shown.ts'
import { nothingUnsaved, sameUnsaved, unsavedAmong } from './unsaved.ts'

/** A message whose Yjs clock is `clock`, with an edit at each of `edits`. */
function shown(id: string, clock: number, ...edits: number[]): Shown {
  const message = newMessage({ id, author: { id: 'a', name: 'Ada' }, text: id, at: clock })
  const said = edits.map(at => ({
    messageId: id,
    id: `${at}`,
    text: `${at}`,
    mentions: [],
    at,
    by: 'a',
    client: 1,
    clock: at,
  }))
  return showMessage({ message, client: 1, clock }, 0, said, [])
}
const entries = [shown('a', 0), shown('b', 1), shown('c', 2)]

test('a message is in it unless it is on the server’s disk', () => {
  const unsaved = unsavedAmong(entries, ({ clock }) => (['saved', 'sent', 'waiting'] as const)[clock] ?? 'saved')
  expect([...unsaved]).toEqual([
    ['b', 'sent'],
    ['c', 'waiting'],
  ])
})

test('a message that was edited is where its last edit is, or itself when that is further from the disk', () => {
  const fateOf = ({ clock }: { clock: number }) => (clock < 10 ? 'saved' : clock < 20 ? 'sent' : 'waiting')
  const log = [shown('a', 0, 5, 12), shown('b', 1, 30, 12), shown('c', 21, 30), shown('d', 15), shown('e', 2, 12, 3)]
  expect([...unsavedAmong(log, fateOf)]).toEqual([
    ['a', 'sent'],
    ['b', 'waiting'],
    ['c', 'waiting'],
    ['d', 'sent'],
    ['e', 'sent'],
  ])
})

test('when all is saved it is the same object every time, so that nothing is drawn anew', () => {
  expect(unsavedAmong(entries, () => 'saved')).toBe(nothingUnsaved)
})

test('two are the same when the same messages are in the same place', () => {
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['a', 'sent']]))).toBe(true)
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['a', 'waiting']]))).toBe(false)
  expect(sameUnsaved(new Map([['a', 'sent']]), new Map([['b', 'sent']]))).toBe(false)
  expect(sameUnsaved(new Map([['a', 'sent']]), nothingUnsaved)).toBe(false)
})
