// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { maxNoteLength } from './card.ts'
import { bindNote } from './note-binding.ts'

let text: Y.Text
let field: HTMLTextAreaElement
let end: () => void

beforeEach(() => {
  text = new Y.Doc().getText('note:a')
  text.insert(0, 'one two')
  field = document.createElement('textarea')
  document.body.append(field)
  field.focus()
  end = bindNote(field, text)
})

afterEach(() => {
  end()
  field.remove()
})

/** As a browser does: the value and the caret first, then the event. */
function put(value: string, caret: number): void {
  field.value = value
  field.setSelectionRange(caret, caret)
  field.dispatchEvent(new Event('input'))
}

const caret = () => [field.selectionStart, field.selectionEnd]

test('the field shows the text, and what is written in it goes into the text', () => {
  expect(field.value).toBe('one two')
  put('one, two', 4)
  expect(text.toString()).toBe('one, two')
  expect(caret()).toEqual([4, 4])
})

test('what others write is shown, and the selection stays on its letters', () => {
  field.setSelectionRange(4, 7)
  text.insert(0, 'zero ')
  expect(field.value).toBe('zero one two')
  expect(caret()).toEqual([9, 12])
  text.insert(text.length, ' three')
  expect(caret()).toEqual([9, 12])
  text.delete(0, 9)
  expect(field.value).toBe('two three')
  expect(caret()).toEqual([0, 3])
})

test('two who write by turns lose nothing', () => {
  put('one two!', 8)
  text.insert(0, '> ')
  put('> one two!!', 11)
  text.insert(2, 'zero ')
  expect(text.toString()).toBe('> zero one two!!')
  expect(field.value).toBe(text.toString())
})

test('an input method is left alone until it is done, and its word goes where it was begun', () => {
  field.setSelectionRange(4, 4)
  field.dispatchEvent(new Event('compositionstart'))
  put('one er two', 6)
  text.insert(0, 'zero ')
  expect(field.value).toBe('one er two')
  expect(text.toString()).toBe('zero one two')
  put('one 二 two', 5)
  field.dispatchEvent(new Event('compositionend'))
  expect(text.toString()).toBe('zero one 二 two')
  expect(field.value).toBe('zero one 二 two')
  expect(caret()).toEqual([10, 10])
})

test('of a text that is too long the beginning can be written, and the rest stays', () => {
  text.insert(text.length, 'x'.repeat(maxNoteLength))
  expect(field.value).toHaveLength(maxNoteLength)
  put(`One${field.value.slice(3)}`, 3)
  expect(text.toString().slice(0, 7)).toBe('One two')
  expect(text.length).toBe(maxNoteLength + 7)
})

test('afterwards neither follows the other', () => {
  end()
  end = () => undefined
  put('one', 3)
  expect(text.toString()).toBe('one two')
  text.insert(0, 'zero ')
  expect(field.value).toBe('one')
})
