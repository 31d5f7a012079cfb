import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { append, messagesOf } from './log.ts'
import { type Message, newMessage } from './message.ts'
import { refusedMessages } from './refused.ts'

const message = (id: string, at: number): Message => newMessage({ id, author: { id: 'a1', name: 'Ada' }, text: id, at })

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

test('refused messages are those that are not in the log, in order', () => {
  const doc = new Y.Doc()
  append(doc, message('taken', 1))
  const withThem = copyOf(doc)
  append(withThem, message('second', 3))
  append(withThem, message('first', 2))
  expect(refusedMessages(withThem, doc).map(({ text }) => text)).toEqual(['first', 'second'])
})

test('what was refused beside messages is none', () => {
  const doc = new Y.Doc()
  append(doc, message('taken', 1))
  const withThem = copyOf(doc)
  withThem.getMap('other').set('key', 'value')
  messagesOf(withThem).insert(0, [null, 'text'])
  expect(refusedMessages(withThem, doc)).toEqual([])
})

test('a message that was sent twice, once refused and once taken, is not refused', () => {
  const doc = new Y.Doc()
  append(doc, message('same', 1))
  const withThem = copyOf(doc)
  append(withThem, message('same', 1))
  expect(refusedMessages(withThem, doc)).toEqual([])
})
