// @vitest-environment happy-dom
import { cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { maxTextLength } from '../chat/message.ts'
import { Composer, type Draft, type DraftStorage, type Editing } from './composer.tsx'
import { words } from './words.ts'

afterEach(cleanup)

const members = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Lin' },
  { id: '3', name: '林小雨' },
  { id: '4', name: 'Ada Wong' },
]

type Props = Parameters<typeof Composer>[0]

function open(props: Partial<Props> = {}) {
  const kept = new Map<string, string>()
  const storage: DraftStorage = {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: key => void kept.delete(key),
  }
  const sent: Draft[] = []
  const all: Props = {
    label: 'Message',
    placeholder: 'Write',
    draftKey: 'draft',
    storage,
    members,
    self: '2',
    send: draft => {
      sent.push(draft)
      return true
    },
    typing: vi.fn(),
    changed: vi.fn(),
    onAttach: null,
    attachments: [],
    leftOut: 0,
    onRemoveAttachment: vi.fn(),
    onRetryAttachment: vi.fn(),
    replyingTo: null,
    onCancelReply: vi.fn(),
    onEditLast: vi.fn(),
    sentElsewhere: 0,
    editing: null,
    ...props,
  }
  const view = render(<Composer {...all} />)
  return { all, kept, sent, show: (more: Partial<Props>) => view.rerender(<Composer {...all} {...more} />) }
}

const field = () => screen.getByLabelText<HTMLTextAreaElement>('Message')

function write(text: string): void {
  fireEvent.change(field(), { target: { value: text } })
  field().setSelectionRange(text.length, text.length)
  fireEvent.select(field())
}

const press = (key: string, more = {}) => fireEvent.keyDown(field(), { key, ...more })
const offers = () => screen.queryAllByRole('option').map(option => option.querySelector('bdi')?.textContent)

test('Enter sends and empties the field and the draft, Shift and Enter do not', () => {
  const { sent, kept } = open()
  write('hello')
  expect(kept.get('draft')).toBe('hello')
  press('Enter', { shiftKey: true })
  expect(sent).toEqual([])
  press('Enter')
  expect(sent).toEqual([{ text: 'hello', mentions: [] }])
  expect(field().value).toBe('')
  expect(kept.size).toBe(0)
})

test('what was not sent stays', () => {
  const { kept } = open({ send: () => false })
  write('hello')
  press('Enter')
  expect(field().value).toBe('hello')
  expect(kept.get('draft')).toBe('hello')
})

test.each([{ isComposing: true }, { keyCode: 229 }])('Enter of an input method sends nothing: %j', more => {
  const { sent } = open()
  write('nihao')
  press('Enter', more)
  expect(sent).toEqual([])
})

test('a draft is there again, and a text too long is not sent and says by how much', () => {
  const { storage } = open().all
  storage.setItem('draft', 'a'.repeat(maxTextLength + 3))
  cleanup()
  const { sent } = open({ storage })
  expect(field().value.length).toBe(maxTextLength + 3)
  expect(screen.getByRole('alert').textContent).toBe(words.composer.tooLong(3))
  press('Enter')
  expect(sent).toEqual([])
})

test('an @ offers the others, the arrows and Enter choose, and it is a combobox only as long', () => {
  const { sent } = open()
  expect(field().getAttribute('role')).toBeNull()
  write('hi @a')
  expect(offers()).toEqual(['Ada', 'Ada Wong'])
  expect(field().getAttribute('aria-expanded')).toBe('true')
  expect(document.getElementById(field().getAttribute('aria-controls') ?? '')?.getAttribute('role')).toBe('listbox')
  press('ArrowDown')
  const active = document.getElementById(field().getAttribute('aria-activedescendant') ?? '')
  expect(active?.textContent).toContain('Ada Wong')
  expect(active?.getAttribute('aria-selected')).toBe('true')
  press('Enter')
  expect(field().value).toBe('hi @Ada Wong ')
  expect(offers()).toEqual([])
  expect(field().getAttribute('aria-expanded')).toBeNull()
  press('Enter')
  expect(sent).toEqual([{ text: 'hi @Ada Wong ', mentions: [{ id: '4', name: 'Ada Wong' }] }])
})

test('part of a Chinese name finds it, Tab chooses', () => {
  open()
  write('@小')
  expect(offers()).toEqual(['林小雨'])
  press('Tab')
  expect(field().value).toBe('@林小雨 ')
})

test('Escape closes the list before it does anything else, and the list stays closed at that @', () => {
  const { all } = open({ replyingTo: { name: 'Ada', text: 'x' } })
  write('@a')
  press('Escape')
  expect(offers()).toEqual([])
  write('@ad')
  expect(offers()).toEqual([])
  expect(all.onCancelReply).not.toHaveBeenCalled()
  press('Escape')
  expect(all.onCancelReply).toHaveBeenCalledOnce()
})

