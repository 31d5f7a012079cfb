// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { maxTextLength } from '../chat/message.ts'
import { MessageText } from './markdown.tsx'
import { markdownTree } from './markdown-tree.ts'
import { isOnlyEmoji } from './only-emoji.ts'
import { words } from './words.ts'

afterEach(cleanup)

const members = [
  { id: '1', name: 'Ada' },
  { id: '2', name: '林' },
]

function shown(text: string, mentions = members): HTMLElement {
  const { container } = render(<MessageText text={text} mentions={mentions} self="1" members={members} />)
  const element = container.querySelector<HTMLElement>('.message-text')
  if (element === null) throw new Error('nothing is shown')
  return element
}

/** What is read of it, without what only screen readers get. */
function readable(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement
  for (const hidden of copy.querySelectorAll('.hidden')) hidden.remove()
  return copy.textContent
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  p: [],
  strong: [],
  em: [],
  del: [],
  code: [],
  pre: ['tabindex', 'role', 'aria-label', 'dir'],
  blockquote: ['dir'],
  ul: ['dir'],
  ol: ['dir', 'data-mark', 'data-digits'],
  li: ['value'],
  a: ['href', 'target', 'rel', 'dir', 'title'],
  bdi: ['class', 'data-self', 'title'],
  span: ['class', 'role'],
  div: ['class'],
  button: ['type', 'class', 'aria-label', 'title'],
  svg: ['class', 'viewBox', 'aria-hidden', 'focusable'],
  path: ['d'],
}

const nasty = fc.constantFrom(
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '`',
    '```\n',
    '~~~\n',
    '[',
    ']',
    '](',
    ')',
    '![',
    '(',
    '<',
    '>',
    '&',
    '&amp;',
    '&#x6a;',
  ],
  ...[
    'javascript:',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:',
    'file:///',
    'https://x.org',
    'mailto:a@b.c',
  ],
  ...[
    '[a](javascript:alert(1))',
    '[a](javascript://x.org/%0aalert(1))',
    '[a](ftp://x.org)',
    '[a](https://x.org)',
    '[a]: javascript:x\n',
    '<a href="javascript:x">',
    '<img src=x onerror=y>',
  ],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    '\t',
    '    ',
    '> ',
    '- ',
    '+ ',
    '1. ',
    '99) ',
    '# ',
    '###### ',
    '---\n',
    '===\n',
    '|',
    '\\',
    '\u0000',
  ],
  ...[
    '@Ada',
    '@林',
    '@',
    'word',
    '字',
    '😀',
    '\ud83d',
    '\u202e',
    '[^1]',
    '[^1]: x\n',
    '<!--',
    'www.x.org',
    '[ ] ',
    '__proto__',
  ],
)
const text = fc.oneof(
  fc.array(nasty, { maxLength: 40 }).map(parts => parts.join('')),
  fc
    .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 30 })
    .map(parts => parts.join('')),
)

test('whatever is written, only elements and addresses of a short list come out, and nothing of it is lost', () => {
  fc.assert(
    fc.property(text, written => {
      const element = shown(written)
      for (const inner of element.querySelectorAll('*')) {
        const attributes = allowed[inner.tagName.toLowerCase()]
        expect(attributes, inner.tagName).toBeDefined()
        for (const { name } of inner.attributes) expect(attributes, inner.tagName).toContain(name)
        if (inner.tagName === 'A') {
          expect(['http:', 'https:', 'mailto:']).toContain(new URL(inner.getAttribute('href') ?? '').protocol)
          expect(inner.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc')
          expect(inner.querySelector('a, button')).toBeNull()
        }
      }
      expectAllOf(written, element)
      cleanup()
    }),
    { numRuns: 2_000 },
  )
})

/** What is read is what was written less some marks, numbers of lists, languages of code and addresses under a label. */
function expectAllOf(written: string, element: HTMLElement): void {
  const read = readable(element).replace(/\s/g, '')
  let at = 0
  for (const character of written.replace(/\s/g, '')) if (read.startsWith(character, at)) at += character.length
  expect(at, JSON.stringify(written)).toBe(read.length)
  const isCovered = element.querySelector('a[title], pre') !== null
  if (!isCovered) expect(withoutMarks(read)).toBe(withoutMarks(written))
}

function withoutMarks(written: string): string {
  return written.replace(/[\s*_~`>#[\]()!+\d.-]/g, '')
}

test('text without marks of Markdown reads exactly as it was typed', () => {
  const unmarked = fc
    .string({ unit: 'grapheme', maxLength: 200 })
    .map(written => written.replace(/[*_~`#>[\]+\-\d]/g, ''))
  fc.assert(
    fc.property(unmarked, written => {
      expect(readable(shown(written))).toBe(written)
      cleanup()
    }),
    { numRuns: 1_000 },
  )
})

const shapes = [
  ...[
    '*',
    '**',
    '_',
    '~~',
    '`',
    '[',
    '![',
    '](',
    '[a](',
    '[a](https://a.b) ',
    '[[a](b)',
    '*a ',
    '*a_',
    '**a**b*',
    '`a',
  ],
  ...[
    '> ',
    '- ',
    '1. ',
    '\n> ',
    '- a\n ',
    '- a\n',
    '>a\n\n',
    '# a\n',
    '```\n',
    '`` ` ',
    '<',
    '&',
    '|',
    '\\',
    '@',
    '@Ada ',
  ],
  ...[
    'https://[',
    'https://a.b ',
    '~~a ~~',
    '***a ',
    '1. *a* b\n',
    '> - 1. ',
    '(',
    'a\n',
    '\n',
    '*a* ',
    '**a** ',
    '~~a~~ ',
  ],
]

test.each(shapes)('8,000 characters of %j are read in less than 50 ms', shape => {
  const long = shape.repeat(maxTextLength).slice(0, maxTextLength)
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    markdownTree(long, members)
    return performance.now() - start
  })
  expect(Math.min(...times)).toBeLessThan(50)
})

test('a mention of oneself has another look than that of others', () => {
  const element = shown('@Ada and @林')
  expect([...element.querySelectorAll('.mention')].map(mention => mention.hasAttribute('data-self'))).toEqual([
    true,
    false,
  ])
})

test('who is called otherwise by now is named by pointing at the old name', () => {
  expect(
    shown('@Ida', [{ id: '1', name: 'Ida' }])
      .querySelector('.mention')
      ?.getAttribute('title'),
  ).toBe('Ada')
})

test('what is longer than a message may be is cut, and says so', () => {
  const { container } = render(
    <MessageText text={`${'a'.repeat(maxTextLength - 1)}😀b`} mentions={[]} self="1" members={[]} />,
  )
  expect(container.querySelector('.message-text')?.textContent).toBe(`${'a'.repeat(maxTextLength - 1)}…`)
  expect(container.textContent).toContain(words.cut)
})

test.each([
  ['👍', true],
  ['👍🏽 ❤️ 🇩🇪', true],
  ['👨‍👩‍👧‍👦', true],
  ['1️⃣', true],
  ['👍👍👍👍', false],
  ['👍 ok', false],
  ['1', false],
  ['©', false],
  ['', false],
])('%j is nothing but a few emoji: %j', (written, expected) => {
  expect(isOnlyEmoji(written)).toBe(expected)
})
