import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segments } from './links.ts'

const linksIn = (text: string) => segments(text).flatMap(piece => (piece.kind === 'link' ? [piece.text] : []))

test.each([
  ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
  ['(see http://example.org/a_(b))', ['http://example.org/a_(b)']],
  ['(https://example.org)', ['https://example.org']],
  ['https://example.org, https://example.com!', ['https://example.org', 'https://example.com']],
  ['看 https://example.org/港。好', ['https://example.org/港']],
  ['mailto:ada@example.org', ['mailto:ada@example.org']],
  ['example.org', []],
])('%s', (text, links) => {
  expect(linksIn(text)).toEqual(links)
})

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt://example.org/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://example.org/x',
])('%s is never a link as a whole', text => {
  for (const piece of segments(text)) {
    if (piece.kind === 'link') expect(new URL(piece.href).protocol).toMatch(/^https?:$/)
  }
  expect(linksIn(text)).not.toContain(text)
})

test('the pieces join to the text, and every link is safe to open', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.constantFrom('https://', 'javascript:', 'http://[', 'mailto:', '<', '"', '\n', '. ', ')', '\u202e'),
  )
  fc.assert(
    fc.property(fc.array(part), parts => {
      const text = parts.join('')
      const pieces = segments(text)
      expect(pieces.map(piece => piece.text).join('')).toBe(text)
      for (const piece of pieces) {
        if (piece.kind === 'link') expect(['http:', 'https:', 'mailto:']).toContain(new URL(piece.href).protocol)
      }
    }),
    { numRuns: 500 },
  )
})

test('a long text without spaces is read in time that grows with its length', () => {
  expect(segments(`https://example.org/${')'.repeat(20_000)}`).length).toBeGreaterThan(0)
})
