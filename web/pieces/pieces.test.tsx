// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import all from 'emojibase-data/en/data.json'
import { afterEach, expect, test, vi } from 'vitest'
import { type Attachment, AttachmentsView } from './attachments.tsx'
import { emojiData } from './emoji-data.ts'
import { trimmed } from './emoji-trim.ts'
import { fileSize } from './file-size.ts'
import { meantIn, mentionQuery, offered } from './mention-choice.ts'
import { pictureBox } from './picture-view.tsx'
import { plainText } from './plain-text.ts'
import { ReactionsView } from './reactions.tsx'
import { piecesIn, words } from './words.ts'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const picture: Attachment = { id: 'p', name: 'a.png', type: 'image/png', size: 10, width: 720, height: 360 }

test('a picture has its room before it is there, and its address ends with it', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL')
  const { unmount } = render(<AttachmentsView attachments={[picture]} load={async () => new Blob(['x'])} />)
  expect(screen.getByLabelText(words.attachments.loading('a.png')).style.width).toBe('360px')
  const shown = await screen.findByLabelText(words.attachments.open('a.png'))
  expect(shown.style.width).toBe('360px')
  const url = shown.querySelector('img')?.src
  expect(url).toMatch(/^blob:/)
  expect(revoked).not.toHaveBeenCalled()
  unmount()
  expect(revoked).toHaveBeenCalledWith(url)
})

test('a picture that is not here says so, and is loaded again when asked', async () => {
  const load = vi.fn(async (): Promise<Blob> => Promise.reject(new Error('offline')))
  render(<AttachmentsView attachments={[picture]} load={load} />)
  const missing = await screen.findByText(words.attachments.missing)
  load.mockResolvedValueOnce(new Blob(['x']))
  fireEvent.click(missing)
  fireEvent.click(await screen.findByLabelText(words.attachments.open('a.png')))
  expect((await screen.findByRole('dialog')).textContent).toContain('a.png')
})

test('other files, an SVG among them, are for downloading, and never opened as what they say they are', async () => {
  const made = vi.spyOn(URL, 'createObjectURL')
  const svg: Attachment = { ...picture, id: 's', name: 'a.svg', type: 'image/svg+xml' }
  const load = vi.fn(async () => new Blob(['<svg/>'], { type: 'image/svg+xml' }))
  render(<AttachmentsView attachments={[svg]} load={load} />)
  expect(load).not.toHaveBeenCalled()
  fireEvent.click(screen.getByLabelText(words.attachments.download('a.svg')))
  await waitFor(() => expect(made).toHaveBeenCalledOnce())
  expect(made.mock.calls[0]?.[0]).toMatchObject({ type: 'application/octet-stream' })
})

test.each([
  [1_600, 900, { width: 360, height: 203 }],
  [300, 900, { width: 93, height: 280 }],
  [100, 100, { width: 100, height: 100 }],
  [10_000, 10, { width: 360, height: 48 }],
  [null, 5, { width: 240, height: 180 }],
  [Number.NaN, -1, { width: 240, height: 180 }],
])('the box of %s by %s is within its bounds', (width, height, box) => {
  expect(pictureBox(width, height)).toEqual(box)
})

test('a reaction says who, oneself first, and pressing it joins or leaves', () => {
  const toggle = vi.fn()
  const people = ['1', '2', '3', '4', '5', '6', '7', '8']
  render(
    <ReactionsView
      reactions={[
        { emoji: '👍', people: ['2', '1'] },
        { emoji: '🎉', people },
        { emoji: '😮', people: [] },
      ]}
      self="1"
      nameOf={id => (id === '2' ? 'Lin' : `P${id}`)}
      toggle={toggle}
      canReact
    />,
  )
  const [thumb, party, add] = screen.getAllByRole('button')
  expect(thumb?.getAttribute('aria-label')).toBe('You and Lin reacted with 👍')
  expect(thumb?.getAttribute('aria-pressed')).toBe('true')
  expect(party?.getAttribute('aria-label')).toMatch(/^You, Lin, P3, P4, P5,? and 3 others reacted with 🎉$/)
  expect(add?.getAttribute('aria-label')).toBe(words.reactions.add)
  if (thumb !== undefined) fireEvent.click(thumb)
  expect(toggle).toHaveBeenCalledWith('👍')
})

test('the picker has every emoji of the data under a category in both languages', async () => {
  const kept = trimmed(all)
  expect(kept.length).toBeGreaterThan(1_800)
  for (const language of ['en', 'zh'] as const) {
    const { emojis, categories } = await emojiData(language)
    for (const { category } of emojis) expect(categories.map(({ index }) => index)).toContain(category)
    for (const { emoji } of kept)
      expect(
        emojis.some(entry => entry.emoji === emoji),
        emoji,
      ).toBe(true)
    const wave = emojis.find(({ emoji }) => emoji === '👋')
    expect(wave?.skins?.dark).toBe('👋🏿')
    expect(wave?.label).toBe(language === 'zh' ? '挥手' : 'waving hand')
  }
})

test('the words of both languages have one shape', () => {
  const shape = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
      : typeof value
  expect(shape(piecesIn.zh)).toEqual(shape(piecesIn.en))
})

test.each([
  ['@', 1, { from: 0, typed: '' }],
  ['hi @Ada W', 9, { from: 3, typed: 'Ada W' }],
  ['你好@林', 4, { from: 2, typed: '林' }],
  ['ada@example', 11, null],
  ['@ x', 3, null],
  ['@a\nb', 4, null],
  ['no', 2, null],
])('in %j at %i somebody is looking for %j', (text, caret, query) => {
  expect(mentionQuery(text, caret)).toEqual(query)
})

test('names that begin with what was typed come first, accents do not matter, and oneself is not offered', () => {
  const members = ['Ida Ada', 'Salada', 'Adá', 'Ada'].map((name, index) => ({ id: String(index), name }))
  expect(offered(members, 'ada', '3').map(({ name }) => name)).toEqual(['Adá', 'Ida Ada', 'Salada'])
})

test('of two with one name the chosen one is meant, and nobody when none was chosen', () => {
  const twins = [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Ada' },
    { id: '3', name: 'Ada Wong' },
  ]
  expect(meantIn('hi @Ada', [{ id: '2', name: 'Ada' }], twins)).toEqual([{ id: '2', name: 'Ada' }])
  expect(meantIn('hi @Ada', [], twins)).toEqual([])
  expect(meantIn('hi @Ada Wong', [{ id: '2', name: 'Ada' }], twins)).toEqual([{ id: '3', name: 'Ada Wong' }])
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [999_600, '1 MB'],
  [482_133, '482 kB'],
  [2_400_000, '2.4 MB'],
])('%i bytes are %s', (bytes, said) => {
  expect(fileSize(bytes, 'en')).toBe(said)
})

test('quoted on one line a text has no marks', () => {
  expect(plainText('# Hi\n**a** `b`\n- c\n- d')).toBe('Hi a b c, d')
})