test('who was chosen and taken out again is not mentioned', () => {
  const { sent } = open()
  write('@a')
  press('Enter')
  write('never mind')
  press('Enter')
  expect(sent).toEqual([{ text: 'never mind', mentions: [] }])
})

test('the marks of bold and italic are put around what is selected, and taken away again', () => {
  open()
  write('one two')
  field().setSelectionRange(4, 7)
  press('b', { ctrlKey: true })
  expect(field().value).toBe('one **two**')
  press('i', { metaKey: true })
  expect(field().value).toBe('one ***two***')
  press('b', { ctrlKey: true })
  expect(field().value).toBe('one *two*')
  press('i', { ctrlKey: true })
  expect(field().value).toBe('one two')
})

test('arrow up in an empty field edits the last message, in a full one it does not', () => {
  const { all } = open()
  write('x')
  press('ArrowUp')
  expect(all.onEditLast).not.toHaveBeenCalled()
  write('')
  press('ArrowUp')
  expect(all.onEditLast).toHaveBeenCalledOnce()
})

test('while one edits, the draft waits: Enter saves, Escape cancels', () => {
  const { show, sent, kept } = open()
  write('my draft')
  const editing: Editing = {
    id: 'm',
    text: 'old @Ada',
    mentions: [{ id: '1', name: 'Ada' }],
    keep: vi.fn(),
    save: vi.fn(() => true),
    cancel: vi.fn(),
  }
  show({ editing })
  expect(field().value).toBe('old @Ada')
  write('new @Ada')
  expect(editing.keep).toHaveBeenLastCalledWith('new @Ada')
  press('Escape')
  expect(offers()).toEqual([])
  press('Escape')
  expect(editing.cancel).toHaveBeenCalledOnce()
  press('Enter')
  expect(editing.save).toHaveBeenCalledWith({ text: 'new @Ada', mentions: [{ id: '1', name: 'Ada' }] })
  expect(kept.get('draft')).toBe('my draft')
  expect(sent).toEqual([])
  show({ editing: null })
  expect(field().value).toBe('my draft')
})

test('every change of the draft is told, also one that leaves nothing of it, and nothing else is', () => {
  const { all, show } = open()
  write('salaries')
  write('')
  expect(all.changed).toHaveBeenCalledTimes(2)
  fireEvent.blur(field())
  show({ sentElsewhere: 1 })
  press('Enter')
  expect(all.changed).toHaveBeenCalledTimes(2)
})

test('files that are pasted or dropped are taken; cells of a table beside their text are not', () => {
  const onAttach = vi.fn()
  open({ onAttach })
  const file = new File(['x'], 'a.png', { type: 'image/png' })
  const paste = (types: string[]) => {
    const event = createEvent.paste(field())
    Object.defineProperty(event, 'clipboardData', { value: { files: [file], types } })
    fireEvent(field(), event)
  }
  paste(['text/plain', 'Files'])
  expect(onAttach).not.toHaveBeenCalled()
  paste(['Files'])
  expect(onAttach).toHaveBeenCalledWith([file])
  const drop = createEvent.drop(field())
  Object.defineProperty(drop, 'dataTransfer', { value: { files: [file], types: ['Files'] } })
  fireEvent(field(), drop)
  expect(onAttach).toHaveBeenCalledTimes(2)
})

test('without a way to send files there is no button for them', () => {
  open()
  expect(screen.queryByLabelText(words.composer.attach)).toBeNull()
})

test('a file on its own can be sent, and one that was refused can be tried again or taken out', () => {
  const file = { key: 'k', name: 'a.pdf', size: 2_000, sent: 1_000, message: null }
  const { all, show } = open({ attachments: [{ ...file, state: 'sending' }] })
  expect(screen.getByLabelText<HTMLButtonElement>(words.composer.send).disabled).toBe(false)
  expect(screen.getByRole('progressbar').getAttribute('value')).toBe('1000')
  show({ attachments: [{ ...file, state: 'refused', message: 'Too large.' }] })
  expect(screen.getByLabelText<HTMLButtonElement>(words.composer.send).disabled).toBe(true)
  expect(screen.getByText('Too large.')).not.toBeNull()
  fireEvent.click(screen.getByLabelText(words.pending.retryFor('a.pdf')))
  fireEvent.click(screen.getByLabelText(words.pending.remove('a.pdf')))
  expect(all.onRetryAttachment).toHaveBeenCalledWith('k')
  expect(all.onRemoveAttachment).toHaveBeenCalledWith('k')
})

test('what was sent elsewhere, once its files were there, is no longer in the field', () => {
  const { sent, show } = open()
  write('with a file')
  show({ sentElsewhere: 1 })
  expect(field().value).toBe('')
  write('the next')
  show({ sentElsewhere: 1 })
  press('Enter')
  expect(sent.map(({ text }) => text)).toEqual(['the next'])
})
