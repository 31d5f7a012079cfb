import { expect, test } from 'vitest'
import { type Block, type Inline, markdownTree } from './markdown-tree.ts'

/** A short notation: marks in brackets, items after a dash or their number. */
function told(text: string, mentions: readonly { id: string; name: string }[] = []): string {
  return markdownTree(text, mentions).map(blockTold).join(' | ')
}

function blockTold(block: Block): string {
  switch (block.kind) {
    case 'text':
      return inlineTold(block.children)
    case 'heading':
      return `h(${inlineTold(block.children)})`
    case 'code':
      return `pre(${block.text})`
    case 'quote':
      return `quote(${block.children.map(blockTold).join(' | ')})`
    default:
      return block.items
        .map(({ number, children }) => `${number ?? '-'}{${children.map(blockTold).join(' | ')}}`)
        .join('')
  }
}

function inlineTold(inlines: readonly Inline[]): string {
  return inlines
    .map(inline => {
      if (inline.kind === 'text') return inline.text
      if (inline.kind === 'link') return `link(${inlineTold(inline.children)} ${inline.href})`
      return `${inline.kind}(${'text' in inline ? inline.text : inlineTold(inline.children)})`
    })
    .join('')
}

const ordinary = [
  'snake_case_names and a_b_c@example.org',
  '2 * 3 * 4, 2*3*4, 2**3**4, x**2 + y**2, f(*args, **kwargs)',
  '#1 fan',
  '+1',
  '+ 1 from me',
  '-5 °C tonight',
  '- 5 °C tonight',
  '-',
  '---',
  '***',
  '1.',
  ':) >:( >_< \\o/ ¯\\_(ツ)_/¯',
  '>:(',
  '^_^ or -_- or T_T or ^_^',
  '>_<',
  'C:\\new_dir\\*.txt and D:\\_old\\*.txt',
  'C:\\_tmp\\_x',
  '<b>bold</b> <script>alert(1)</script> <!-- no -->',
  '&amp; &lt; &#42; &copy;',
  'text\n---\nmore\n===',
  '    indented\n\tby a tab',
  'a | b\n--|--\n1 | 2',
  '[x] done, [ ] open, [1]: not a footnote[^1]',
  '[^1]: nor this',
  '__init__ and __main__.py',
  '长*宽*高',
  '好~~谢谢~~',
  '这_是_什么',
  '   ends and blank lines  \n\n\n\n  stay  ',
  '```\nnever closed',
  '~~~~~~~~',
  '* * *',
  '~5 minutes~ or so',
  '==no==, ||no||, ^no^, $x_1$ and $y_1$',
  '',
  ' \n ',
]

test.each(ordinary)('%j is text as it was typed', text => {
  expect(told(text)).toBe(text)
})

test.each([
  [
    '**bold** *italic* _italic_ ~~gone~~ `code`',
    'strong(bold) emphasis(italic) emphasis(italic) strike(gone) code(code)',
  ],
  ['*a **b** c*', 'emphasis(a strong(b) c)'],
  ['the **API**s', 'the strong(API)s'],
  ['**重要。**的，这个**很好**吧', 'strong(重要。)的，这个strong(很好)吧'],
  ['（*好*）', '（emphasis(好)）'],
  ['`` ` `` and `a*b*c`', 'code(`) and code(a*b*c)'],
  ['# A title\nbelow', 'h(A title) | below'],
  ['# C #', 'h(C #)'],
  ['3. a\n7. b', '3{a}7{b}'],
  ['Two:\n- a\n- b\nDone', 'Two: | -{a}-{b} | Done'],
  ['- 3 eggs\n- 2 milk', '-{3 eggs}-{2 milk}'],
  ['- a\n  - b\n    c\n- d', '-{a | -{b\nc}}-{d}'],
  ['> said\nanswer', 'quote(said) | answer'],
  ['> a\n> *b\n> c* d', 'quote(a\nemphasis(b\nc) d)'],
  ['```js\na *b*\n\n c\n```\nx', 'pre(a *b*\n\n c) | x'],
  ['> ```\n> a\n> b\n> ```', 'quote(pre(a\nb))'],
])('%j is read as Markdown', (text, expected) => {
  expect(told(text)).toBe(expected)
})

test.each([
  ['see https://x.org/*a*/b_c_ *d*', 'see address(https://x.org/*a*/b_c)_ emphasis(d)'],
  ['**https://x.org**', 'strong(address(https://x.org))'],
  ['<https://x.org>', '<address(https://x.org)>'],
  ['[a](https://x.org/*b*c)[d](https://y.org)', 'link(a https://x.org/*b*c)link(d https://y.org/)'],
  ['![a](https://x.org/a.png)', 'link(a https://x.org/a.png)'],
  ['[a](javascript:alert(1))', '[a](javascript:alert(1))'],
  ['[a](/room)', '[a](/room)'],
  ['[a](//x.org)', '[a](//x.org)'],
  ['[https://bank.example](https://x.org)', '[address(https://bank.example)](address(https://x.org))'],
  ['[](https://x.org)', '[](address(https://x.org))'],
  ['[a][b]\n\n[b]: https://x.org', '[a][b]\n\n[b]: address(https://x.org)'],
])('of the addresses in %j those are links that may be', (text, expected) => {
  expect(told(text)).toBe(expected)
})

const people = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Ada Wong' },
  { id: '3', name: '林' },
  { id: '4', name: 'a_b_' },
]

test.each([
  ['@Ada and @Ada Wong', 'mention(@Ada) and mention(@Ada Wong)'],
  ['@Adam, ada@Ada', '@Adam, ada@Ada'],
  ['@林你好，你好@林', 'mention(@林)你好，你好mention(@林)'],
  ['@a_b_ *x* **@Ada**', 'mention(@a_b_) emphasis(x) strong(mention(@Ada))'],
  ['`@Ada` https://x.org/@Ada', 'code(@Ada) address(https://x.org/@Ada)'],
  ['```\n@Ada\n```', 'pre(@Ada)'],
])('in %j those are mentioned who are meant', (text, expected) => {
  expect(told(text, people)).toBe(expected)
})
